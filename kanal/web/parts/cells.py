"""How a value stands in a table, in a facts grid and in an export: one place decides by its type."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from django.conf import settings
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kanal.kit.money import Money
from kanal.kit.plain import rfc3339

NOTHING = "–"


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


Value: TypeAlias = (
    "str | Promise | int | Decimal | bool | Money | datetime | date | enum.Enum | Status | Link | Two | Codes | None"
)


def cell(value: Value) -> SafeString:
    """Escaped HTML."""
    match value:
        case None | "":
            return format_html('<span class="nothing" aria-label="{}">{}</span>', _("nothing"), NOTHING)
        case Money():
            return money(value)
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case Status():
            return badge(value.code, value.label)
        case Link():
            return format_html('<a href="{}">{}</a>', value.url, value.text)
        case Two():
            return format_html('<span class="two">{}<small>{}</small></span>', value.first, value.second)
        case Codes():
            return format_html_join(" ", '<span class="tag">{}</span>', ((label,) for label in value.labels))
        case enum.Enum():
            return badge(str(value.value), getattr(value, "label", str(value.value)))
        case bool():
            return mark_safe(_("Yes") if value else _("No"))  # noqa: S308 - our own two words
        case int() | Decimal():
            return format_html("{}", number(value))
        case _:
            return format_html("{}", value)


def money(amount: Money) -> SafeString:
    return format_html('<data class="money" value="{}">{}</data>', amount.amount, str(amount))


def number(value: int | Decimal) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def moment(at: datetime) -> SafeString:
    """In the reader's zone to the minute; the exact moment in the title."""
    local = timezone.localtime(at)
    exact = f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()} ({rfc3339(at)})"
    shown = formats.date_format(local, "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', rfc3339(at), exact, shown)


def day(on: date) -> SafeString:
    shown = formats.date_format(on, "SHORT_DATE_FORMAT")
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), shown)


def badge(code: str, label: str | Promise) -> SafeString:
    return format_html('<span class="badge" data-status="{}">{}</span>', code, label)


def provider_zone() -> str:
    return settings.TIME_ZONE
