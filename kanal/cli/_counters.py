"""Where the web processes of one server count together: a folder of its own, in memory where there is such a place.

The counters are files mapped into memory. On a full disk the system ends a process that touches such a page for the
first time (SIGBUS), so a full disk would take every web process with it: hence memory, and pages taken beforehand.
"""

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, checked below
KINDS = ("counter", "histogram")
BYTES = 1024 * 1024  # some thousands of routes and answers; beyond that it grows like any file


@contextlib.contextmanager
def folder_of_counters(var: Path) -> Iterator[Path]:
    """Held by a lock that goes with the server; what servers left behind that were killed is removed."""
    parent = place_of_counters(var)
    with contextlib.ExitStack() as held:
        with (parent / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            for folder in filter(is_abandoned, parent.iterdir()):
                shutil.rmtree(folder, ignore_errors=True)
            mine = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
            own = held.enter_context((mine / "lock").open("w"))
            fcntl.flock(own, fcntl.LOCK_EX)
        try:
            yield mine
        finally:
            shutil.rmtree(mine, ignore_errors=True)


def place_of_counters(var: Path) -> Path:
    for place in (IN_MEMORY / f"kanal-{os.getuid()}", var / "counters"):
        with contextlib.suppress(OSError):
            place.mkdir(mode=0o700, parents=place.parent == var, exist_ok=True)
            facts = place.lstat()
            if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and os.access(place, os.W_OK):
                return place
    return var / "counters"


def is_abandoned(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    try:
        with (folder / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return True
    return True


def take_pages(folder: Path) -> None:
    """For this process, before it counts anything; under the names that prometheus_client gives its files."""
    for kind in KINDS:
        with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, BYTES)
