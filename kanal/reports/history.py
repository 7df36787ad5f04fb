"""The credit history of one account, whole or for a period.

CRED-5   The same transfer stands in both histories.
ALL-4    Lines stand in the recorded order, as the balance beside them does; a period holds what takes effect in it.
LEDGER-7 What stood at either end of a period costs the same however long the history is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kanal.kit.period import Period
from kanal.ledger.models import Account
from kanal.ledger.queries import entries_of
from kanal.ledger.statement import INSTANT, sequence_at
from kanal.reports.models import Action, Movement, Movements

EVER = Period(datetime(1900, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC))
FEW = 50  # accounts whose stretches are named one by one


def movements_of(account: Account) -> Movements:
    """The caller orders them by sequence."""
    return Movement.objects.filter(book_id=account.book_id, account_id=account.id)


def no_movements() -> Movements:
    """For whoever has no account yet."""
    return Movement.objects.none()


def movements_in(account: Account, period: Period) -> Movements:
    """A stretch of the account's own sequence, found at once, and what was recorded later and dated back into it."""
    return movements_of(account).filter(taking_effect_in(account, period))


def movements_among(accounts: Collection[Account], period: Period, actions: Collection[Action]) -> Movements:
    """Of several accounts of one book."""
    (book_id,) = {account.book_id for account in accounts}
    found = Movement.objects.filter(book_id=book_id, action__in=[action.value for action in actions])
    if len(accounts) <= FEW:
        stretches = Q()
        for account in accounts:
            stretches |= Q(account_id=account.id) & taking_effect_in(account, period)
        return found.filter(stretches)
    late = _dated_back_into(book_id, {account.id for account in accounts}, period)
    found = found.filter(account_id__in=[account.id for account in accounts])
    ordinary = Q(recorded_at__gte=period.start, recorded_at__lt=period.end, effective_at__gte=period.start)
    return found.filter(ordinary | Q(id__in=[row.id for row in late]))


def taking_effect_in(account: Account, period: Period) -> Q:
    """Of one account's movements."""
    name = account.name
    low, high = sequence_at(name, period.start - INSTANT), sequence_at(name, period.end - INSTANT)
    within = Q(sequence__gt=low, sequence__lte=high, effective_at__gte=period.start)
    late = [row.sequence for row in _dated_back_into(name.book_id, {name.id}, period)]
    return within | Q(sequence__in=late) if late else within


@dataclass(frozen=True, slots=True)
class DatedBack:
    """A line that was recorded after a period began and counts before it was recorded."""

    id: UUID
    sequence: int
    change: int
    effective_at: datetime
    recorded_at: datetime


def has_dated_back(account: Account, period: Period) -> bool:
    """Whether somewhere in it the order of lines and their dates differ."""
    return any(row.effective_at >= period.start for row in _dated_back(account.book_id, {account.id}, period))


def _dated_back_into(book_id: int, accounts: Collection[UUID], period: Period) -> list[DatedBack]:
    """Recorded after the period, and counted in it."""
    found = _dated_back(book_id, accounts, period)
    return [row for row in found if row.recorded_at >= period.end and row.effective_at >= period.start]


def _dated_back(book_id: int, accounts: Collection[UUID], period: Period) -> list[DatedBack]:
    """Of all that is dated back, what counts before the period's end; there are few, and they have an index."""
    with connection.cursor() as cursor:
        cursor.execute(DATED_BACK, {"book": book_id, "ids": list(accounts), "start": period.start, "end": period.end})
        return [DatedBack(*row) for row in cursor.fetchall()]


DATED_BACK = """
WITH late AS MATERIALIZED (
    SELECT t.id, t.source_id, t.target_id, t.amount, t.source_sequence, t.target_sequence, t.effective_at, t.recorded_at
      FROM public.ledger_transfer t
     WHERE t.book_id = %(book)s AND t.effective_at < t.recorded_at AND t.recorded_at >= %(start)s
       AND t.phase = 'POSTED'
)
SELECT id, source_sequence, -amount, effective_at, recorded_at FROM late
 WHERE effective_at < %(end)s AND source_id = ANY (%(ids)s)
UNION ALL
SELECT id, target_sequence, amount, effective_at, recorded_at FROM late
 WHERE effective_at < %(end)s AND target_id = ANY (%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Turnover:
    """REP-1 Opening + in − out = closing."""

    opening: int
    came_in: int
    went_out: int

    @property
    def closing(self) -> int:
        return self.opening + self.came_in - self.went_out


def turnover_of(account: Account, period: Period) -> Turnover:
    """From the running sums at both ends; nothing in between is read but what is dated back."""
    low, high = (_sums_at(account, moment - INSTANT) for moment in (period.start, period.end))
    opening, came_in, went_out = low[0] - low[1], high[0] - low[0], high[1] - low[1]
    for row in _dated_back(account.book_id, {account.id}, period):
        sign = 0
        if row.effective_at < period.start:
            opening += row.change
            sign = -1 if row.recorded_at < period.end else 0  # counted before the period, though recorded in it
        elif row.recorded_at >= period.end:
            sign = 1
        came_in += sign * max(row.change, 0)
        went_out += sign * max(-row.change, 0)
    return Turnover(opening, came_in, went_out)


def _sums_at(account: Account, moment: datetime) -> tuple[int, int]:
    line = entries_of(account).filter(sequence=sequence_at(account.name, moment)).first()
    return (line.posted_in, line.posted_out) if line else (0, 0)
