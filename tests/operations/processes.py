"""Kanal's own commands as an operator starts them: real processes, in a folder of their own under var/test."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any

import psutil

from kanal.kit.postgres import EmbeddedServer
from tests.database import FOLDER

ROOT = Path(__file__).resolve().parents[2]
OURS = ("KANAL_", "DATABASE_", "PROMETHEUS_", "DJANGO_", "PYTEST_")
PATIENCE = 60.0


def environment(**said: str) -> dict[str, str]:
    """As it was before the tests said anything, and what the test says."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**inherited, **said}


def kanal(*arguments: str, cwd: str | Path = ROOT, **said: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "kanal", *arguments],
        cwd=cwd,
        env=environment(**said),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def own_var() -> Iterator[Path]:
    """A KANAL_VAR whose server is stopped and whose files are removed in the end, however the test ended."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="var-", dir=FOLDER))
    folder.chmod(0o755)
    share_static_files(folder)
    try:
        yield folder
    finally:
        EmbeddedServer(folder / "postgres", say=lambda _words: None).stop()
        shutil.rmtree(folder, ignore_errors=True)


def share_static_files(var: Path) -> None:
    """Those the tests have made already: making them anew for each server would be most of its start."""
    (var / "static").symlink_to(ROOT / "var" / "static")
    shutil.copy(ROOT / "var" / "static.digest", var)


@dataclass
class Started:
    """A command that goes on, with what it says in a file."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int
    family: list[psutil.Process] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_said(self, words: str) -> None:
        self.wait_until(lambda: words in self.said(), words)

    def wait_until(self, holds: Any, what: str) -> None:
        until = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, f"it ended before “{what}”:\n{self.said()}"
            assert time.monotonic() < until, f"“{what}” never came:\n{self.said()}"
            time.sleep(0.05)

    def everything(self) -> list[psutil.Process]:
        """The process and all below it, remembered, since a killed parent is forgotten by its children."""
        with contextlib.suppress(psutil.NoSuchProcess):
            me = psutil.Process(self.process.pid)
            self.family = [me, *me.children(recursive=True)]
        return self.family

    def child(self, command: str) -> psutil.Process:
        return next(process for process in self.everything() if process.cmdline()[-1:] and command in process.cmdline())

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code, and how long it took."""
        self.everything()
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE), time.monotonic() - began

    def ask(self, path: str, *, host: str = "localhost", **headers: str) -> tuple[int, Message, str]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://{host}:{self.port}{path}", headers=named)
        opener = urllib.request.build_opener(Stay())
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers, refused.read().decode()

    def ready(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self.ask("/readyz")[2]))
        except OSError:
            return {}


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def hear_ctrl_c() -> None:
    """Whatever starts the tests in the background has them ignore SIGINT; at a terminal nobody does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def started(*arguments: str, log: Path, port: int, **said: str) -> Iterator[Started]:
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "kanal", *arguments, "--port", str(port)],
            cwd="/",  # from any folder
            env=environment(PYTHONPATH=str(ROOT), **said),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=hear_ctrl_c,  # noqa: PLW1509 - nothing but a system call, before any thread
        )
    running = Started(process, log, port)
    try:
        yield running
    finally:
        running.everything()
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
        kill(running.family)
        process.wait(timeout=10)


def kill(processes: list[psutil.Process]) -> None:
    """All of them at once: none sees another die and cleans up after it."""
    for send in (psutil.Process.suspend, psutil.Process.kill):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                send(process)
    wait_until_gone(processes)


def wait_until_gone(processes: list[psutil.Process], seconds: float = 15.0) -> list[psutil.Process]:
    """Those that still live when the time is up."""
    until = time.monotonic() + seconds
    while (left := [process for process in processes if lives(process)]) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def server_processes(var: Path) -> list[psutil.Process]:
    """PostgreSQL's, which have no parent among ours."""
    server = EmbeddedServer(var / "postgres")
    return server.orphans()
