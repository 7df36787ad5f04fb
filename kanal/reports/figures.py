"""What stood on wallets, came in and went out in a period: one statement for all of them.

REP-1  Opening + in − out = closing, for every account and in total.
REP-2  Every figure is read from the transfers and their running sums; nothing is kept that could differ.
REP-3  What moves between two of the accounts that are asked about is left out of their total.
ALL-4  A movement counts when it takes effect. Balances run in the recorded order, so what was recorded after a moment
       and dated back before it is added to what stood there.

An opening is one line of the account, found by halving; of the period only the lines of these accounts are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from kanal.kit.period import Period
from kanal.ledger.statement import INSTANT
from kanal.reports.models import Action

# A correction of funding and what repays an advance take from what was topped up; a refund from what was used.
TOPPED_UP = (Action.FUNDED, Action.ADVANCED, Action.RECEIVED, Action.COLLECTED, Action.EARNED)
TAKEN_FROM_TOPPED_UP = (Action.TAKEN_BACK, Action.REPAID, Action.TAX_SET_APART)
USED = (Action.SPENT, Action.BILL_PAID, Action.GIVEN)
TAKEN_FROM_USED = (Action.REFUNDED,)
IN = (*TOPPED_UP, *TAKEN_FROM_USED)
OUT = (*USED, *TAKEN_FROM_TOPPED_UP)
BETWEEN = (Action.RECEIVED, Action.GIVEN)  # the two sides of a pair

FIGURES = """
WITH span AS MATERIALIZED (
    SELECT a.book_id, a.id,
           CASE WHEN a.moved_at <= %(before)s THEN a.version
                ELSE public.ledger_sequence_at(a.book_id, a.id, %(before)s) END AS low,
           CASE WHEN a.moved_at <= %(last)s THEN a.version
                ELSE public.ledger_sequence_at(a.book_id, a.id, %(last)s) END AS high
      FROM public.ledger_account a
     WHERE a.book_id = %(book)s AND a.id = ANY (%(accounts)s)
), late AS MATERIALIZED (
    -- By the index of what is dated back alone: there is little of it, which the planner cannot know.
    SELECT t.source_id, t.target_id, t.amount, t.effective_at, t.recorded_at
      FROM public.ledger_transfer t
     WHERE t.book_id = %(book)s AND t.effective_at < t.recorded_at AND t.recorded_at >= %(start)s
       AND t.phase = 'POSTED'
), moved AS (
    -- OFFSET 0 keeps each account's stretch a walk along its own index, whatever the planner believes of its length.
    SELECT s.id AS account_id, l.other_id, l.change, l.effective_at, false AS is_before
      FROM span s CROSS JOIN LATERAL (
           SELECT t.target_id AS other_id, -t.amount AS change, t.effective_at FROM public.ledger_transfer t
            WHERE t.book_id = s.book_id AND t.source_id = s.id AND t.source_sequence > s.low
              AND t.source_sequence <= s.high AND t.phase = 'POSTED' AND t.effective_at >= %(start)s OFFSET 0) l
    UNION ALL
    SELECT s.id, l.other_id, l.change, l.effective_at, false
      FROM span s CROSS JOIN LATERAL (
           SELECT t.source_id AS other_id, t.amount AS change, t.effective_at FROM public.ledger_transfer t
            WHERE t.book_id = s.book_id AND t.target_id = s.id AND t.target_sequence > s.low
              AND t.target_sequence <= s.high AND t.phase = 'POSTED' AND t.effective_at >= %(start)s OFFSET 0) l
    UNION ALL
    SELECT s.id, CASE WHEN t.source_id = s.id THEN t.target_id ELSE t.source_id END,
           CASE WHEN t.source_id = s.id THEN -t.amount ELSE t.amount END, t.effective_at, t.effective_at < %(start)s
      FROM late t JOIN span s ON s.id IN (t.source_id, t.target_id)
     WHERE t.effective_at < %(end)s AND (t.recorded_at >= %(end)s OR t.effective_at < %(start)s)
), told AS (
    SELECT m.account_id, m.change, m.effective_at, m.is_before, m.other_id = ANY (%(accounts)s) AS is_between,
           CASE WHEN m.change > 0 THEN CASE o.kind
                    WHEN 'CASH' THEN 'FUNDED' WHEN 'ADVANCE' THEN 'ADVANCED' WHEN 'WALLET' THEN 'RECEIVED'
                    WHEN 'DUE' THEN 'COLLECTED'
                    WHEN 'MARGIN' THEN CASE WHEN o.owner_id = a.owner_id THEN 'EARNED' ELSE 'REFUNDED' END
                    ELSE 'REFUNDED' END
                ELSE CASE o.kind
                    WHEN 'WALLET' THEN 'GIVEN' WHEN 'CASH' THEN 'TAKEN_BACK' WHEN 'ADVANCE' THEN 'REPAID'
                    WHEN 'OWED' THEN 'BILL_PAID' WHEN 'OWED_COST' THEN 'BILL_PAID'
                    WHEN 'TAX_PREPAID' THEN 'TAX_SET_APART' ELSE 'SPENT' END END AS action
      FROM moved m
      JOIN public.ledger_account a ON a.book_id = %(book)s AND a.id = m.account_id
      JOIN public.ledger_account o ON o.book_id = %(book)s AND o.id = m.other_id
)
SELECT account_id, NULL::date, action, is_before, is_between, sum(change)
  FROM told GROUP BY account_id, action, is_before, is_between
UNION ALL
SELECT NULL, date_trunc(%(step)s, effective_at AT TIME ZONE %(zone)s)::date, action, false, is_between, sum(change)
  FROM told WHERE NOT is_before GROUP BY 2, 3, 5
"""
OPENINGS = """
SELECT a.id, CASE WHEN a.moved_at <= %(before)s THEN a.posted_in - a.posted_out ELSE coalesce(s.stood, t.stood, 0) END
  FROM public.ledger_account a
  CROSS JOIN LATERAL (
      SELECT CASE WHEN a.moved_at <= %(before)s THEN 0
                  ELSE public.ledger_sequence_at(a.book_id, a.id, %(before)s) END AS low) span
  LEFT JOIN LATERAL (
      SELECT source_in - source_out AS stood FROM public.ledger_transfer
       WHERE book_id = a.book_id AND source_id = a.id AND source_sequence = span.low) s ON true
  LEFT JOIN LATERAL (
      SELECT target_in - target_out AS stood FROM public.ledger_transfer
       WHERE book_id = a.book_id AND target_id = a.id AND target_sequence = span.low) t ON true
 WHERE a.book_id = %(book)s AND a.id = ANY (%(accounts)s)
"""


@dataclass
class Sums:
    """Amounts by action, none of them below zero."""

    by_action: dict[Action, int] = field(default_factory=dict)

    def add(self, action: Action, amount: int) -> None:
        self.by_action[action] = self.by_action.get(action, 0) + amount

    def of(self, actions: Iterable[Action]) -> int:
        return sum(self.by_action.get(action, 0) for action in actions)

    @property
    def came_in(self) -> int:
        return self.of(IN)

    @property
    def went_out(self) -> int:
        return self.of(OUT)

    @property
    def topped_up(self) -> int:
        return self.of(TOPPED_UP) - self.of(TAKEN_FROM_TOPPED_UP)

    @property
    def used(self) -> int:
        return self.of(USED) - self.of(TAKEN_FROM_USED)


@dataclass
class Stood(Sums):
    """One account, or all of them together, over the period."""

    opening: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.came_in - self.went_out


@dataclass
class Figures:
    accounts: dict[UUID, Stood]
    total: Stood  # without what moved between the accounts (REP-3)
    between: int  # how much that was, each pair once
    steps: dict[date, Sums]  # the total, by day or month


def figures_of(book_id: int, accounts: Collection[UUID], period: Period, *, step: str = "day") -> Figures:
    """`step` is day or month, of the provider's own calendar."""
    assert step in {"day", "month"}, step
    asked: dict[str, Any] = {
        "book": book_id, "accounts": list(accounts), "start": period.start, "end": period.end, "step": step,
        "before": period.start - INSTANT, "last": period.end - INSTANT, "zone": settings.TIME_ZONE,
    }  # fmt: skip
    found = Figures({}, Stood(), 0, {})
    with connection.cursor() as cursor:
        cursor.execute(OPENINGS, asked)
        for account_id, stood in cursor.fetchall():
            found.accounts[account_id] = Stood(opening=stood)
        cursor.execute(FIGURES, asked)
        for row in cursor.fetchall():
            _put(found, *row)
    found.total.opening = sum(stood.opening for stood in found.accounts.values())
    return found


def _put(
    found: Figures,
    account_id: UUID | None,
    day: date | None,
    action: str,
    is_before: bool,
    is_between: bool,
    change: int,
) -> None:
    amount, change = abs(int(change)), int(change)
    if account_id is not None and is_before:
        found.accounts[account_id].opening += change
    elif account_id is not None:
        found.accounts[account_id].add(Action(action), amount)
        if not is_between:
            found.total.add(Action(action), amount)
        elif action == Action.GIVEN:
            found.between += amount
    elif day is not None and not is_between:
        found.steps.setdefault(day, Sums()).add(Action(action), amount)
