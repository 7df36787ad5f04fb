"""A process that another started for itself ends when that one is gone, even when that one was killed.

Otherwise a killed `kanal run` would leave web servers behind that hold the port and the database.
"""

import os
import signal
import threading
import time

PARENT = "KANAL_PARENT"  # the process to follow, said by whoever starts one
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 10.0


def follow_the_parent() -> None:
    told = os.environ.pop(PARENT, "")
    if told.isdigit():
        follow(int(told))


def follow(parent: int) -> None:
    threading.Thread(target=end_with, args=(parent,), name="follows-its-parent", daemon=True).start()


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
