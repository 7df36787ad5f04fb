"""The words templates have: icons, values, and the hidden fields of a form. Built in, so no {% load %} is needed."""

from __future__ import annotations

from collections.abc import Sized
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from lucide import _render_icon as render_lucide

from kanal.kit.money import Money
from kanal.kit.period import Period
from kanal.web.middleware import SHOWN_FOR
from kanal.web.parts import cells

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A Lucide icon, for the eye only: words beside it, or .said, say what it means."""
    return _icon(name, extra)


@lru_cache(maxsize=256)
def _icon(name: str, extra: str) -> SafeString:
    classes = f"icon {extra}".strip()
    return mark_safe(render_lucide(name, None, **{"class": classes, "aria-hidden": "true"}))  # noqa: S308 - the wheel's own drawing


LEVEL_ICONS = {"success": "circle-check", "error": "circle-alert", "warning": "triangle-alert"}


@register.simple_tag
def level_icon(level: str) -> SafeString:
    return _icon(LEVEL_ICONS.get(level, "info"), "")


MOST_BESIDE = 6  # figures that stand side by side in a wide window


@register.filter
def beside(figures: Sized) -> int:
    """How many stand in one row, so that all rows are as full as they can be and none is left alone."""
    rows = -(-len(figures) // MOST_BESIDE)
    return -(-len(figures) // rows) if rows else 1


@register.filter
def cell(value: Any) -> SafeString:
    """Any value of the house as it stands in a table."""
    return cells.cell(value)


@register.filter
def money(amount: Money) -> SafeString:
    return cells.money(amount)


@register.filter
def moment(at: datetime | None) -> SafeString:
    return cells.cell(at)


@register.filter
def day(on: date | None) -> SafeString:
    if isinstance(on, datetime):
        on = timezone.localtime(on).date()
    return cells.cell(on)


@register.filter
def period(span: Period) -> SafeString:
    """Both days included, as people say it, though the span is half-open."""
    return cells.period(span)


@register.filter
def grouped(value: int) -> str:
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def badge(status: Any) -> SafeString:
    return cells.cell(status)


@register.simple_tag
def as_of(at: datetime) -> SafeString:
    """Beside figures that lag."""
    words = format_html(_("As of {}"), cells.moment(at))
    return format_html('<span class="as-of">{}{}</span>', icon("clock"), words)


@register.simple_tag
def why(url: str) -> SafeString:
    """Beside an amount: leads to how it was computed."""
    return format_html(
        '<a class="why" href="{}" title="{}"><span class="said">{}</span>{}</a>',
        url,
        _("How this was computed"),
        _("How this was computed"),
        icon("circle-question-mark"),
    )


@register.simple_tag(takes_context=True)
def sealed(context: Context) -> SafeString:
    """The first line of every form: the token against forgery, and for which organization the form was shown."""
    request = context["request"]
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    organization = getattr(request, "organization", None)
    if organization is None:
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, SHOWN_FOR, organization.public_id)
