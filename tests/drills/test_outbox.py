"""The outbox drill: the worker is killed in the middle of its work; nothing is lost and nothing is done twice.

`bin/drill outbox` kills it twenty times; without KANAL_DRILL=full it is a short rehearsal.
"""

import os

from tests.jobs.kill_often import kill_often

FULL = os.environ.get("KANAL_DRILL") == "full"


def test_nothing_is_lost_when_the_worker_is_killed(own_database: str) -> None:
    kill_often(own_database, kills=20 if FULL else 1, tellings=100 if FULL else 20, seed=7)
