"""The processes of one `kanal run`: started together, watched, and stopped together."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from kanal.cli import ROOT, CannotGoOn
from kanal.cli._follow import PARENT

PATIENCE_SECONDS = 12.0  # a request or a job may finish; then it is over
LOOK_SECONDS = 0.1


@dataclass
class Children:
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """In a session of its own: Ctrl-C in the terminal is ours alone to handle, in the right order."""
        self.running[name] = subprocess.Popen(
            [sys.executable, "-m", "kanal", *arguments],
            cwd=ROOT,
            env={**os.environ, PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def numbers(self) -> dict[str, int]:
        return {name: process.pid for name, process in self.running.items()}

    def refuse_a_loss(self) -> None:
        for name, process in self.running.items():
            code = process.poll()
            if code is not None:
                how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself with code {code}"
                raise CannotGoOn(f"{name} {how}; everything else is being stopped. Its last words stand above.")

    def watch(self) -> None:
        while True:
            self.refuse_a_loss()
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        for process in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        until = time.monotonic() + PATIENCE_SECONDS
        for process in self.running.values():
            try:
                process.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
