"""One at a time, where there is no row to lock: PostgreSQL's advisory locks, under names that cannot collide."""

import enum
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper


class Fence(enum.IntEnum):
    """The second key of the lock; the first is the house's own."""

    CLOCK = 1
    TICK = 2


HOUSE = 0x4B414E41  # "KANA"


def fence(name: Fence) -> None:
    """Wait for it, and hold it until the transaction ends."""
    assert connection.in_atomic_block, "outside a transaction nothing would be held"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [HOUSE, name])


class HeldFence:
    """Held by a connection of its own across many transactions; gone with the process, or with the connection."""

    def __init__(self, own: BaseDatabaseWrapper) -> None:
        self.own = own

    def is_still_held(self) -> bool:
        try:
            with self.own.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return False
        return True


@contextmanager
def held_fence(name: Fence) -> Iterator[HeldFence | None]:
    """None where another process holds it: then that one does the work."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [HOUSE, name])
            (held,) = cursor.fetchone()
        yield HeldFence(own) if held else None
    finally:
        own.close()
