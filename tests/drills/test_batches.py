"""The drill of many rows: the worker is killed in the middle of a file; each row is done, and done once.

`bin/drill batches` hands in 2,000 customers and kills ten times; without KANAL_DRILL=full it is a short rehearsal.
"""

import os
import sys
import time

import pytest

from kanal.batches.models import Batch
from kanal.kit.clock import now
from tests.jobs.kill_batches import (
    a_file_of_customers,
    again,
    everything_was_done_once,
    kill_in_the_middle,
    nothing_waits,
)
from tests.worker_process import WorkerProcess, wait_until
from tests.world import a_world

FULL = os.environ.get("KANAL_DRILL") == "full"
ROWS = 2_000 if FULL else 400
KILLS = 10 if FULL else 2


def test_killed_in_the_middle_each_row_is_done_once(own_database: str) -> None:
    """CRED-9, LINK-1"""
    took = kill_in_the_middle(own_database, kills=KILLS, rows=ROWS)
    sys.stdout.write(f"{ROWS} rows, {KILLS} kills; the last worker ended it in {took:.1f} s\n")


def test_two_workers_that_are_killed_do_no_row_twice(own_database: str) -> None:
    """CRED-9"""
    kill_in_the_middle(own_database, kills=1, rows=ROWS, workers=2)


@pytest.mark.skipif(not FULL, reason="measures; the others prove the same")
def test_left_alone_it_comes_to_its_end(own_database: str) -> None:
    """CRED-9"""
    began = time.monotonic()
    batch = a_file_of_customers(a_world(), ROWS, at=now())
    checked = time.monotonic()
    with WorkerProcess(own_database):
        wait_until(lambda: again(batch).state == Batch.State.DONE, seconds=90)
        done = time.monotonic()
        wait_until(lambda: nothing_waits(batch), seconds=90)
    everything_was_done_once(batch)
    sys.stdout.write(f"{ROWS} rows: checked in {checked - began:.1f} s, carried out in {done - checked:.1f} s\n")
