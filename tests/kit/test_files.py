"""What people hand in: kept once under its digest, told by its content, swept when nothing refers to it."""

import io
import os
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import LazySettings
from django.utils.translation import override
from openpyxl import Workbook

from kanal.kit.file_kinds import DOCUMENTS, FileKind, kind_of_file
from kanal.kit.files import (
    KEPT_UNREFERRED,
    LONGEST_NAME,
    MEBIBYTE,
    FileEmpty,
    FileKindNotTaken,
    FileTooLarge,
    TakenFile,
    clean_name,
    path_of,
    stored,
    sweep_files,
    take_in,
)

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
ALL_KINDS = frozenset(FileKind)


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    kept_in = tmp_path / "files"
    settings.MEDIA_ROOT = kept_in
    return kept_in


def take(content: bytes, name: str = "hop-dong.pdf", *, largest: int = MEBIBYTE) -> TakenFile:
    return take_in([content[:7], content[7:]], name=name, largest=largest, kinds=DOCUMENTS)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]


def a_zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


def a_workbook() -> bytes:
    buffer = io.BytesIO()
    Workbook().save(buffer)
    return buffer.getvalue()


def an_old(stream: str) -> bytes:
    return OLE + bytes(504) + f"{stream}\0".encode("utf-16-le") + bytes(100)


KINDS: list[tuple[FileKind | None, bytes]] = [
    (FileKind.PDF, PDF),
    (FileKind.PNG, b"\x89PNG\r\n\x1a\n" + bytes(20)),
    (FileKind.JPEG, b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    (FileKind.GIF, b"GIF89a" + bytes(20)),
    (FileKind.WEBP, b"RIFF\x10\x00\x00\x00WEBPVP8 "),
    (FileKind.XLSX, a_workbook()),
    (FileKind.DOCX, a_zip("docProps/app.xml", "word/document.xml", "[Content_Types].xml")),
    (FileKind.PPTX, a_zip("[Content_Types].xml", "ppt/presentation.xml")),
    (FileKind.DOC, an_old("WordDocument")),
    (FileKind.XLS, an_old("Workbook")),
    (FileKind.PPT, an_old("PowerPoint Document")),
    (FileKind.ZIP, a_zip("a.txt")),
    (FileKind.TEXT, "tên,số\r\nAn,1\n".encode()),
    (FileKind.TEXT, "tên;số\n".encode("utf-16")),
    (FileKind.TEXT, b"<html><script>alert(1)</script>"),
    (None, a_zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
    (None, a_zip("[Content_Types].xml", "other/x.xml")),
    (None, b"PK\x03\x04 and nothing more"),
    (None, an_old("Something else")),
    (None, b"MZ\x90\x00" + bytes(80)),
    (None, b"\x7fELF" + bytes(80)),
    (None, b"\n%PDF-1.7 after another byte \x00"),
    (None, "được".encode("cp1258", "replace") + b"\x81\xff"),
]


@pytest.mark.parametrize(("kind", "content"), KINDS)
def test_a_file_is_what_its_content_says(kind: FileKind | None, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)

    assert kind_of_file(path) == kind


def test_the_same_bytes_are_kept_once(folder: Path) -> None:
    first, second = take(PDF, "hợp đồng.pdf"), take(PDF, "copy.pdf")

    assert first.digest == second.digest
    assert (first.name, second.name) == ("hợp đồng.pdf", "copy.pdf")
    assert files_in(folder) == [path_of(first.digest)]
    assert path_of(first.digest).read_bytes() == PDF
    assert (first.size, first.kind) == (len(PDF), FileKind.PDF)


def test_what_is_refused_leaves_nothing_behind(folder: Path) -> None:
    with pytest.raises(FileEmpty):
        take(b"")
    with pytest.raises(FileTooLarge):
        take(PDF, largest=len(PDF) - 1)
    with pytest.raises(FileKindNotTaken) as refused:
        take(b"MZ\x90\x00" + bytes(80), "contract.pdf")

    assert files_in(folder) == []
    with override("en"):
        assert str(refused.value).startswith("“contract.pdf” is none of the kinds that can be kept here: PDF, Word")
    assert take(PDF, largest=len(PDF)).size == len(PDF)


def test_an_upload_that_breaks_off_leaves_nothing_behind(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield PDF
        raise ConnectionError

    with pytest.raises(ConnectionError):
        take_in(broken(), name="x.pdf", largest=MEBIBYTE, kinds=DOCUMENTS)
    assert files_in(folder) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\lan\\hợp đồng.pdf", "hợp đồng.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nContent-Type: text/html\u202e.pdf", "html.pdf"),
        ("", "file"),
        (".pdf", ".pdf"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_NAME - 4) + ".pdf"),
        ("x" * 300, "x" * LONGEST_NAME),
    ],
)
def test_a_name_is_made_fit_to_be_shown(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def grow_old(digest: str) -> None:
    past = time.time() - KEPT_UNREFERRED.total_seconds() - 60
    os.utime(path_of(digest), (past, past))


@pytest.mark.django_db
def test_bytes_are_swept_a_day_after_nothing_refers_to_them(folder: Path, noon: datetime) -> None:
    referred, lost, young = take(PDF), take(PDF + b"lost"), take(PDF + b"young")
    row = stored(referred, at=noon)
    (folder / "incoming" / "cut-off").write_bytes(b"half")
    for digest in (referred.digest, lost.digest):
        grow_old(digest)
    past = time.time() - timedelta(days=2).total_seconds()
    os.utime(folder / "incoming" / "cut-off", (past, past))

    assert sweep_files() == 2
    assert {path.name for path in files_in(folder)} == {referred.digest, young.digest}
    assert (row.digest, row.kind, row.name, row.size) == (referred.digest, "PDF", "hop-dong.pdf", len(PDF))
    assert sweep_files() == 0


@pytest.mark.django_db
def test_bytes_that_come_again_are_young_again(folder: Path) -> None:
    digest = take(PDF).digest
    grow_old(digest)
    take(PDF)

    assert sweep_files() == 0
    assert path_of(digest).exists()


def test_many_hand_in_the_same_at_once(folder: Path) -> None:
    ready = Barrier(8)

    def hand_in(n: int) -> str:
        ready.wait()
        return take(PDF, f"{n}.pdf").digest

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(hand_in, range(8)))) == 1
    assert len(files_in(folder)) == 1
