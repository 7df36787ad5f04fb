"""Turn outbox rows into jobs: each row becomes one job and disappears in the same transaction, or stays.

One book at a time (R11), so that a cluster's node does it alone; two drainers share the rows by SKIP LOCKED. What
cannot become a job is parked where the desk sees it, and holds up nothing else.
"""

from collections.abc import Sequence

import structlog
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager

from kanal.jobs.bindings import BINDINGS
from kanal.jobs.operator_queries import books_with_work, ready
from kanal.jobs.said import said
from kanal.kit.models import Outbox
from kanal.kit.plain import rfc3339

AT_ONCE = 200  # rows of one book in one transaction
QUEUE = "default"
log = structlog.stdlib.get_logger("kanal.jobs")


def drain() -> int:
    """How many rows became jobs; no more than a bounded round, so that the worker can be stopped between two."""
    return sum(drain_book(book_id) for book_id in books_with_work(BINDINGS.keys()))


@transaction.atomic
def drain_book(book_id: int) -> int:
    waiting = Outbox.objects.filter(ready(BINDINGS.keys()), book_id=book_id)
    rows = list(waiting.select_for_update(skip_locked=True).order_by("id")[:AT_ONCE])
    known = [row for row in rows if row.name in BINDINGS]
    for row in rows:
        if row.name not in BINDINGS:
            park(row, Outbox.Parked.UNKNOWN_NAME, "")
    queued = queue(known)
    Outbox.objects.filter(book_id=book_id, id__in=[row.id for row in queued]).delete()
    return len(queued)


def queue(rows: Sequence[Outbox]) -> Sequence[Outbox]:
    """All together; only if that fails one by one, to find the row that the queue does not take."""
    try:
        with transaction.atomic():
            insert(rows)
    except (ConnectorException, DatabaseError):
        return [row for row in rows if queued_alone(row)]
    return rows


def queued_alone(row: Outbox) -> bool:
    try:
        with transaction.atomic():
            insert([row])
    except (ConnectorException, DatabaseError) as problem:
        park(row, Outbox.Parked.REFUSED_BY_QUEUE, said(problem.__cause__ or problem))
        return False
    return True


def insert(rows: Sequence[Outbox]) -> None:
    jobs = []
    awaited: set[str] = set()
    for row in rows:
        if BINDINGS[row.name].finds_its_own:
            if row.name in awaited or is_waiting(row.name):
                continue  # the job that waits already begins after this row was committed, and finds it
            awaited.add(row.name)
        jobs.append(job_for(row))
    if jobs:
        JobManager(DjangoConnector()).batch_defer_jobs(jobs=jobs)


def job_for(row: Outbox) -> Job:
    return Job(
        queue=QUEUE,
        task_name=row.name,
        lock=row.name if BINDINGS[row.name].finds_its_own else None,
        queueing_lock=None,
        task_kwargs={
            "work_id": str(row.id),
            "book_id": row.book_id,
            "asked_at": rfc3339(row.asked_at),
            "facts": row.facts,
        },
    )


def is_waiting(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND task_name = %s"
            " AND (scheduled_at IS NULL OR scheduled_at <= now()))",
            [name],
        )
        return bool(cursor.fetchone()[0])


def park(row: Outbox, why: Outbox.Parked, trouble: str) -> None:
    if row.parked == why:
        return
    log.error("outbox row parked", name=row.name, book_id=row.book_id, work_id=str(row.id), why=str(why))
    row.parked, row.trouble = why, trouble
    row.save(update_fields=["parked", "trouble"])
