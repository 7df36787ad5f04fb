"""Move the sandbox clock forward, so that what is due by then happens as it would have.

Only in a sandbox, and never back. The row is read by every process within a second; the worker then carries out what
became due, each thing at its own moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from kanal.kit import clock
from kanal.kit.actor import Actor
from kanal.kit.fence import Fence, fence
from kanal.kit.models import ClockShift
from kanal.kit.refusal import Refusal

FARTHEST = timedelta(days=366)  # at once: whoever wants more sees first what a year brings


@dataclass(eq=False)
class NotASandbox(Refusal):
    code = "not_a_sandbox"

    def __str__(self) -> str:
        return _("This is not a sandbox, so its clock is the real one. Try this in a sandbox (KANAL_SANDBOX=1).")


@dataclass(eq=False)
class ClockWouldNotMoveForward(Refusal):
    code = "clock_would_not_move_forward"
    field = "to_at"

    def __str__(self) -> str:
        return _("The clock already shows that time or a later one. Choose a moment in its future.")


@dataclass(eq=False)
class ClockWouldMoveTooFar(Refusal):
    code = "clock_would_move_too_far"
    field = "to_at"
    days: int

    def __str__(self) -> str:
        return _("The clock moves at most %(days)s days at once. Choose an earlier moment, then move it again.") % (
            self.words()
        )


def move_clock(*, to_at: datetime, by: Actor, at: datetime, beside: Sequence[models.Model] = ()) -> ClockShift:
    """`beside` are rows of higher rooms, such as the audit's, that are written in the same transaction."""
    if not settings.KANAL_SANDBOX:
        raise NotASandbox
    with transaction.atomic():
        fence(Fence.CLOCK)
        shown = max(at, clock.real_now() + clock.read_offset())  # another move may have come first
        if to_at <= shown:
            raise ClockWouldNotMoveForward
        if to_at - shown > FARTHEST:
            raise ClockWouldMoveTooFar(days=FARTHEST.days)
        shift = ClockShift(
            seconds=-((shown - to_at) // timedelta(seconds=1)),  # a begun second counts: never short of what was asked
            from_at=shown,
            to_at=to_at,
            moved_at=clock.real_now(),
            moved_by=by.name,
        )
        shift.save(force_insert=True)
        for row in beside:
            row.save(force_insert=True)
        transaction.on_commit(clock.reread)
    return shift
