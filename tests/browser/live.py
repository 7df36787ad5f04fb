"""The real thing to look at: `kanal serve` in a process of its own, on a copy of the template database."""

from __future__ import annotations

import contextlib
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
PATIENCE_SECONDS = 60


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
    FOLDER.mkdir(parents=True, exist_ok=True)
    live = Live(f"http://localhost:{port}", name, FOLDER / f"{name}.log")
    told = {**os.environ, **environment_of(live), **environment}
    command = [sys.executable, "-m", "kanal", "serve", "--port", str(port), "--processes", "1", "--threads", "4"]
    with live.log.open("w") as log:
        process = subprocess.Popen(command, cwd=database.ROOT, env=told, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(live, process, port)
            yield live
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
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
