"""Outbox rows become jobs: each once, none lost, none in the way of another."""

from datetime import datetime

import pytest
from django.db import connection, connections, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kanal.jobs import bindings
from kanal.jobs.drain import drain
from kanal.kit.models import Outbox
from kanal.kit.queue import enqueue

pytestmark = pytest.mark.usefixtures("own_database")


def sing(*, at: datetime) -> None:
    """Work that a newer version knows."""
    assert at


def waiting() -> list[Outbox]:
    return [row for book_id in (0, 7, 8) for row in Outbox.objects.filter(book_id=book_id)]


def names() -> list[str]:
    return [job.task_name for job in ProcrastinateJob.objects.order_by("id")]


def tell_something(noon: datetime, *, book_id: int = 0, cause: str = "c") -> Outbox:
    return enqueue("deliver_notice", at=noon, book_id=book_id, kind="password_changed", to=[], cause=cause)


def test_a_row_becomes_a_job_that_carries_all_it_was_asked_with(noon: datetime) -> None:
    row = tell_something(noon, book_id=7)

    assert drain() == 1

    [job] = ProcrastinateJob.objects.all()
    assert (job.task_name, job.status) == ("deliver_notice", "todo")
    assert job.args == {
        "work_id": str(row.id),
        "book_id": 7,
        "asked_at": "2026-03-18T05:00:00Z",
        "facts": {"kind": "password_changed", "to": [], "cause": "c"},
    }
    assert waiting() == []


def test_rows_of_every_book_are_found_the_longest_waiting_first(noon: datetime) -> None:
    for book_id, minute in ((8, 30), (0, 10), (7, 20)):
        tell_something(noon.replace(minute=minute), book_id=book_id)

    assert drain() == 3
    assert [job.args["book_id"] for job in ProcrastinateJob.objects.order_by("id")] == [0, 7, 8]


def test_what_was_rolled_back_is_never_seen(noon: datetime) -> None:
    def act() -> None:
        tell_something(noon)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act()

    assert drain() == 0


def test_a_name_that_nobody_knows_is_parked_in_sight_and_holds_up_nothing(noon: datetime) -> None:
    enqueue("sing_a_song", at=noon, verse=2)
    tell_something(noon)

    assert drain() == 1
    assert drain() == 0

    [parked] = waiting()
    assert (parked.name, parked.parked, parked.facts) == ("sing_a_song", "UNKNOWN_NAME", {"verse": 2})
    assert names() == ["deliver_notice"]


def test_a_parked_name_is_carried_out_once_a_newer_version_knows_it(
    noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue("sing_a_song", at=noon)
    drain()
    monkeypatch.setitem(bindings.BINDINGS, "sing_a_song", bindings.Binding(sing))

    assert drain() == 1
    assert (waiting(), names()) == ([], ["sing_a_song"])


def test_a_row_that_the_queue_refuses_is_parked_with_the_reason_and_its_neighbours_go_through(noon: datetime) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_jobs ADD CONSTRAINT no_b CHECK (args->'facts'->>'cause' <> 'b')")
    for cause in "abc":
        tell_something(noon, cause=cause)

    assert drain() == 2

    [parked] = waiting()
    assert (parked.facts["cause"], parked.parked) == ("b", "REFUSED_BY_QUEUE")
    assert "no_b" in parked.trouble
    assert [job.args["facts"]["cause"] for job in ProcrastinateJob.objects.order_by("id")] == ["a", "c"]
    assert drain() == 0


def test_a_drainer_that_dies_before_its_commit_leaves_the_rows(noon: datetime) -> None:
    """The job and the row's end are one transaction: there is no moment with both or with neither."""
    tell_something(noon)

    class Killed(BaseException):
        pass

    def drain_and_die() -> None:
        assert drain() == 1
        assert (waiting(), len(names())) == ([], 1)
        raise Killed

    with pytest.raises(Killed), transaction.atomic():
        drain_and_die()

    assert (len(waiting()), names()) == (1, [])


def test_two_drainers_share_the_rows(noon: datetime) -> None:
    """What one has in its hands the other passes by."""
    for cause in "abc":
        tell_something(noon, cause=cause)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT id FROM kit_outbox WHERE book_id = 0 ORDER BY id LIMIT 1 FOR UPDATE")
            assert drain() == 2
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert drain() == 1
    assert len(names()) == 3


def test_work_that_finds_its_own_waits_once(noon: datetime) -> None:
    for _ in range(3):
        enqueue("send_mails", at=noon)
    assert drain() == 3
    enqueue("send_mails", at=noon)
    assert drain() == 1

    assert (names(), waiting()) == (["send_mails"], [])


def test_work_that_finds_its_own_is_asked_for_again_while_it_runs(noon: datetime) -> None:
    """The one that runs may have looked already; the new one runs after it, never beside it."""
    enqueue("send_mails", at=noon)
    drain()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    enqueue("send_mails", at=noon)
    drain()

    assert [(job.status, job.lock) for job in ProcrastinateJob.objects.order_by("id")] == [
        ("doing", "send_mails"),
        ("todo", "send_mails"),
    ]


def test_many_rows_of_one_book_take_several_rounds_and_all_go(noon: datetime) -> None:
    with transaction.atomic():
        for number in range(450):
            tell_something(noon, cause=str(number))

    assert [drain(), drain(), drain(), drain()] == [200, 200, 50, 0]
    assert len(names()) == 450
