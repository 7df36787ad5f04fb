"""The real thing to look at: granian in a process of its own, on a copy of the template database."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from kanal.kit.postgres import APPLICATION, OWNER
from tests import database

FOLDER = database.ROOT / "var" / "test" / "browser"
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Live:
    url: str
    database: str
    log: Path

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-6000:]


@contextlib.contextmanager
def live_server(name: str, **environment: str) -> Iterator[Live]:
    """localhost by name, since passkeys work nowhere else without https."""
    database.copy_of(database.template_name(), name)
    port = free_port()
    live = Live(f"http://localhost:{port}", name, FOLDER / f"{name}.log")
    told = {**os.environ, **environment_of(live), **environment}
    collect_static(told)
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "kanal.wsgi:application"),
    ]
    with live.log.open("w") as log:
        process = subprocess.Popen(command, cwd=database.ROOT, env=told, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(live, process, port)
            yield live
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            database.drop(name)


def environment_of(live: Live) -> dict[str, str]:
    return {
        "KANAL_SANDBOX": "1",
        "KANAL_SECRET_KEY": settings.SECRET_KEY,  # so that a test opens what the server sealed
        "KANAL_PUBLIC_URL": live.url,
        "KANAL_VAR": str(FOLDER),
        "DATABASE_URL": database.server().url(APPLICATION, live.database),
        "DATABASE_OWNER_URL": database.server().url(OWNER, live.database),
    }


def collect_static(environment: dict[str, str]) -> None:
    """Once for all workers, and again only when a file of ours or a part has changed."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    stamp = FOLDER / "static.stamp"
    with (FOLDER / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = digest_of_static()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
        told = {**environment, "DJANGO_SETTINGS_MODULE": "kanal.settings"}
        ran = subprocess.run(command, cwd=database.ROOT, env=told, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr[-2000:]
        stamp.write_text(wanted)


def digest_of_static() -> str:
    digest = hashlib.sha256((database.ROOT / "requirements/app.txt").read_bytes())
    for path in sorted((database.ROOT / "kanal").glob("*/static/**/*")):
        if path.is_file():
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(live: Live, process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"the server ended at once:\n{live.last_words()}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"the server did not answer in {PATIENCE_SECONDS} s:\n{live.last_words()}")
