"""What kind of day was typed: its weekday, a holiday's name, and how many working days away it is."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.html import escape
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kanal.kit.calendar import Calendar, CalendarEnds, vietnam
from kanal.web.access import open_page
from kanal.web.request import OpenRequest


@require_safe
@open_page
def day_hint(request: OpenRequest) -> HttpResponse:
    """Beside a day's field. Whatever the field is called, its text is the one thing that is sent."""
    day = read_day(next(iter(request.GET.dict().values()), ""))
    hint = hint_for(day, timezone.localdate(request.at)) if day else ""
    return HttpResponse(escape(hint))


def read_day(text: str) -> date | None:
    for pattern in get_format("DATE_INPUT_FORMATS"):
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def hint_for(day: date, today: date, calendar: Calendar | None = None) -> str:
    calendar = calendar or vietnam()
    weekday = date_format(day, "l")
    try:
        away = calendar.working_days_between(today, day)
        off = calendar.day_off(day)
        works = calendar.is_working_day(day)
        following = calendar.first_working_day_from(day)
    except CalendarEnds:
        return weekday
    if works:
        return f"{weekday}, {_in_working_days(away)}"
    named = f"{weekday} ({off.name(get_language() or 'vi')})" if off else weekday
    words = {"day": named, "following": date_format(following, "SHORT_DATE_FORMAT")}
    return _("%(day)s is not a working day; the next one is %(following)s") % words


def _in_working_days(away: int) -> str:
    if away > 0:
        return ngettext("%(n)s working day from today", "%(n)s working days from today", away) % {"n": away}
    if away < 0:
        return ngettext("%(n)s working day ago", "%(n)s working days ago", -away) % {"n": -away}
    return _("today")
