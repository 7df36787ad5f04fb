"""Files that people hand in: their bytes kept once under their digest, a row for each handing-in.

The bytes are on the disk, complete and synced, before the transaction that refers to them begins; a file that no row
refers to, because that transaction never committed, is swept a day later. Every web and worker process sees the same
folder (`MEDIA_ROOT`).

    taken = take_in(upload.chunks(), name=upload.name, largest=20 * MEBIBYTE, kinds=DOCUMENTS)
    record_contract(..., files=[taken], ...)          which calls stored(taken, at=at) in its transaction
"""

import fcntl
import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from kanal.kit.clock import real_now
from kanal.kit.file_kinds import FileKind, kind_of_file
from kanal.kit.models import StoredFile
from kanal.kit.refusal import Refusal

MEBIBYTE = 1024 * 1024
KEPT_UNREFERRED = timedelta(days=1)
LONGEST_NAME = 200
_INCOMING = "incoming"
_LOCK = ".sweeping"


@dataclass(eq=False)
class FileEmpty(Refusal):
    code = "file_empty"
    field = "file"
    name: str

    def __str__(self) -> str:
        return _("“%(name)s” is empty. Choose the file again.") % self.words()


@dataclass(eq=False)
class FileTooLarge(Refusal):
    code = "file_too_large"
    field = "file"
    name: str
    largest: int

    def __str__(self) -> str:
        words = {"name": self.name, "largest": filesizeformat(self.largest)}
        return _("“%(name)s” is larger than %(largest)s. Make it smaller, or split it.") % words


@dataclass(eq=False)
class FileKindNotTaken(Refusal):
    code = "file_kind_not_taken"
    field = "file"
    name: str
    kinds: list[str]

    def __str__(self) -> str:
        labels = [str(kind.label) for kind in FileKind if kind.code in self.kinds]
        words = {"name": self.name, "kinds": ", ".join(labels)}
        return _("“%(name)s” is none of the kinds that can be kept here: %(kinds)s. Save it as one of them.") % words


@dataclass(frozen=True, slots=True)
class TakenFile:
    """On the disk, and referred to by nothing yet."""

    digest: str
    size: int
    kind: FileKind
    name: str


def take_in(content: Iterable[bytes], *, name: str, largest: int, kinds: Collection[FileKind]) -> TakenFile:
    """Keep the bytes, or refuse them without keeping any. Called before the transaction that refers to them."""
    name = clean_name(name)
    folder = _folder()
    handle, temporary = tempfile.mkstemp(dir=folder / _INCOMING)
    try:
        with os.fdopen(handle, "wb") as file:
            digest, size = _copy(content, file.fileno(), name=name, largest=largest)
            os.fsync(file.fileno())
        kind = kind_of_file(Path(temporary))
        if kind is None or kind not in kinds:
            raise FileKindNotTaken(name=name, kinds=[each.code for each in FileKind if each in kinds])
        with _held(folder, fcntl.LOCK_SH):
            _settle(Path(temporary), path_of(digest))
    finally:
        Path(temporary).unlink(missing_ok=True)
    return TakenFile(digest=digest, size=size, kind=kind, name=name)


def stored(taken: TakenFile, *, at: datetime) -> StoredFile:
    """The row that keeps the bytes from being swept, in the transaction of whatever refers to it."""
    assert path_of(taken.digest).is_file(), f"{taken.digest} was taken in more than {KEPT_UNREFERRED} ago"
    return StoredFile.objects.create(
        digest=taken.digest, size=taken.size, kind=taken.kind.code, name=taken.name, stored_at=at
    )


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def sweep_files() -> int:
    """Remove bytes that no row has referred to for a day; how many files there were."""
    folder = _folder()
    before = (real_now() - KEPT_UNREFERRED).timestamp()
    swept = 0
    for place in [each for each in sorted(folder.iterdir()) if each.is_dir()]:
        with _held(folder, fcntl.LOCK_EX):
            old = {file.name: file for file in place.iterdir() if file.stat().st_mtime < before}
            referred = set(StoredFile.objects.filter(digest__in=list(old)).values_list("digest", flat=True))
            for digest in old.keys() - referred:
                old[digest].unlink(missing_ok=True)
                swept += 1
    return swept


def clean_name(name: str) -> str:
    """What the file was called, without folders and without anything invisible; never longer than the column."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(letter for letter in unicodedata.normalize("NFC", name) if letter.isprintable())
    stem, dot, ending = " ".join(visible.split()).rpartition(".")
    if not dot or not stem or len(ending) > 10:  # noqa: PLR2004 - what follows the dot is no ending then
        stem, dot, ending = " ".join(visible.split()), "", ""
    return f"{stem[: LONGEST_NAME - len(dot) - len(ending)]}{dot}{ending}" or "file"


def _copy(content: Iterable[bytes], to: int, *, name: str, largest: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for piece in content:
        size += len(piece)
        if size > largest:
            raise FileTooLarge(name=name, largest=largest)
        digest.update(piece)
        _write_all(to, piece)
    if not size:
        raise FileEmpty(name=name)
    return digest.hexdigest(), size


def _write_all(to: int, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[os.write(to, left) :]


def _settle(temporary: Path, place: Path) -> None:
    """A file of that digest is the same bytes; putting them there again makes them young, so that none is swept."""
    place.parent.mkdir(exist_ok=True)
    temporary.chmod(0o640)
    temporary.replace(place)
    for folder in (place.parent, place.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _folder() -> Path:
    folder = Path(settings.MEDIA_ROOT)
    (folder / _INCOMING).mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    """Many may settle at once; while the sweeper looks and removes, none does."""
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, how)
        yield
