"""Rounds made once for each day of the business, at an hour of the provider's time zone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from kanal.jobs.source import DueSource
from kanal.kit.models import DailyMark, TickRun


def daily(name: str, *, hour: int, do: Callable[[datetime], object]) -> DueSource:
    """A day that was slept through is made up for, in its order. The first ever is that of the last tick."""

    def next_due(until: datetime) -> datetime | None:
        moment = moment_of(day_after_the_last(name) or day_of_the_last_tick(until), hour)
        return moment if moment <= until else None

    def carry_out(at: datetime) -> None:
        """The mark and the work in one transaction: both or neither, and the mark only once."""
        with transaction.atomic():
            DailyMark.objects.create(source=name, day=at.astimezone(_zone()).date())
            do(at)

    return DueSource(name, next_due, carry_out, every_day=True)


def day_after_the_last(name: str) -> date | None:
    last = DailyMark.objects.filter(source=name).order_by("-day").values_list("day", flat=True).first()
    return last + timedelta(days=1) if last else None


def day_of_the_last_tick(until: datetime) -> date:
    """From where the present tick sets out, so that a move of the clock skips no day."""
    run = TickRun.objects.order_by("-began_at").first()
    return (run.from_at if run else until).astimezone(_zone()).date()


def moment_of(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=_zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
