"""What the text of a cell means: days here; amounts are read by `Money.parse`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kanal.kit.refusal import Refusal

_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?")


@dataclass(eq=False)
class DayUnreadable(Refusal):
    code = "day_unreadable"
    text: str

    def __str__(self) -> str:
        return _("“%(text)s” is not a day. Write it as dd/mm/yyyy, such as 31/12/2026.") % self.words()


def read_day(text: str) -> date:
    """The day comes before the month, as in Vietnam, or the year first; a time of day behind it is left out."""
    found = _DAY_FIRST.fullmatch(text.strip()) or _YEAR_FIRST.fullmatch(text.strip())
    try:
        if found:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        pass
    raise DayUnreadable(text=text)
