"""The crash drill: web, worker, postmaster and backends are killed together at any moment, and the next start stands.

`bin/drill crash` does it twenty times, each at another moment of a run's life, while somebody keeps writing; what was
answered as written is there afterwards. Without KANAL_DRILL=full once.
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kanal.kit.postgres import OWNER, EmbeddedServer
from tests.operations.processes import Started, free_port, kill, own_var, server_processes, started

pytestmark = [pytest.mark.own_server, pytest.mark.timeout(600)]  # minutes, where much else runs
FULL = os.environ.get("KANAL_DRILL") == "full"
KILLS = 20 if FULL else 1
LONGEST_LIFE = 8.0 if FULL else 1.0  # seconds from the start to the kill: from half a start-up to a while of work
UP = "Ctrl-C stops all of it."


@pytest.fixture
def var(django_db_setup: None) -> Iterator[Path]:
    with own_var() as folder:
        yield folder


def test_after_any_kill_the_next_start_stands_and_nothing_written_is_lost(var: Path, tmp_path: Path) -> None:
    port, written, dice = free_port(), 0, random.Random(20261121)
    for kill_number in range(KILLS):
        with started("run", log=tmp_path / str(kill_number), port=port, KANAL_VAR=str(var)) as running:
            if kill_number % 2 == 0:  # the others may be killed before they are up
                running.wait_until_said(UP)
            written = live_and_write(running, var, written, seconds=dice.uniform(0.5, LONGEST_LIFE))
            kill([*running.everything(), *server_processes(var)])
        sys.stdout.write(f"kill {kill_number + 1} of {KILLS}: {written} rows were written before it\n")

    with started("run", log=tmp_path / "last", port=port, KANAL_VAR=str(var)) as running:
        running.wait_until_said(UP)
        assert running.ready() == {"ready": True, "problems": []}
        assert rows_in(var) >= written > 0
        assert running.end()[0] == 0


def live_and_write(running: Started, var: Path, written: int, *, seconds: float) -> int:
    """Rows that the server has confirmed; it may not be up yet, or never come up in this life."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with psycopg.connect(EmbeddedServer(var / "postgres").url(OWNER), connect_timeout=1) as session:
                session.execute("CREATE TABLE IF NOT EXISTS drill (n int PRIMARY KEY)")
                session.execute("INSERT INTO drill VALUES (%s)", [written + 1])
            written += 1
        except psycopg.Error:
            time.sleep(0.05)
    return written


def rows_in(var: Path) -> int:
    with psycopg.connect(EmbeddedServer(var / "postgres").url(OWNER)) as session:
        row = session.execute("SELECT coalesce(max(n), 0), count(*) FROM drill").fetchone()
        highest, count = row or (0, 0)
        assert highest == count
        return int(count)
