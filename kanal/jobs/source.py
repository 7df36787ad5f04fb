"""What the clock can start: a source says when it is next due, and does what is due at a moment.

The tick carries out the earliest first, each at its own moment, whatever the clock shows by then. A source does all
that is due at the moment it is given, in transactions of its own, and afterwards answers a later one or None: that is
what makes it happen once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DueSource:
    """`next_due(until)` is the earliest moment up to `until` at which there is something to do.

    `every_day` ones are rounds that are made whether there is something to do or not (kanal.jobs.daily).
    """

    name: str
    next_due: Callable[[datetime], datetime | None]
    carry_out: Callable[[datetime], object]
    every_day: bool = False
