"""The real worker in a process of its own: stopped, killed, doubled; what was asked for is done, and done once."""

import signal
from datetime import datetime

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from kanal.kit import clock
from kanal.kit.ids import uuid7
from kanal.kit.models import JobTrouble, Outbox, TickRun
from kanal.notices.models import Mail, Notice
from kanal.notices.tell import Reader, tell
from tests.jobs.kill_often import kill_often, nothing_is_left, tell_many
from tests.worker_process import WorkerProcess, wait_until

KILLS = 5  # tests/drills/test_outbox.py does it twenty times


def test_it_does_what_was_asked_and_stops_cleanly(own_database: str, noon: datetime) -> None:
    with WorkerProcess(own_database) as worker:
        reader = Reader("lan@saomai.example", "Lan", "vi", person_id=uuid7())
        with transaction.atomic():
            tell("password_changed", to=[reader], facts={}, cause="c", at=noon)
        wait_until(lambda: Mail.objects.filter(state=Mail.State.SENT).exists())

        assert worker.stop() == 0
    assert Notice.objects.get().told_at == noon
    assert not ProcrastinateWorker.objects.exists()  # it took leave
    run = TickRun.objects.order_by("began_at").first()
    assert run
    assert run.ended_at


def test_ctrl_c_stops_it_as_well(own_database: str) -> None:
    with WorkerProcess(own_database) as worker:
        wait_until(ProcrastinateWorker.objects.exists)
        assert worker.stop(name=signal.SIGINT) == 0


def test_killed_again_and_again_it_loses_nothing_and_does_nothing_twice(own_database: str) -> None:
    kill_often(own_database, kills=KILLS, tellings=60)


def test_two_at_once_do_the_work_once(own_database: str) -> None:
    with WorkerProcess(own_database), WorkerProcess(own_database):
        wait_until(lambda: ProcrastinateWorker.objects.count() == 2)
        tell_many(200, cause="two")
        wait_until(nothing_is_left)

    assert Notice.objects.count() == 200
    assert Mail.objects.filter(state=Mail.State.SENT, attempts=1).count() == 200
    assert not JobTrouble.objects.exists()


def test_a_move_of_the_clock_is_ticked_at_once(own_database: str) -> None:
    from tests.jobs.moving import move_days

    with WorkerProcess(own_database):
        wait_until(lambda: TickRun.objects.filter(ended_at__isnull=False).exists())
        target = clock.now()
        move_days(3)
        wait_until(
            lambda: TickRun.objects.filter(
                cause=TickRun.Cause.CLOCK_MOVED, ended_at__isnull=False, until_at__gt=target
            ).exists(),
            seconds=15,
        )


@pytest.mark.usefixtures("own_database")
def test_nothing_is_left_says_so_only_when_it_is_so(noon: datetime) -> None:
    assert nothing_is_left()
    tell_many(1, cause="x")
    assert not nothing_is_left()
    Outbox.objects.filter(book_id=0).delete()
    assert nothing_is_left()
    assert not ProcrastinateJob.objects.exists()
