"""One file that holds a whole Kanal: the database's dump, the stored files, and last a manifest of both.

The manifest comes last and carries the digest of every part, so an archive that was cut off or changed by a single
bit is known before anything is restored from it.
"""

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kanal.cli import CannotGoOn

FORMAT = 1
DUMP = "database.dump"
FILES = "files/"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
PIECE = 1024 * 1024


@dataclass
class Manifest:
    made_at: str
    kanal: str
    database: str
    server: int  # server_version_num of the PostgreSQL it came from
    dumped_by: int  # the major version of its pg_dump: pg_restore must not be older
    migrations: list[str]
    parts: dict[str, str] = field(default_factory=dict)  # name: sha256
    format: int = FORMAT


def write_archive(path: Path, *, dump: Path, files: Path, manifest: Manifest) -> None:
    """Whole or not at all, and readable by its owner alone: it holds everything there is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                manifest.parts[DUMP] = add_file(archive, DUMP, dump)
                for stored in stored_files(files):
                    name = FILES + stored.relative_to(files).as_posix()
                    manifest.parts[name] = add_file(archive, name, stored)
                words = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
                add_text(archive, MANIFEST, words)
                add_text(archive, SEAL, hashlib.sha256(words).hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename, never over another backup
    except FileExistsError:
        raise CannotGoOn(f"{path} is there already; give another name.") from None
    finally:
        draft.unlink(missing_ok=True)


def stored_files(folder: Path) -> Iterator[Path]:
    """What is being handed in just now, under names with a dot, is no stored file yet."""
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def add_file(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        facts = about(name, os.fstat(file.fileno()).st_size)
        reader = Digesting(file)
        archive.addfile(facts, reader)
    return reader.digest.hexdigest()


def add_text(archive: tarfile.TarFile, name: str, words: bytes) -> None:
    archive.addfile(about(name, len(words)), io.BytesIO(words))


def about(name: str, size: int) -> tarfile.TarInfo:
    facts = tarfile.TarInfo(name)
    facts.size, facts.mode, facts.mtime = size, 0o600, int(time.time())
    return facts


class Digesting:
    """A file as it is read, with the digest of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


def read_archive(path: Path, *, into: Path | None = None) -> Manifest:
    """Every part against the manifest; with `into`, the parts are written there while they are read."""
    try:
        with tarfile.open(path, mode="r:") as archive:
            found = dict(read_parts(archive, into))
    except FileNotFoundError:
        raise CannotGoOn(f"there is no file {path}.") from None
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as problem:
        raise damaged(path, f"it cannot be read to its end ({problem})") from problem
    manifest = manifest_of(path, found)
    for name, digest in manifest.parts.items():
        if found.get(name) != digest:
            raise damaged(path, f"{name} is {'changed' if name in found else 'missing'}")
    return manifest


def read_parts(archive: tarfile.TarFile, into: Path | None) -> Iterator[tuple[str, str]]:
    """The name of each part with its digest; the manifest and its seal as they stand."""
    for facts in archive:
        source = archive.extractfile(facts)
        if source is None or not is_safe(facts.name):
            continue
        if facts.name in {MANIFEST, SEAL}:
            yield facts.name, source.read().decode()
            continue
        yield facts.name, copied(source, into / facts.name if into else None)


def is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def copied(source: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") if target else open(os.devnull, "wb") as file:  # noqa: PTH123 - nowhere
        while piece := source.read(PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def manifest_of(path: Path, found: dict[str, str]) -> Manifest:
    words, seal = found.get(MANIFEST, ""), found.get(SEAL, "")
    if not words:
        raise damaged(path, "its end is missing")
    if hashlib.sha256(words.encode()).hexdigest() != seal:
        raise damaged(path, "its list of parts is changed")
    facts: dict[str, Any] = json.loads(words)
    if facts.get("format", 0) > FORMAT:
        raise CannotGoOn(f"{path} was made by a newer Kanal ({facts.get('kanal')}): install that version first.")
    return Manifest(**facts)


def damaged(path: Path, how: str) -> CannotGoOn:
    return CannotGoOn(f"{path} is damaged: {how}. Nothing was restored; use another backup.")
