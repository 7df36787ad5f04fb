"""What is made from the sources before anything is served: compiled words, and static files under hashed names.

Made again only when the sources changed, so that every start may ask for it.
"""

import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from kanal.cli import ROOT, CannotGoOn
from kanal.kit.messages.compile import compile_catalogues


def build() -> list[str]:
    """What had to be made, in words."""
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        return [*compile_words(), *collect_static(folder)]


def compile_words() -> Iterator[str]:
    try:
        made = compile_catalogues(ROOT)
    except PermissionError as problem:
        raise CannotGoOn(
            f"{problem.filename} is to be written and may not be: run `kanal messages --compile` once as its owner.",
        ) from problem
    if made:
        yield f"{len(made)} catalogues of words"


def collect_static(folder: Path) -> Iterator[str]:
    digest, count = digest_of_sources()
    made_from = folder.parent / "static.digest"
    if made_from.exists() and made_from.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    made_from.write_text(digest)
    yield f"{count} static files"


def digest_of_sources() -> tuple[str, int]:
    """By size and moment: reading every file at every start would cost more than it is worth."""
    digest = hashlib.sha256((ROOT / "requirements" / "app.txt").read_bytes())
    digest.update(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    count = 0
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            facts = Path(storage.path(name)).stat()
            digest.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
            count += 1
    return digest.hexdigest(), count
