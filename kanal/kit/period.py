"""Stretches of time, half-open, and the months and days of the provider's time zone.

A month of price is 30 days = 43,200 minutes, whatever the calendar says; moments are cut to the minute before they
are subtracted, so that the pieces of a period have together as many minutes as the whole.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from kanal.kit.plain import Plain, rfc3339

PRICE_MONTH_DAYS = 30
PRICE_MONTH_MINUTES = PRICE_MONTH_DAYS * 24 * 60
PRICE_MONTH = timedelta(minutes=PRICE_MONTH_MINUTES)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start`, up to and not including `end`. Both are kept in UTC.

    Two moments of one zone that changes its clocks would otherwise be compared and subtracted by their wall time.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        object.__setattr__(self, "end", in_utc(self.end))
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    @property
    def minutes(self) -> int:
        return (to_minute(self.end) - to_minute(self.start)) // timedelta(minutes=1)

    @property
    def is_empty(self) -> bool:
        return self.start == self.end

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= in_utc(moment) < self.end

    def overlaps(self, other: Period) -> bool:
        return self.intersection(other) is not None

    def intersection(self, other: Period) -> Period | None:
        """What both cover; nothing when they only touch."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def split_at(self, *moments: datetime) -> list[Period]:
        """The pieces between those of the moments that lie inside, in order and without gaps."""
        cuts = sorted({in_utc(moment) for moment in moments if self.start < in_utc(moment) < self.end})
        edges = [self.start, *cuts, self.end]
        return [Period(start, end) for start, end in pairwise(edges)]

    def to_json(self) -> dict[str, Plain]:
        return {"start": rfc3339(self.start), "end": rfc3339(self.end)}


def total_minutes(periods: Iterable[Period]) -> int:
    return sum(period.minutes for period in periods)


def in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone is not a moment")
    return moment.astimezone(UTC)


def to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def local_date(moment: datetime, zone: tzinfo) -> date:
    return in_utc(moment).astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_of(day: date, zone: tzinfo) -> Period:
    return Period(start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone))


def month_of(year: int, month: int, zone: tzinfo) -> Period:
    first = date(year, month, 1)
    return Period(start_of_day(first, zone), start_of_day(add_months(first, 1), zone))


def month_containing(moment: datetime, zone: tzinfo) -> Period:
    day = local_date(moment, zone)
    return month_of(day.year, day.month, zone)


def months_between(start: datetime, end: datetime, zone: tzinfo) -> list[Period]:
    """The calendar months, whole, that [start, end) touches; none when it is empty."""
    months = []
    at = start
    while in_utc(at) < in_utc(end):
        month = month_containing(at, zone)
        months.append(month)
        at = month.end
    return months


def add_months(day: date, months: int, *, anchor_day: int | None = None) -> date:
    """The same day of another month, or its last where that is shorter.

    Step from the `anchor_day` that was agreed, not from a day already shortened: a term that began on the 31st
    (31 is always the last) goes 28 February, 31 March, and never sticks at the 28th.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    wanted = day.day if anchor_day is None else anchor_day
    return date(years, month + 1, min(wanted, calendar.monthrange(years, month + 1)[1]))


def months_later(moment: datetime, months: int, zone: tzinfo, *, anchor_day: int | None = None) -> datetime:
    """`add_months` for a moment: the local time of day stays."""
    local = in_utc(moment).astimezone(zone)
    day = add_months(local.date(), months, anchor_day=anchor_day)
    return datetime.combine(day, local.timetz()).astimezone(UTC)
