from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.kit.period import (
    PRICE_MONTH,
    PRICE_MONTH_MINUTES,
    Period,
    add_months,
    day_of,
    local_date,
    month_containing,
    month_of,
    months_between,
    months_later,
    start_of_day,
    total_minutes,
)
from kanal.kit.plain import plain

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 3, 1, tzinfo=UTC)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001
periods = st.tuples(moments, moments).map(lambda ends: Period(min(ends), max(ends)))
dates = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def hours(first: float, last: float) -> Period:
    return Period(START + timedelta(hours=first), START + timedelta(hours=last))


def test_holds_its_start_and_not_its_end() -> None:
    day = hours(0, 24)
    assert START in day
    assert day.end not in day
    assert day.end - timedelta(microseconds=1) in day
    assert START not in Period(START, START)
    assert Period(START, START).is_empty
    assert not day.is_empty


def test_has_a_direction_and_a_zone() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        hours(1, 0)
    for wrong in (datetime(2026, 3, 1), datetime(2026, 3, 2)):  # noqa: DTZ001
        with pytest.raises(ValueError, match="zone"):
            Period(START, wrong)
        with pytest.raises(ValueError, match="zone"):
            _ = wrong in hours(0, 1)


def test_moments_are_cut_to_the_minute_before_they_are_subtracted() -> None:
    def minutes(start: tuple[int, int], end: tuple[int, int]) -> int:
        return Period(
            START.replace(minute=start[0], second=start[1]), START.replace(minute=end[0], second=end[1])
        ).minutes

    assert minutes((0, 0), (1, 0)) == 1
    assert minutes((0, 59), (1, 0)) == 1
    assert minutes((0, 0), (0, 59)) == 0
    assert minutes((0, 1), (1, 0)) == 1
    assert hours(0, 24 * 30).minutes == PRICE_MONTH_MINUTES == 43_200
    assert timedelta(days=30) == PRICE_MONTH


def test_counts_true_minutes_where_clocks_change() -> None:
    """The wall clock says 24 hours on these days; 23 and 25 pass."""
    assert day_of(date(2024, 3, 10), NEW_YORK).minutes == 23 * 60
    assert day_of(date(2024, 11, 3), NEW_YORK).minutes == 25 * 60
    assert (
        Period(datetime(2024, 3, 9, 12, tzinfo=NEW_YORK), datetime(2024, 3, 10, 12, tzinfo=NEW_YORK)).minutes == 23 * 60
    )


def test_is_the_same_period_in_whatever_zone_it_is_said() -> None:
    said_in_hanoi = Period(
        START.astimezone(HANOI), (START + timedelta(hours=1)).astimezone(timezone(timedelta(hours=-5)))
    )
    assert said_in_hanoi == hours(0, 1)
    assert len({said_in_hanoi, hours(0, 1)}) == 1
    assert said_in_hanoi.start.tzinfo is UTC
    assert plain(said_in_hanoi) == {"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T01:00:00Z"}


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (hours(0, 2), hours(1, 3), hours(1, 2)),
        (hours(0, 4), hours(1, 2), hours(1, 2)),
        (hours(0, 1), hours(1, 2), None),
        (hours(0, 1), hours(2, 3), None),
        (hours(0, 2), hours(1, 1), None),
    ],
)
def test_knows_what_two_periods_share(one: Period, other: Period, both: Period | None) -> None:
    assert one.intersection(other) == other.intersection(one) == both
    assert one.overlaps(other) == other.overlaps(one) == (both is not None)


def test_splits_at_the_moments_that_lie_inside() -> None:
    cuts = [START + timedelta(hours=hour) for hour in (3, 1, 3, 0, 4, 9, -1)]
    assert hours(0, 4).split_at(*cuts) == [hours(0, 1), hours(1, 3), hours(3, 4)]
    assert hours(0, 4).split_at() == [hours(0, 4)]


@given(periods, st.lists(moments, max_size=6))
def test_the_pieces_have_together_the_minutes_of_the_whole(whole: Period, cuts: list[datetime]) -> None:
    pieces = whole.split_at(*cuts)
    assert total_minutes(pieces) == whole.minutes
    assert pieces[0].start == whole.start
    assert pieces[-1].end == whole.end
    assert all(one.end == other.start for one, other in pairwise(pieces))


@given(periods, periods, moments)
def test_a_moment_is_in_both_exactly_when_it_is_in_what_they_share(
    one: Period, other: Period, moment: datetime
) -> None:
    shared = one.intersection(other)
    assert (moment in one and moment in other) == (shared is not None and moment in shared)


def test_months_and_days_are_those_of_the_zone() -> None:
    march = month_of(2026, 3, HANOI)
    assert march.start == datetime(2026, 2, 28, 17, tzinfo=UTC)
    assert march.end == datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert march.minutes == 31 * 24 * 60
    assert month_of(2026, 12, HANOI).end == month_of(2027, 1, HANOI).start
    assert month_of(2028, 2, HANOI).minutes == 29 * 24 * 60
    assert day_of(date(2026, 3, 31), HANOI).end == march.end
    assert local_date(datetime(2026, 3, 31, 16, 59, tzinfo=UTC), HANOI) == date(2026, 3, 31)
    assert local_date(datetime(2026, 3, 31, 17, tzinfo=UTC), HANOI) == date(2026, 4, 1)
    assert start_of_day(date(2026, 4, 1), HANOI) == march.end


@given(moments)
def test_every_moment_has_one_month(moment: datetime) -> None:
    month = month_containing(moment, HANOI)
    assert moment in month
    assert months_between(moment, moment + timedelta(microseconds=1), HANOI) == [month]


def test_months_between_touch_the_stretch_and_no_others() -> None:
    march, april, may = (month_of(2026, month, HANOI) for month in (3, 4, 5))
    assert months_between(march.start, may.start, HANOI) == [march, april]
    assert months_between(march.end - timedelta(minutes=1), may.start + timedelta(minutes=1), HANOI) == [
        march,
        april,
        may,
    ]
    assert months_between(march.start, march.start, HANOI) == []
    assert len(months_between(datetime(2025, 6, 1, tzinfo=HANOI), datetime(2027, 6, 1, tzinfo=HANOI), HANOI)) == 24


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_steps_from_the_agreed_day_never_stick_at_a_short_months_end() -> None:
    day, ends = date(2017, 1, 31), []
    for _month in range(5):
        day = add_months(day, 1, anchor_day=31)
        ends.append((day.month, day.day))
    assert ends == [(2, 28), (3, 31), (4, 30), (5, 31), (6, 30)]
    assert add_months(date(2011, 2, 28), -1, anchor_day=31) == date(2011, 1, 31)


@given(dates, st.integers(-240, 240), st.integers(1, 31))
def test_there_and_back_is_the_same_day_when_the_day_is_agreed(day: date, months: int, anchor: int) -> None:
    start = add_months(day, 0, anchor_day=anchor)
    there = add_months(start, months, anchor_day=anchor)
    assert add_months(there, -months, anchor_day=anchor) == start
    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == months


def test_a_moment_keeps_its_local_time_of_day() -> None:
    evening = datetime(2026, 1, 31, 20, 30, tzinfo=HANOI)
    assert months_later(evening, 1, HANOI) == datetime(2026, 2, 28, 20, 30, tzinfo=HANOI)
    assert months_later(datetime(2024, 2, 10, 12, tzinfo=NEW_YORK), 1, NEW_YORK) == datetime(
        2024, 3, 10, 16, tzinfo=UTC
    )
    # In Hanoi it is the 1st already while it is the 31st in UTC.
    assert months_later(datetime(2026, 1, 31, 20, tzinfo=UTC), 1, HANOI) == datetime(2026, 2, 28, 20, tzinfo=UTC)
    assert months_later(evening, 2, HANOI, anchor_day=31) == datetime(2026, 3, 31, 20, 30, tzinfo=HANOI)


def test_thirty_day_steps_go_there_and_back() -> None:
    start = date(2016, 4, 8)
    steps = [start + n * PRICE_MONTH for n in range(1, 8)]
    assert [(day.month, day.day) for day in steps] == [(5, 8), (6, 7), (7, 7), (8, 6), (9, 5), (10, 5), (11, 4)]
    assert steps[-1] - 7 * PRICE_MONTH == start
