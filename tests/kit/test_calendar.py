from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kanal.kit.calendar import CalendarEnds, read_calendar, vietnam

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
covered = st.dates(date(2025, 3, 1), date(2027, 10, 31))

# What an employee kept at home: every weekday off and every weekend worked, year by year.
WEEKDAYS_OFF = {
    2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
    2027: "01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24",
}
WEEKENDS_WORKED = {date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}


@pytest.mark.parametrize("year", WEEKDAYS_OFF)
def test_every_day_of_the_year_is_as_it_was_announced(year: int) -> None:
    off = {date.fromisoformat(f"{year}-{day}") for day in WEEKDAYS_OFF[year].split()}
    day = date(year, 1, 1)
    while day.year == year:
        weekend = day.weekday() >= 5
        expected = day in WEEKENDS_WORKED if weekend else day not in off
        assert vietnam().is_working_day(day) == expected, day
        day += timedelta(days=1)


def test_paid_days_off_are_as_many_as_the_law_gives() -> None:
    """11 a year by the Labour Code, 12 since Culture Day; days in lieu and exchanged ones are not counted twice."""
    holidays = {2025: 0, 2026: 0, 2027: 0}
    for day, off in vietnam().days_off.items():
        holidays[day.year] += not off.en.startswith(("Day off in lieu", "Days off in lieu", "Exchanged"))
    assert holidays == {2025: 11, 2026: 12, 2027: 12}


def test_each_worked_weekend_pays_for_a_day_exchanged() -> None:
    assert all(day.weekday() == 5 for day in vietnam().worked_weekends)
    exchanged = sorted(off.en for off in vietnam().days_off.values() if off.en.startswith("Exchanged"))
    assert exchanged == sorted(f"Exchanged for {day.day} {day:%B %Y}" for day in vietnam().worked_weekends)


def test_a_holiday_has_a_name_and_a_basis_and_a_weekend_has_none() -> None:
    tet = vietnam().day_off(date(2027, 2, 6))
    assert tet is not None
    assert (tet.name("vi"), tet.name("en-gb"), tet.basis) == ("Tết Nguyên đán", "Lunar New Year", "announced")
    culture_day = vietnam().day_off(date(2026, 11, 24))
    assert culture_day is not None
    assert culture_day.basis == "law"
    assert vietnam().day_off(date(2026, 3, 7)) is None
    assert {off.basis for off in vietnam().days_off.values()} == {"code", "law", "announced"}


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 3, 18), 1, date(2026, 3, 19)),
        (date(2026, 3, 20), 1, date(2026, 3, 23)),  # over a weekend
        (date(2026, 3, 21), 1, date(2026, 3, 23)),  # from a weekend
        (date(2026, 3, 18), 3, date(2026, 3, 23)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2027, 2, 3), 3, date(2027, 2, 15)),
        (date(2025, 4, 25), 1, date(2025, 4, 26)),  # a Saturday worked
        (date(2025, 4, 29), 1, date(2025, 5, 5)),
        (date(2026, 3, 23), -1, date(2026, 3, 20)),
        (date(2026, 2, 23), -2, date(2026, 2, 12)),
        (date(2026, 3, 18), 0, date(2026, 3, 18)),
        (date(2026, 3, 21), 0, date(2026, 3, 23)),
    ],
)
def test_counts_working_days_over_whatever_lies_between(day: date, count: int, found: date) -> None:
    assert vietnam().add_working_days(day, count) == found


@given(covered, st.integers(1, 30))
def test_adding_and_counting_are_each_others_inverse(day: date, count: int) -> None:
    later = vietnam().add_working_days(day, count)
    assert vietnam().is_working_day(later)
    assert vietnam().working_days_between(day, later) == count
    assert vietnam().working_days_between(later, day) == -count


@given(covered, covered, covered)
def test_counts_add_up(one: date, two: date, three: date) -> None:
    between = vietnam().working_days_between
    assert between(one, two) + between(two, three) == between(one, three)


def test_is_due_at_the_midnight_that_ends_the_last_working_day() -> None:
    friday_evening = datetime(2026, 3, 20, 22, tzinfo=HANOI)
    due = vietnam().due_at(friday_evening, 3, HANOI)
    assert due == datetime(2026, 3, 26, 0, tzinfo=HANOI)
    assert due.tzinfo is UTC
    # Half past midnight in Hanoi is still the day before in UTC: the provider's zone decides.
    assert vietnam().due_at(datetime(2026, 3, 20, 17, 30, tzinfo=UTC), 1, HANOI) == datetime(2026, 3, 24, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("year", "month", "first"),
    [
        (2026, 1, date(2026, 1, 5)),
        (2026, 2, date(2026, 2, 2)),
        (2026, 5, date(2026, 5, 4)),
        (2026, 9, date(2026, 9, 3)),
        (2027, 5, date(2027, 5, 4)),
        (2026, 7, date(2026, 7, 1)),
    ],
)
def test_knows_the_first_working_day_of_a_month(year: int, month: int, first: date) -> None:
    assert vietnam().first_working_day_of_month(year, month) == first


def test_knows_the_first_working_day_after_a_day() -> None:
    assert vietnam().first_working_day_after(date(2026, 3, 18)) == date(2026, 3, 19)
    assert vietnam().first_working_day_after(date(2026, 2, 14)) == date(2026, 2, 23)


@pytest.mark.parametrize(
    "ask",
    [
        lambda calendar: calendar.is_working_day(date(2028, 1, 1)),
        lambda calendar: calendar.is_working_day(date(2024, 12, 31)),
        lambda calendar: calendar.day_off(date(2028, 1, 1)),
        lambda calendar: calendar.add_working_days(date(2027, 12, 30), 2),
        lambda calendar: calendar.add_working_days(date(2025, 1, 2), -1),
        lambda calendar: calendar.working_days_between(date(2027, 12, 1), date(2028, 1, 1)),
        lambda calendar: calendar.working_days_between(date(2024, 12, 31), date(2025, 1, 2)),
        lambda calendar: calendar.due_at(datetime(2027, 12, 31, tzinfo=UTC), 1, HANOI),
        lambda calendar: calendar.first_working_day_of_month(2028, 1),
    ],
)
def test_says_nothing_about_days_it_does_not_know(ask: object) -> None:
    with pytest.raises(CalendarEnds):
        ask(vietnam())  # type: ignore[operator]


def test_the_last_days_it_knows_are_still_answered() -> None:
    assert vietnam().is_working_day(date(2027, 12, 31))
    assert vietnam().add_working_days(date(2027, 12, 30), 1) == date(2027, 12, 31)
    assert not vietnam().is_working_day(date(2025, 1, 1))


def test_says_which_days_it_knows() -> None:
    with pytest.raises(CalendarEnds) as refused:
        vietnam().is_working_day(date(2028, 1, 3))
    assert refused.value.facts() == {"asked": "2028-01-03", "first": "2025-01-01", "last": "2027-12-31"}
    with translation.override("vi"):
        assert "03/01/2028" in str(refused.value)


def test_another_calendar_can_be_read() -> None:
    four_days = """
        first = 2030-01-01
        last = 2030-01-07
        off = [{ from = 2030-01-01, to = 2030-01-02, vi = "Lễ", en = "Feast", basis = "code" }]
        worked = [{ on = 2030-01-05 }]
    """
    calendar = read_calendar(four_days)
    assert [calendar.is_working_day(date(2030, 1, day)) for day in range(1, 8)] == [
        False,
        False,
        True,
        True,
        True,
        False,
        True,
    ]
