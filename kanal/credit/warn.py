"""Which warning lines are crossed, and whether they fire today: arithmetic alone.

WARN-1 Share ≥ line fires, the 100 line at available ≤ 0; a total of 0 never fires.
WARN-2 On crossing, at most once per line and local day; falling back below re-arms it for the next day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

STANDARD = (75, 90, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """On which side one stands, and when it fired last."""

    is_over: bool = False
    fired_on: date | None = None


def is_over_percent(percent: int, *, total: int, available: int) -> bool:
    if total <= 0:
        return False
    return (total - available) * 100 >= percent * total


def after(mark: Mark, *, is_over: bool, today: date) -> tuple[Mark, bool]:
    """The new mark, and whether it fires."""
    fires = is_over and not mark.is_over and mark.fired_on != today
    return Mark(is_over, today if fires else mark.fired_on), fires
