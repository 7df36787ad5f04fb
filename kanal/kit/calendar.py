"""Working days, as the provider keeps them. What the data does not cover is refused, never guessed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _

from kanal.kit.period import local_date, start_of_day
from kanal.kit.refusal import Refusal

ONE_DAY = timedelta(days=1)
SATURDAY = 5
Basis = Literal["code", "law", "announced"]


@dataclass(eq=False)
class CalendarEnds(Refusal):
    code = "calendar_ends"
    asked: date
    first: date
    last: date

    def __str__(self) -> str:
        from django.utils.formats import date_format

        days = {name: date_format(day, "SHORT_DATE_FORMAT") for name, day in self.words().items()}
        return (
            _(
                "Working days are known from %(first)s to %(last)s, not for %(asked)s. "
                "Choose a day in between, or ask the provider to extend its holiday calendar."
            )
            % days
        )


@dataclass(frozen=True, slots=True)
class DayOff:
    """`basis` tells what was announced for that year from what follows from the law alone."""

    vi: str
    en: str
    basis: Basis

    def name(self, language: str) -> str:
        return self.en if language.startswith("en") else self.vi


@dataclass(frozen=True, slots=True)
class Calendar:
    first: date
    last: date
    days_off: Mapping[date, DayOff]
    worked_weekends: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        self._must_cover(day)
        if day in self.days_off:
            return False
        return day.weekday() < SATURDAY or day in self.worked_weekends

    def day_off(self, day: date) -> DayOff | None:
        """The holiday or its day in lieu; an ordinary weekend has no name."""
        self._must_cover(day)
        return self.days_off.get(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after `day`, or before it; with 0 the first one from `day` on."""
        if count == 0:
            return self.first_working_day_from(day)
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _n in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier.

        So `working_days_between(day, add_working_days(day, n)) == n`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        self._must_cover(start)
        self._must_cover(end)
        return sum(self.is_working_day(start + n * ONE_DAY) for n in range(1, (end - start).days + 1))

    def due_at(self, moment: datetime, working_days: int, zone: tzinfo) -> datetime:
        """When that many working days have passed: the midnight that ends the last of them.

        The day on which the clock starts does not count, whatever the hour.
        """
        last = self.add_working_days(local_date(moment, zone), working_days)
        return start_of_day(last + ONE_DAY, zone)

    def first_working_day_of_month(self, year: int, month: int) -> date:
        return self.first_working_day_from(date(year, month, 1))

    def first_working_day_after(self, day: date) -> date:
        return self.add_working_days(day, 1)

    def first_working_day_from(self, day: date) -> date:
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def _must_cover(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise CalendarEnds(asked=day, first=self.first, last=self.last)


@cache
def vietnam() -> Calendar:
    return read_calendar((Path(__file__).parent / "holidays" / "vn.toml").read_text(encoding="utf-8"))


def read_calendar(text: str) -> Calendar:
    data = tomllib.loads(text)
    return Calendar(
        first=data["first"],
        last=data["last"],
        days_off={day: off for entry in data["off"] for day, off in _days_off(entry)},
        worked_weekends=frozenset(entry["on"] for entry in data["worked"]),
    )


def _days_off(entry: dict[str, Any]) -> Iterator[tuple[date, DayOff]]:
    off = DayOff(vi=entry["vi"], en=entry["en"], basis=entry["basis"])
    day, last = entry["from"], entry.get("to", entry["from"])
    while day <= last:
        yield day, off
        day += ONE_DAY
