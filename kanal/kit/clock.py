"""What time it is: real time, plus how far the sandbox clock was moved. now() never goes back.

Only web/, api/, jobs/ and cli.py ask; every verb takes `at`. Sessions, TOTP, signatures, rate limits and retries
use the real clock, `real_now`. A move is seen by this process at once and by every other within a second.
"""

import threading
import time
from datetime import UTC, datetime, timedelta
from math import inf

from django.conf import settings

_FRESH_SECONDS = 1.0  # how long another process may still see the clock as it was before a move


class _Known:
    """What this process last saw: one clock for all of its threads, or two requests could see time go back."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.offset: timedelta | None = None
        self.read_at = 0.0
        self.last_told = datetime.min.replace(tzinfo=UTC)


_known = _Known()


def real_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    ahead = offset()
    with _known.lock:
        _known.last_told = max(_known.last_told, real_now() + ahead)
        return _known.last_told


def offset() -> timedelta:
    """How far ahead of real time the sandbox is; always zero in production, without asking the database."""
    if not settings.KANAL_SANDBOX:
        return timedelta()
    known = _known.offset
    if known is None or time.monotonic() - _known.read_at > _FRESH_SECONDS:
        known = read_offset()
        with _known.lock:
            _known.offset, _known.read_at = known, time.monotonic()
    return known


def read_offset() -> timedelta:
    """The sum of all moves, as the database has it now."""
    from django.db.models import Sum

    from kanal.kit.models import ClockShift

    total = ClockShift.objects.aggregate(seconds=Sum("seconds"))["seconds"] or 0
    return timedelta(seconds=int(total))


def reread() -> None:
    """This process moved the clock: the next question goes to the database."""
    _known.read_at = -inf


def forget() -> None:
    """Between tests, each of which has a database and so a time of its own."""
    with _known.lock:
        _known.forget()
