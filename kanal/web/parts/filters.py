"""Filters of a list: each reads its part of the address, narrows the rows and says what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text: TypeAlias = "str | Promise"
Choices: TypeAlias = "Sequence[tuple[Any, Any]]"


EARLIEST, LATEST = date(1900, 1, 1), date(9998, 12, 31)  # beyond them a day has no moments in every zone


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is filtered by, in words, and the names in the address that taking it off removes."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """What the filter form draws: `kind` chooses the template's branch."""

    kind: str
    name: str
    label: Text
    choices: list[tuple[str, str, bool]]
    values: dict[str, str]


@dataclass(frozen=True)
class Choice:
    """One of several; `choices` may be a function of the rows' owner, asked when the page is drawn."""

    name: str
    label: Text
    choices: Choices | Callable[[], Choices]
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]

    def listed(self) -> list[tuple[str, str]]:
        choices = self.choices() if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in choices]

    def value(self, asked: QueryDict) -> str:
        told = asked.get(self.name, "")
        return told if told in dict(self.listed()) else ""

    def apply(self, rows: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
        value = self.value(asked)
        return self.narrow(rows, value) if value else rows

    def chips(self, asked: QueryDict) -> list[Chip]:
        value = self.value(asked)
        return [Chip(f"{self.label}: {dict(self.listed())[value]}", (self.name,))] if value else []

    def control(self, asked: QueryDict) -> Control:
        value = self.value(asked)
        listed = [(code, label, code == value) for code, label in self.listed()]
        return Control("choice", self.name, self.label, listed, {"value": value})


@dataclass(frozen=True)
class Days:
    """From a day to a day, both included, in the zone of the provider, as months and bills are counted."""

    name: str
    label: Text
    field: str
    holds_moments: bool = True

    @property
    def names(self) -> tuple[str, str]:
        return f"{self.name}_from", f"{self.name}_to"

    def span(self, asked: QueryDict) -> tuple[date | None, date | None]:
        return _day(asked.get(self.names[0], "")), _day(asked.get(self.names[1], ""))

    def apply(self, rows: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
        first, last = self.span(asked)
        if first:
            rows = rows.filter(**{f"{self.field}__gte": self._start(first)})
        if last:
            rows = rows.filter(**{f"{self.field}__lt": self._start(last + timedelta(days=1))})
        return rows

    def _start(self, day: date) -> date | datetime:
        if not self.holds_moments:
            return day
        return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)

    def chips(self, asked: QueryDict) -> list[Chip]:
        first, last = self.span(asked)
        chips = []
        if first:
            words = _("%(what)s from %(day)s") % {"what": self.label, "day": _shown(first)}
            chips.append(Chip(words, (self.names[0],)))
        if last:
            words = _("%(what)s to %(day)s") % {"what": self.label, "day": _shown(last)}
            chips.append(Chip(words, (self.names[1],)))
        return chips

    def control(self, asked: QueryDict) -> Control:
        first, last = self.span(asked)
        values = {
            "from_name": self.names[0],
            "to_name": self.names[1],
            "from": f"{first:%d/%m/%Y}" if first else "",
            "to": f"{last:%d/%m/%Y}" if last else "",
        }
        return Control("days", self.name, self.label, [], values)


@dataclass(frozen=True)
class Yes:
    """A box to tick."""

    kind: ClassVar[str] = "yes"
    name: str
    label: Text
    narrow: Callable[[QuerySet[Any]], QuerySet[Any]]

    def apply(self, rows: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
        return self.narrow(rows) if asked.get(self.name) == "1" else rows

    def chips(self, asked: QueryDict) -> list[Chip]:
        return [Chip(str(self.label), (self.name,))] if asked.get(self.name) == "1" else []

    def control(self, asked: QueryDict) -> Control:
        return Control("yes", self.name, self.label, [], {"value": "1" if asked.get(self.name) == "1" else ""})


@dataclass(frozen=True)
class Only:
    """All of one thing, as a link elsewhere says it; its chip takes it off, the form only carries it on.

    `say` names the thing, and answers "" for one that is not there: then nothing is narrowed.
    """

    name: str
    label: Text
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]]
    say: Callable[[str], str]

    def apply(self, rows: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
        value = asked.get(self.name, "")
        return self.narrow(rows, value) if value and self.say(value) else rows

    def chips(self, asked: QueryDict) -> list[Chip]:
        value = asked.get(self.name, "")
        said = self.say(value) if value else ""
        return [Chip(f"{self.label}: {said}", (self.name,))] if said else []

    def control(self, asked: QueryDict) -> Control:
        return Control("only", self.name, self.label, [], {"value": asked.get(self.name, "")})


Filter: TypeAlias = "Choice | Days | Yes | Only"


def _day(text: str) -> date | None:
    """As people write it, or as a link does; what is neither filters nothing."""
    for pattern in formats.get_format("DATE_INPUT_FORMATS"):
        try:
            found = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return found if EARLIEST <= found <= LATEST else None
    return None


def _shown(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")
