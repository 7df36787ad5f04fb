"""How the machinery fares, for those who watch over it: across all books, read only.

R10  Reads across books exist only in files of this name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from kanal.kit.models import Outbox

PROBLEMS_OF_JOBS = ("todo", "doing", "failed")


@dataclass(frozen=True, slots=True)
class OutboxState:
    """Work asked for that no job was made of yet; what is parked waits for somebody to look at it."""

    waiting: int
    parked: int
    oldest_at: datetime | None


def outbox_state() -> OutboxState:
    waiting = Outbox.objects.filter(parked=Outbox.Parked.NOT_PARKED)
    oldest = waiting.order_by("id").first()
    return OutboxState(
        waiting=waiting.count(),
        parked=Outbox.objects.exclude(parked=Outbox.Parked.NOT_PARKED).count(),
        oldest_at=oldest.really_asked_at if oldest else None,
    )


def parked_work(most: int) -> list[Outbox]:
    """What waits for somebody to look at it, the longest waiting first."""
    return list(Outbox.objects.exclude(parked=Outbox.Parked.NOT_PARKED).order_by("asked_at", "book_id", "id")[:most])


def jobs_by_status() -> dict[str, int]:
    """Done jobs are not counted: they are many, and no problem."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs WHERE status::text = ANY(%s) GROUP BY 1",
            [list(PROBLEMS_OF_JOBS)],
        )
        return dict.fromkeys(PROBLEMS_OF_JOBS, 0) | dict(cursor.fetchall())


def worker_heartbeats() -> list[float]:
    """Seconds since each worker last said that it lives, by the database's own clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - last_heartbeat)::float8 AS silent "
            "FROM procrastinate_workers ORDER BY silent"
        )
        return [seconds for (seconds,) in cursor.fetchall()]


def database_size() -> tuple[int, int]:
    """Bytes of this database, and how many connections it has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_database_size(datname), numbackends FROM pg_stat_database WHERE datname = current_database()"
        )
        size, connections = cursor.fetchone() or (0, 0)
        return size, connections
