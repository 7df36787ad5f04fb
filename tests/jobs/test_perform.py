"""One job: the verb gets what was asked, is tried again while there is hope, and says why it failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from kanal.jobs import bindings
from kanal.jobs.bindings import Binding
from kanal.jobs.drain import drain
from kanal.jobs.perform import Patience
from kanal.jobs.recover import MOST_DEATHS, recover_jobs_of_the_dead
from kanal.kit import clock
from kanal.kit.models import JobTrouble
from kanal.kit.queue import enqueue
from kanal.kit.refusal import Refusal
from tests.jobs.work_off import work_off

pytestmark = pytest.mark.usefixtures("own_database")


@dataclass(eq=False)
class TooLate(Refusal):
    code = "too_late"

    def __str__(self) -> str:
        return "It is too late for that; ask again tomorrow."


calls: list[dict[str, Any]] = []


def sing(*, verse: int, at: datetime, work_id: UUID, asked_at: datetime) -> None:
    calls.append({"verse": verse, "at": at, "work_id": work_id, "asked_at": asked_at})
    if verse < 0:
        raise ValueError("no such verse\nDETAIL: what a row held")
    if verse == 0:
        raise TooLate


@pytest.fixture(autouse=True)
def _bound(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(bindings.BINDINGS, "sing", Binding(sing, pauses=[timedelta(0), timedelta(hours=1)]))
    calls.clear()
    yield
    calls.clear()


def jobs() -> list[tuple[str, int]]:
    return [(job.status, job.attempts) for job in ProcrastinateJob.objects.order_by("id")]


def test_the_verb_gets_the_facts_the_time_and_what_it_names_of_the_asking(noon: datetime) -> None:
    row = enqueue("sing", at=noon, verse=3)
    drain()
    before = clock.now()
    work_off()

    [call] = calls
    assert (call["verse"], call["work_id"], call["asked_at"]) == (3, row.id, noon)
    assert before <= call["at"] <= clock.now()
    assert jobs() == []


def test_a_failure_is_tried_again_after_each_pause_and_then_left_for_a_person(noon: datetime) -> None:
    enqueue("sing", at=noon, verse=-1)
    drain()
    work_off()

    assert jobs() == [("todo", 2)]  # tried twice without a pause between, now it waits for an hour
    [job] = ProcrastinateJob.objects.all()
    assert timedelta(minutes=59) < job.scheduled_at - datetime.now(UTC) <= timedelta(hours=1)

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    work_off()
    assert jobs() == [("failed", 3)]
    assert [(each.attempt, each.trouble) for each in JobTrouble.objects.order_by("id")] == [
        (1, "ValueError: no such verse"),
        (2, "ValueError: no such verse"),
        (3, "ValueError: no such verse"),
    ]


def test_a_refusal_is_an_answer_and_not_tried_again(noon: datetime) -> None:
    enqueue("sing", at=noon, verse=0)
    drain()
    work_off()

    assert jobs() == [("failed", 1)]
    [trouble] = JobTrouble.objects.all()
    assert trouble.trouble == "It is too late for that; ask again tomorrow."


def test_pauses_grow(noon: datetime) -> None:
    def next_try(attempts: int) -> datetime | None:
        job = Job(queue="default", lock=None, queueing_lock=None, task_name="deliver_notice", attempts=attempts)
        decision = Patience().get_retry_decision(exception=ValueError(), job=job)
        return decision.retry_at if decision else None

    tries = [next_try(attempts) for attempts in range(len(bindings.PATIENT) + 1)]
    assert tries.pop() is None
    moments = [moment for moment in tries if moment]
    assert len(moments) == len(tries)
    assert moments == sorted(moments)


def test_jobs_of_a_dead_worker_are_given_back_and_those_of_a_living_one_are_not(noon: datetime) -> None:
    for verse in (1, 2, 3):
        enqueue("sing", at=noon, verse=verse)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        cursor.execute("SELECT id FROM procrastinate_workers ORDER BY last_heartbeat")
        (dead,), (alive,) = cursor.fetchall()
        for verse, worker in ((1, dead), (2, alive), (3, None)):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE args->'facts'->>'verse' = %s",
                [worker, str(verse)],
            )

    assert len(recover_jobs_of_the_dead(silence=timedelta(seconds=30))) == 2
    assert jobs() == [("todo", 1), ("doing", 0), ("todo", 1)]
    assert recover_jobs_of_the_dead(silence=timedelta(seconds=30)) == []


def test_a_job_under_which_workers_keep_dying_is_left_for_a_person(noon: datetime) -> None:
    enqueue("sing", at=noon, verse=1)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', attempts = %s", [MOST_DEATHS])

    recover_jobs_of_the_dead(silence=timedelta(seconds=30))
    assert [status for status, _ in jobs()] == ["failed"]
