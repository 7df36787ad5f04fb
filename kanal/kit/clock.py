"""What time it is: real time, plus how far the sandbox clock was moved. now() never goes back.

Only web/, api/, jobs/ and cli.py ask; every verb takes `at`. Sessions, TOTP, signatures, rate limits and retries
use the real clock, `real_now`.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Sum

_FRESH_SECONDS = 1.0  # how long another process may still see the clock as it was before a move
_known = threading.local()


def real_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    return real_now() + offset()


def offset() -> timedelta:
    """How far ahead of real time the sandbox is; always zero in production, without asking the database."""
    if not settings.KANAL_SANDBOX:
        return timedelta()
    known: tuple[float, timedelta] | None = getattr(_known, "offset", None)
    if known is None or time.monotonic() - known[0] > _FRESH_SECONDS:
        from kanal.kit.models import ClockShift

        total = ClockShift.objects.aggregate(seconds=Sum("seconds"))["seconds"] or 0
        known = (time.monotonic(), timedelta(seconds=int(total)))
        _known.offset = known
    return known[1]


def forget() -> None:
    """Ask the database anew: after this process moved the clock, and between tests."""
    _known.offset = None
