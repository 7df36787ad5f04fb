"""The sandbox clock: moved forward only, seen by all, never going back; in production it is the real one."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kanal.audit.models import AuditRecord
from kanal.audit.record import Subject, recorded
from kanal.kit import clock
from kanal.kit.actor import Actor
from kanal.kit.models import ClockShift
from kanal.kit.move_clock import ClockWouldMoveTooFar, ClockWouldNotMoveForward, NotASandbox, move_clock

THU = Actor(kind="PERSON", id="thu", name="Thu", organization_id=None)


def move(by: timedelta) -> ClockShift:
    now = clock.now()
    return move_clock(to_at=now + by, by=THU, at=now)


@pytest.mark.usefixtures("own_database")
class TestMoving:
    def test_it_shows_the_moment_it_was_moved_to_and_goes_on_from_there(self) -> None:
        before = clock.now()
        shift = move(timedelta(days=40))

        assert timedelta(days=40) <= clock.now() - before < timedelta(days=40, seconds=5)
        assert shift.to_at - shift.from_at <= timedelta(days=40)
        assert shift.moved_by == "Thu"
        assert abs(shift.moved_at - datetime.now(UTC)) < timedelta(seconds=5)

    def test_moves_add_up(self) -> None:
        for days in (1, 2, 3):
            move(timedelta(days=days))
        assert clock.now() - clock.real_now() > timedelta(days=6) - timedelta(seconds=1)
        assert ClockShift.objects.count() == 3

    def test_it_is_never_short_of_the_moment_asked_for(self) -> None:
        target = clock.now() + timedelta(minutes=1, microseconds=1)
        move_clock(to_at=target, by=THU, at=clock.now())
        assert clock.now() >= target

    def test_what_stands_beside_the_move_is_written_with_it(self) -> None:
        now = clock.now()
        row = recorded("clock.moved", Subject("clock", "sandbox"), by=THU, at=now)
        move_clock(to_at=now + timedelta(days=1), by=THU, at=now, beside=[row])
        assert AuditRecord.objects.filter(book_id=0, action="clock.moved").count() == 1

    def test_a_form_sent_twice_moves_it_once(self) -> None:
        now = clock.now()
        move_clock(to_at=now + timedelta(days=1), by=THU, at=now)
        with pytest.raises(ClockWouldNotMoveForward):
            move_clock(to_at=now + timedelta(days=1), by=THU, at=now)

    def test_eight_at_once_move_it_once(self) -> None:
        now = clock.now()
        outcomes: list[str] = []
        start = threading.Barrier(8)

        def try_it() -> None:
            start.wait()
            try:
                move_clock(to_at=now + timedelta(days=1), by=THU, at=now)
                outcomes.append("moved")
            except ClockWouldNotMoveForward:
                outcomes.append("refused")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=try_it) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["moved", *["refused"] * 7]
        assert clock.now() < now + timedelta(days=1, minutes=1)

    def test_no_two_threads_see_it_go_back(self) -> None:
        """One clock for all threads of a process, however fresh each one's own look at the database is."""
        clock.now()
        move(timedelta(days=2))
        here = clock.now()
        there: list[datetime] = []

        def look() -> None:
            there.append(clock.now())
            connections.close_all()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert there[0] >= here


@pytest.mark.django_db
def test_it_never_moves_back() -> None:
    now = clock.now()
    for moment in (now, now - timedelta(seconds=1)):
        with pytest.raises(ClockWouldNotMoveForward):
            move_clock(to_at=moment, by=THU, at=now)


@pytest.mark.django_db
def test_it_moves_at_most_a_year_at_once() -> None:
    with pytest.raises(ClockWouldMoveTooFar, match="366"):
        move(timedelta(days=367))


@pytest.mark.django_db
def test_in_production_it_is_the_real_one_and_cannot_be_moved(settings: Settings) -> None:
    settings.KANAL_SANDBOX = False
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    assert clock.offset() == timedelta()
    with pytest.raises(NotASandbox):
        move(timedelta(days=1))


@pytest.mark.django_db
def test_a_move_that_was_rolled_back_was_never_seen(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    clock.now()
    with django_capture_on_commit_callbacks() as afterwards:
        move(timedelta(days=1))
    assert clock.now() - clock.real_now() < timedelta(minutes=1)
    assert len(afterwards) == 1


def test_it_does_not_follow_a_machine_clock_that_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "offset", timedelta)
    told = clock.now()
    monkeypatch.setattr(clock, "real_now", lambda: told - timedelta(seconds=30))
    assert clock.now() == told
    clock.forget()
