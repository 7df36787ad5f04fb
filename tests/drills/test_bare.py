"""The bare drill: a clone with nothing but Python is started by somebody who is nobody, twice.

`bin/drill bare` installs every part anew, as a normal user where it may become one; without KANAL_DRILL=full the
clone borrows this one's parts, and is started once.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.processes import ROOT, Started, environment, free_port, kill, wait_until_gone

pytestmark = [pytest.mark.own_server, pytest.mark.timeout(600)]  # minutes, where much else runs
FULL = os.environ.get("KANAL_DRILL") == "full"
SECOND_START_SECONDS = 60.0  # on a machine that does other things too; it takes a few


def somebody() -> pwd.struct_passwd | None:
    """Whom to become: a user without rights, when we are root and the system's Python is his too."""
    if not FULL or os.geteuid() != 0:
        return None
    return pwd.getpwnam("nobody")


@pytest.fixture
def clone() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kanal bare "))
    folder.chmod(0o755)
    target = folder / "clone"
    tracked = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    if not FULL:
        (target / ".venv").symlink_to(ROOT / ".venv")
    user = somebody()
    if user:
        subprocess.run(["chown", "-R", f"{user.pw_uid}:{user.pw_gid}", str(folder)], check=True)
    yield target
    shutil.rmtree(folder, ignore_errors=True)


def start(clone: Path, port: int, log: Path) -> Started:
    user = somebody()
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    python = shutil.which("python3", path="/usr/bin:/bin") if user else sys.executable
    with log.open("wb") as file:
        process = subprocess.Popen(
            [str(python), str(clone / "bin" / "run"), "--port", str(port)],
            cwd="/",
            env=environment(HOME=str(clone)),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            **identity,  # type: ignore[call-overload]
        )
    return Started(process, log, port)


def test_a_bare_clone_serves_and_serves_again(clone: Path, tmp_path: Path) -> None:
    port = free_port()
    for life in ("first", "second")[: 2 if FULL else 1]:
        began = time.monotonic()
        running = start(clone, port, tmp_path / life)
        try:
            patience = time.monotonic() + (600 if FULL else 120)
            while "Ctrl-C stops all of it." not in running.said():
                assert running.process.poll() is None, running.said()
                assert time.monotonic() < patience, running.said()
                time.sleep(0.1)
            seconds = time.monotonic() - began
            sys.stdout.write(f"{life} start: {seconds:.1f} s\n")
            assert running.ready()["ready"] is True
            assert life == "first" or seconds < SECOND_START_SECONDS
            assert running.end()[0] == 0
            assert wait_until_gone(running.family, 1) == []
        finally:
            kill(running.everything() if running.process.poll() is None else [])
    user = somebody()
    if user:
        owners = {path.lstat().st_uid for path in (clone / "var").rglob("*")}
        assert owners == {user.pw_uid}
