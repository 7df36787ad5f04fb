"""Starting and answering: cold and warm start, pages beside a bare server, memory of each process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

from kanal.bench import Figure
from kanal.bench._load import Outcome, ask

ROOT = Path(__file__).resolve().parents[2]
UP = "Ctrl-C stops all of it."
ASKER = "thu@saokhue.example"
EMPTY, SIGN_IN, LIST = "/healthz", "/account/sign-in/", "/desk/organizations/"
PATIENCE = 180.0


def run(*, quick: bool) -> list[Figure]:
    rounds, seconds = (2, 2.0) if quick else (5, 5.0)
    with own_var() as var:
        cold = started_in(var)
        warm = statistics.median(started_in(var) for _ in range(1 if quick else 3))
        figures = [
            Figure.at_most(60.0, "cold start, parts installed", cold, "s"),
            Figure.at_most(10.0, "warm start", warm, "s"),
        ]
        with running(var) as place, bare_server() as bare:
            figures += pages(place.port, bare, place.cookie(), rounds, seconds)
            figures += memory(place.process)
    return figures


def pages(port: int, bare: int, cookie: str, rounds: int, seconds: float) -> list[Figure]:
    """Turn by turn with the bare server, so that whatever else the machine does meets both alike."""
    figures = []
    for name, path, its_cookie, share_of_bare, milliseconds in (
        ("an empty answer", EMPTY, "", 0.1, 5.0),
        ("the sign-in page", SIGN_IN, "", 0.002, 50.0),
        ("a list at the desk", LIST, cookie, 0.0005, 100.0),
    ):
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(ask(bare, "/", seconds=seconds))
            ours.append(ask(port, path, seconds=seconds, cookie=its_cookie))
        figures.append(Figure.at_least(share_of_bare, f"{name}, 64 connections", middle(ours), "1/s", middle(theirs)))
        for share, words in ((0.5, "half of them within"), (0.99, "99 of 100 within")):
            values = [outcome.percentile(share) for outcome in ours]
            beside = statistics.median(outcome.percentile(share) for outcome in theirs)
            figures.append(Figure.beside(f"  {words}", statistics.median(values), "ms", beside))
        alone = [ask(port, path, seconds=seconds / 2, cookie=its_cookie, connections=1) for _ in range(rounds)]
        single = statistics.median(outcome.percentile(0.5) for outcome in alone)
        figures.append(Figure.at_most(milliseconds, "  one at a time, half of them within", single, "ms"))
    return figures


def middle(outcomes: list[Outcome]) -> float:
    return statistics.median(outcome.rate for outcome in outcomes)


def memory(process: subprocess.Popen[str]) -> list[Figure]:
    """PSS, where the system tells it, shares out what several processes have in common; RSS counts it each time."""
    main = psutil.Process(process.pid)
    found = [("what holds it together", main)]
    for child in main.children():
        command = next((part for part in ("serve", "worker") if part in child.cmdline()), "")
        found.append((f"{command}, first process" if command == "serve" else command, child))
        found += [(f"{command}, process {n}", each) for n, each in enumerate(child.children(), start=1)]
    figures = []
    for name, each in found:
        facts = each.memory_full_info()
        shared = getattr(facts, "pss", facts.rss)
        figures.append(Figure.at_most(250.0, f"memory of {name}", shared / 1024**2, "MiB"))
    return figures


# --- What is measured -------------------------------------------------------------------------------------------
class Place:
    def __init__(self, var: Path, port: int, process: subprocess.Popen[str]) -> None:
        self.var, self.port, self.process = var, port, process

    def cookie(self) -> str:
        """Somebody of the desk, signed in by a session of the right kind in the place's own database."""
        code = (
            "import django; django.setup()\n"
            "from django.test import Client\n"
            "from kanal.identity.models import Person\n"
            f"client = Client(); client.force_login(Person.objects.get(email={ASKER!r}))\n"
            "print(client.cookies['sessionid'].value)\n"
        )
        environment = {**sandbox(self.var), "DJANGO_SETTINGS_MODULE": "kanal.settings", "KANAL_SANDBOX": "1"}
        ran = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return f"sessionid={ran.stdout.strip()}; kanal_language=vi"


@contextlib.contextmanager
def own_var() -> Iterator[Path]:
    (ROOT / "var").mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "var"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sandbox(var: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("KANAL_", "DATABASE_"))}
    return {**inherited, "KANAL_VAR": str(var), "KANAL_LOG_LEVEL": "error", "PYTHONUNBUFFERED": "1"}


def started_in(var: Path) -> float:
    """Seconds from the command to its last word."""
    began = time.perf_counter()
    with running(var) as place:
        took = time.perf_counter() - began
        assert place.process.poll() is None
    return took


@contextlib.contextmanager
def running(var: Path) -> Iterator[Place]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "kanal", "run", "--port", str(port)],
        cwd=ROOT,
        env=sandbox(var),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_up(process)
        yield Place(var, port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def wait_until_up(process: subprocess.Popen[str]) -> None:
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if UP in line:
            return
    raise RuntimeError(f"it did not start:\n{''.join(said)}")


@contextlib.contextmanager
def bare_server() -> Iterator[int]:
    """The same server with the same processes and threads, and nothing to do."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--no-ws", "--log-level", "error",
         "--workers", str(min(2, os.cpu_count() or 1)), "--blocking-threads", "4", "kanal.bench._hello:application"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None, "the bare server did not start"
            assert time.monotonic() < until, "the bare server does not answer"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return bool(answer.status)
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
