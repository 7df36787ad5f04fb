"""True progress in the terminal: a step is counted when it is done, and what can be counted within it is."""

import os
import sys
import time
from collections.abc import Callable

STEPS_DONE = "KANAL_STEPS_DONE"  # by bin/run, which prepared the parts before there were any
STARTED = "KANAL_STARTED"  # when it began, so that the seconds shown are the ones that were waited


class Steps:
    def __init__(self, total: int) -> None:
        self.done = int(os.environ.pop(STEPS_DONE, "0"))
        self.total = total + self.done
        self.began = time.time()
        told = os.environ.pop(STARTED, "")
        if told.replace(".", "", 1).isdigit():
            self.began = float(told)
        self.inside = False

    def step(self, text: str) -> None:
        self.done += 1
        self.clear()
        print(f"[{self.done}/{self.total}] {text} ({time.time() - self.began:.1f} s)", flush=True)

    def within(self, what: str) -> Callable[[int, int], None]:
        """Shows `what 3 of 20` in place; where nobody watches, only every step is a line."""

        def show(at: int, of: int) -> None:
            if sys.stdout.isatty():
                self.inside = True
                print(f"\r      {what} {at} of {of}", end="", flush=True)

        return show

    def clear(self) -> None:
        if self.inside:
            print("\r\033[K", end="")
            self.inside = False

    def say(self, text: str) -> None:
        self.clear()
        print(f"      {text}", flush=True)
