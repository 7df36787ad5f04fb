"""How a value stands in a table, in a facts grid and in an export: one place decides by its type."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import singledispatch
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kanal.kit.money import Money
from kanal.kit.period import Period
from kanal.kit.plain import rfc3339


class Kind(enum.StrEnum):
    """What a column holds: how it is aligned, and what a spreadsheet makes of it."""

    TEXT = "text"
    MONEY = "money"
    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    BADGE = "badge"
    CODE = "code"
    ACTIONS = "actions"
    SELECT = "select"  # a box to choose the row by; the row's own link stands in the next cell


@dataclass(frozen=True, slots=True)
class Status:
    """A state with its code and its label; the style sheet gives each code its colour."""

    code: str
    label: str | Promise


@dataclass(frozen=True, slots=True)
class Link:
    text: str | Promise
    url: str


@dataclass(frozen=True, slots=True)
class Two:
    """A name with a quieter line under it."""

    first: str | Promise
    second: str | Promise


@dataclass(frozen=True, slots=True)
class Codes:
    """Several short labels in one cell, such as roles."""

    labels: tuple[str | Promise, ...]


Plain: TypeAlias = "str | Promise | int | Decimal | bool | None"
Value: TypeAlias = "Plain | Money | datetime | date | Period | enum.Enum | Status | Link | Two | Codes"


def cell(value: Value) -> SafeString:
    """Escaped HTML."""
    return _cell(value) if value is not None and value != "" else nothing()


@singledispatch
def _cell(value: Any) -> SafeString:
    return format_html("{}", value)


def nothing() -> SafeString:
    """For the eye a dash, for the ear a word."""
    return format_html(
        '<span class="nothing"><span aria-hidden="true">–</span><span class="said">{}</span></span>',
        _("none"),
    )


@_cell.register
def money(amount: Money) -> SafeString:
    return format_html('<data class="money" value="{}">{}</data>', amount.amount, str(amount))


@_cell.register(int)
@_cell.register(Decimal)
def number(value: int | Decimal) -> SafeString:
    return format_html("{}", formats.number_format(value, use_l10n=True, force_grouping=True))


@_cell.register(bool)
def yes_or_no(value: bool) -> SafeString:
    return format_html("{}", _("Yes") if value else _("No"))


@_cell.register
def moment(at: datetime) -> SafeString:
    """In the reader's zone to the minute; the exact moment in the title."""
    local = timezone.localtime(at)
    exact = f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()} ({rfc3339(at)})"
    shown = formats.date_format(local, "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', rfc3339(at), exact, shown)


@_cell.register
def day(on: date) -> SafeString:
    shown = formats.date_format(on, "SHORT_DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), shown)


def badge(code: str, label: str | Promise) -> SafeString:
    return format_html('<span class="badge" data-status="{}">{}</span>', code, label)


@_cell.register
def status(value: Status) -> SafeString:
    return badge(value.code, value.label)


@_cell.register
def member(value: enum.Enum) -> SafeString:
    return badge(str(value.value), getattr(value, "label", str(value.value)))


@_cell.register
def link(value: Link) -> SafeString:
    return format_html('<a href="{}">{}</a>', value.url, value.text)


@_cell.register
def two(value: Two) -> SafeString:
    return format_html('<span class="two"><span>{}</span><small>{}</small></span>', value.first, value.second)


@_cell.register
def codes(value: Codes) -> SafeString:
    return format_html_join(" ", '<span class="tag">{}</span>', ((label,) for label in value.labels))


@_cell.register
def period(span: Period) -> SafeString:
    """Whole days as people say them, both included, though a span is half-open; others to the minute."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    if start.time() == end.time() == time() and start < end:
        return format_html("{} – {}", day(start.date()), day(end.date() - timedelta(days=1)))
    return format_html("{} – {}", moment(span.start), moment(span.end))
