"""One `kanal run` per folder: who holds it, where it answers, and what a killed one left behind."""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from kanal.cli import CannotGoOn

LEAVE_SECONDS = 5.0


class Place:
    """The lock goes with the process, however it ends; the note beside it says what was started."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.lock = var / "run.lock"
        self.note = var / "run.json"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            file = self.lock.open("a")
        except PermissionError as problem:
            raise CannotGoOn(
                f"{problem.filename} belongs to another user: start as that user, "
                "or give KANAL_VAR a folder of your own.",
            ) from problem
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotGoOn(self.who_holds_it()) from None
            self.end_leftovers()
            try:
                yield
            finally:
                self.note.unlink(missing_ok=True)

    def is_held(self) -> bool:
        try:
            with self.lock.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def write(self, *, url: str, children: dict[str, int]) -> None:
        """What a later start must know if this one is killed: numbers with the moment each process began."""
        facts = {"pid": os.getpid(), "url": url, "children": [[pid, began(pid)] for pid in children.values()]}
        draft = self.note.with_suffix(".draft")
        draft.write_text(json.dumps(facts))
        draft.replace(self.note)

    def read(self) -> dict[str, Any]:
        try:
            facts = json.loads(self.note.read_text())
        except (OSError, ValueError):
            return {}
        return facts if isinstance(facts, dict) else {}

    def who_holds_it(self) -> str:
        facts = self.read()
        if not facts:
            return "Kanal is just being started from this folder by another command; wait for that one."
        return (
            f"Kanal already runs from this folder at {facts['url']} (process {facts['pid']}). "
            f"Use that one, or stop it first: Ctrl-C where it runs, or kill {facts['pid']}."
        )

    def end_leftovers(self) -> None:
        """Processes of a run that was killed end by themselves within a second; what does not is ended."""
        left = [process for pid, since in self.read().get("children", []) for process in still_there(pid, since)]
        families = [member for process in left for member in (process, *children_of(process))]
        if wait_until_gone(families):
            return
        for process in filter(lives, families):
            with contextlib.suppress(psutil.Error):
                process.kill()
        wait_until_gone(families)


def wait_until_gone(processes: list[psutil.Process]) -> bool:
    until = time.monotonic() + LEAVE_SECONDS
    while any(map(lives, processes)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(lives, processes))


def lives(process: psutil.Process) -> bool:
    """One that has ended and was not yet collected holds nothing any more."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def began(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return time.time()


def still_there(pid: int, since: float) -> Iterator[psutil.Process]:
    """The same process, not one that got its number since."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if abs(process.create_time() - since) < 1 and lives(process):
            yield process


def children_of(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []
