"""What a file really is, told by its content and never by its name.

Signatures at the very first byte, the list of members for what is a ZIP, the names of streams for what Office wrote
until 2003, and a full decoding for text. The packages that guess among hundreds of formats answer "Word document" for
every ZIP, or nothing for an old workbook; we take ten kinds, and each is proved.
"""

import enum
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FileKind(enum.Enum):
    """Its code as it is stored, its media type, and what people call it."""

    PDF = "PDF", "application/pdf", "PDF"
    DOCX = "DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"
    XLSX = "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"
    PPTX = "PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint"
    DOC = "DOC", "application/msword", _("Word until 2003")
    XLS = "XLS", "application/vnd.ms-excel", _("Excel until 2003")
    PPT = "PPT", "application/vnd.ms-powerpoint", _("PowerPoint until 2003")
    PNG = "PNG", "image/png", "PNG"
    JPEG = "JPEG", "image/jpeg", "JPEG"
    GIF = "GIF", "image/gif", "GIF"
    WEBP = "WEBP", "image/webp", "WebP"
    ZIP = "ZIP", "application/zip", "ZIP"
    TEXT = "TEXT", "text/plain", _("text or CSV")

    def __init__(self, code: str, media_type: str, label: str | Promise) -> None:
        self.code, self.media_type, self.label = code, media_type, label


IMAGES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP})
OFFICE = frozenset({FileKind.DOCX, FileKind.XLSX, FileKind.PPTX, FileKind.DOC, FileKind.XLS, FileKind.PPT})
DOCUMENTS = frozenset({FileKind.PDF}) | IMAGES | OFFICE

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LONGEST_SIGNATURE = 16
_STREAMS = {FileKind.DOC: ("WordDocument",), FileKind.XLS: ("Workbook", "Book"), FileKind.PPT: ("PowerPoint Document",)}
_MEMBERS = {FileKind.DOCX: "word/", FileKind.XLSX: "xl/", FileKind.PPTX: "ppt/"}
_PROGRAM = "vbaproject.bin"  # macros: a document that acts is not a document
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind_of_file(path: Path) -> FileKind | None:
    """None for what is of no kind that we know, or pretends to be one."""
    with path.open("rb") as file:
        begins = file.read(_LONGEST_SIGNATURE)
    if begins.startswith(b"PK\x03\x04"):
        return _kind_of_zip(path)
    if begins.startswith(_OLE):
        return _kind_of_ole(path.read_bytes())
    return _kind_by_signature(begins) or _kind_of_text(path.read_bytes())


def _kind_by_signature(begins: bytes) -> FileKind | None:
    if begins.startswith(b"RIFF") and begins[8:12] == b"WEBP":
        return FileKind.WEBP
    signatures = {
        b"%PDF-": FileKind.PDF,
        b"\x89PNG\r\n\x1a\n": FileKind.PNG,
        b"\xff\xd8\xff": FileKind.JPEG,
        b"GIF87a": FileKind.GIF,
        b"GIF89a": FileKind.GIF,
    }
    return next((kind for signature, kind in signatures.items() if begins.startswith(signature)), None)


def _kind_of_zip(path: Path) -> FileKind | None:
    """Only the list of members is read; nothing is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names:
        return FileKind.ZIP
    if any(name.lower().endswith(_PROGRAM) for name in names):
        return None
    return next((kind for kind, folder in _MEMBERS.items() if _holds(names, folder)), None)


def _holds(names: Iterable[str], folder: str) -> bool:
    return any(name.startswith(folder) for name in names)


def _kind_of_ole(content: bytes) -> FileKind | None:
    """The directory of streams holds their names in UTF-16, each closed by a zero."""
    for kind, streams in _STREAMS.items():
        if any(f"{stream}\0".encode("utf-16-le") in content for stream in streams):
            return kind
    return None


def _kind_of_text(content: bytes) -> FileKind | None:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if _NOT_TEXT.search(text) else FileKind.TEXT
