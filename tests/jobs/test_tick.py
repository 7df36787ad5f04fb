"""What is due is carried out in the order of its time, each thing at its own moment, once."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connections

from kanal.jobs.daily import daily
from kanal.jobs.due import DUE, DueSource
from kanal.jobs.tick import STUCK, tick
from kanal.kit.fence import HOUSE, Fence
from kanal.kit.models import DailyMark, TickRun, TickStep

pytestmark = pytest.mark.usefixtures("own_database")


@dataclass
class Bells:
    """A source that rings at given moments, and what was rung."""

    name: str
    moments: list[datetime]
    rung: list[tuple[str, datetime]]
    breaks_at: set[datetime] = field(default_factory=set)

    def source(self) -> DueSource:
        return DueSource(self.name, self.next_due, self.ring)

    def next_due(self, until: datetime) -> datetime | None:
        return min((moment for moment in self.moments if moment <= until), default=None)

    def ring(self, at: datetime) -> None:
        if at in self.breaks_at:
            raise ValueError("the bell is broken\nmore")
        self.moments.remove(at)
        self.rung.append((self.name, at))


def steps(run: TickRun | None) -> list[tuple[int, str, datetime, str]]:
    assert run
    return list(TickStep.objects.filter(run=run).order_by("n").values_list("n", "source", "due_at", "trouble"))


def test_the_earliest_comes_first_whichever_source_it_is_of(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    a = Bells("a", [noon + timedelta(days=3), noon + timedelta(days=1)], rung)
    b = Bells("b", [noon + timedelta(days=2), noon + timedelta(days=9)], rung)

    run = tick(until=noon + timedelta(days=5), sources=[a.source(), b.source()])

    assert rung == [("a", noon + timedelta(days=1)), ("b", noon + timedelta(days=2)), ("a", noon + timedelta(days=3))]
    assert [(n, name) for n, name, _, _ in steps(run)] == [(1, "a"), (2, "b"), (3, "a")]
    assert run
    assert (run.done, run.failed, run.reached_at, run.cut_off) == (3, 0, noon + timedelta(days=5), False)
    assert b.moments == [noon + timedelta(days=9)]


def test_at_one_moment_the_first_in_the_list_comes_first(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    sources = [Bells(name, [noon], rung).source() for name in ("z", "a")]
    tick(until=noon, sources=sources)
    assert [name for name, _ in rung] == ["z", "a"]


def test_what_one_makes_due_for_another_comes_in_its_turn(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    b = Bells("b", [noon + timedelta(hours=3)], rung)

    def ring_and_call(at: datetime) -> None:
        a.ring(at)
        b.moments.append(at + timedelta(hours=1))

    a = Bells("a", [noon], rung)
    tick(until=noon + timedelta(days=1), sources=[DueSource("a", a.next_due, ring_and_call), b.source()])

    assert rung == [("a", noon), ("b", noon + timedelta(hours=1)), ("b", noon + timedelta(hours=3))]


def test_a_source_that_fails_is_left_for_the_next_tick_and_holds_up_no_other(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    a = Bells("a", [noon, noon + timedelta(hours=2)], rung, breaks_at={noon})
    b = Bells("b", [noon + timedelta(hours=1)], rung)

    run = tick(until=noon + timedelta(days=1), sources=[a.source(), b.source()])
    assert rung == [("b", noon + timedelta(hours=1))]
    assert run
    assert (run.done, run.failed) == (1, 1)
    assert steps(run)[0] == (1, "a", noon, "ValueError: the bell is broken")

    a.breaks_at.clear()
    tick(until=noon + timedelta(days=1), sources=[a.source(), b.source()])
    assert rung[1:] == [("a", noon), ("a", noon + timedelta(hours=2))]


def test_a_source_that_cannot_even_be_asked_holds_up_no_other(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []

    def broken(until: datetime) -> datetime | None:
        raise ValueError("no answer")

    run = tick(
        until=noon, sources=[DueSource("a", broken, Bells("a", [], rung).ring), Bells("b", [noon], rung).source()]
    )
    assert rung == [("b", noon)]
    assert run
    assert (run.done, run.failed) == (1, 1)


def test_a_source_that_does_not_come_further_is_stopped(noon: datetime) -> None:
    calls: list[datetime] = []

    def always(until: datetime) -> datetime:
        return min(noon, until)

    run = tick(until=noon, sources=[DueSource("a", always, calls.append)])
    assert len(calls) == STUCK
    assert steps(run)[-1][3] == "it answers the same moment again and again"


def test_only_one_process_ticks_at_a_time(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    bells = Bells("a", [noon], rung)
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [HOUSE, Fence.TICK])
        assert tick(until=noon, sources=[bells.source()]) is None
    finally:
        other.close()
    assert rung == []

    tick(until=noon, sources=[bells.source()])
    assert rung == [("a", noon)]


def test_a_tick_that_was_killed_is_closed_by_the_next_which_goes_on_where_it_was(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    bells = Bells("a", [noon + timedelta(days=day) for day in range(4)], rung)

    class Killed(BaseException):
        pass

    def ring_twice_then_die(at: datetime) -> None:
        if len(rung) == 2:
            raise Killed
        bells.ring(at)

    source = DueSource("a", bells.next_due, ring_twice_then_die)
    with pytest.raises(Killed):
        tick(until=noon + timedelta(days=3), sources=[source])
    died = TickRun.objects.get()
    assert (died.ended_at, died.done, died.reached_at) == (None, 2, noon + timedelta(days=1))
    assert TickStep.objects.get(run=died, n=3).done_at is None

    run = tick(until=noon + timedelta(days=3), sources=[bells.source()])
    died.refresh_from_db()
    assert died.cut_off
    assert rung == [("a", noon + timedelta(days=day)) for day in range(4)]
    assert run
    assert (run.from_at, run.done) == (noon + timedelta(days=1), 2)


def test_one_that_is_told_to_stop_does_so_between_two_steps(noon: datetime) -> None:
    rung: list[tuple[str, datetime]] = []
    bells = Bells("a", [noon, noon + timedelta(hours=1)], rung)
    run = tick(until=noon + timedelta(days=1), sources=[bells.source()], stopping=lambda: bool(rung))

    assert rung == [("a", noon)]
    assert run
    assert (run.reached_at, run.is_running) == (noon, False)


def test_the_share_that_is_done_is_that_of_the_time_gone_through(noon: datetime) -> None:
    run = TickRun(from_at=noon, until_at=noon + timedelta(days=40), reached_at=noon + timedelta(days=10))
    assert run.share == 25
    run.ended_at = noon
    assert run.share == 100


class TestDaily:
    def test_forty_days_are_forty_rounds_each_at_its_hour_once(self, noon: datetime) -> None:
        made: list[datetime] = []
        source = daily("sweep", hour=3, do=made.append)
        tick(until=noon, sources=[source])
        assert made == [datetime(2026, 3, 17, 20, tzinfo=UTC)]  # 03:00 in Hanoi, the same day

        tick(until=noon + timedelta(days=40), sources=[source])
        tick(until=noon + timedelta(days=40), sources=[source])
        assert made == [datetime(2026, 3, 17, 20, tzinfo=UTC) + timedelta(days=day) for day in range(41)]

    def test_days_that_were_jumped_over_before_its_first_round_are_made_up_for(self, noon: datetime) -> None:
        """The clock was moved before the hour came for the first time: the days since the last tick count."""
        made: list[datetime] = []
        source = daily("sweep", hour=13, do=made.append)
        tick(until=noon, sources=[source])
        assert made == []
        tick(until=noon + timedelta(days=3), sources=[source])
        assert made == [datetime(2026, 3, 18, 6, tzinfo=UTC) + timedelta(days=day) for day in range(3)]

    def test_one_that_a_new_version_brings_begins_today(self, noon: datetime) -> None:
        tick(until=noon - timedelta(days=30), sources=[])
        tick(until=noon, sources=[])
        made: list[datetime] = []
        tick(until=noon + timedelta(minutes=1), sources=[daily("sweep", hour=3, do=made.append)])
        assert len(made) == 1

    def test_before_its_hour_nothing_is_due(self, noon: datetime) -> None:
        made: list[datetime] = []
        tick(until=noon, sources=[daily("sweep", hour=13, do=made.append)])
        assert made == []

    def test_a_round_that_fails_is_not_marked_and_made_again(self, noon: datetime) -> None:
        def fail(at: datetime) -> None:
            raise ValueError

        tick(until=noon, sources=[daily("sweep", hour=3, do=fail)])
        assert not DailyMark.objects.exists()

        made: list[datetime] = []
        tick(until=noon, sources=[daily("sweep", hour=3, do=made.append)])
        assert [mark.day for mark in DailyMark.objects.all()] == [date(2026, 3, 18)]
        assert len(made) == 1


def test_every_source_has_a_name_of_its_own() -> None:
    names = [source.name for source in DUE]
    assert len(names) == len(set(names))


def test_every_source_can_be_asked_and_is_done_with_nothing(noon: datetime) -> None:
    long_ago = noon - timedelta(days=3650)
    assert [source.name for source in DUE if not source.every_day and source.next_due(long_ago) is not None] == []
