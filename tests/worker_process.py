"""A real `kanal worker` of its own process, that a test can stop or kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Self

from django.conf import settings

from kanal.kit.postgres import APPLICATION, OWNER
from tests import database

SILENCE = 2.0  # after which a killed worker's jobs are done again; ten times that in production


class WorkerProcess:
    def __init__(self, name: str, **settings_of_its_own: str) -> None:
        environment = {
            **os.environ,
            "KANAL_SANDBOX": "1",
            "KANAL_SECRET_KEY": settings.SECRET_KEY,  # it opens what the test sealed
            "DATABASE_URL": database.server().url(APPLICATION, name),
            "DATABASE_OWNER_URL": database.server().url(OWNER, name),
            **settings_of_its_own,
        }
        command = [sys.executable, "-m", "kanal", "worker", "--silence", str(SILENCE), "--concurrency", "2"]
        self.process = subprocess.Popen(
            command, cwd=database.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def kill(self) -> None:
        """As when the machine loses power: nothing in it hears of it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, *, name: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(name)
        return self.process.wait(timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        said = self.process.stdout.read() if self.process.stdout else ""
        if kind:
            sys.stderr.write(said)
        if self.process.stdout:
            self.process.stdout.close()


def wait_until(answer: Callable[[], object], *, seconds: float = 45.0) -> None:
    end = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
