"""Settle what was held: release it and, in the same group, pay everybody their part.

SETTLE-2 From a wallet: the cost to the provider, the rest to the partner's margin, in one linked group.
SETTLE-4 On a line: the customer's debt at the price and the partner's at cost arise at the same moment.
HOLD-3   What is captured is posted as ordinary transfers right after the release.
LIFE-2   A replaced term comes back first, so that only the difference had to be available.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.check_warnings import check_both
from kanal.credit.models import Spending, SpendingRefund
from kanal.credit.recorded import refunded_as_json, refunded_from
from kanal.credit.spending_moves import (
    capture_moves,
    freed_by,
    matter_of,
    open_what_they_need,
    parties_to,
    refund_moves,
    refunds_of,
    term_of,
)
from kanal.credit.subjects import spending_subject
from kanal.credit.take_back import refund_of
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.ledger.holds import hold_numbered
from kanal.ledger.movement import Group, Move, Movement, Release, RequestKey
from kanal.ledger.post import post


@dataclass(eq=False)
class SpendingHasEnded(Refusal):
    code = "spending_has_ended"
    state: str

    def __str__(self) -> str:
        return _("This payment has ended already (%(state)s). Look it up in the credit history.") % self.words()


@dataclass(eq=False)
class TermHasChanged(Refusal):
    code = "term_has_changed"

    def __str__(self) -> str:
        return _("Part of what it replaces was refunded meanwhile. Release it and place the order again.")


@transaction.atomic
def capture_spending(*, spending: Spending, by: Actor, at: datetime) -> Spending:
    """Captured already, it stays as it is."""
    replaced = _locked_term_of(spending)
    spending = locked(spending)
    if spending.state == Spending.State.CAPTURED:
        return spending
    if spending.state != Spending.State.HELD:
        raise SpendingHasEnded(state=str(Spending.State(spending.state).label))
    key = RequestKey(spending.book_id, None, "capture_spending", spending.id.hex)
    given_back = _take_back(replaced, spending, key, at=at) if replaced else []
    releases = [Release(hold=hold_numbered(spending.book_id, UUID(id_))) for id_ in spending.holds]
    spent = capture_moves(spending)
    open_what_they_need([*given_back, *spent], at=at)
    moves: list[Movement] = [*given_back, *releases, *spent]
    if moves:
        matter = matter_of(spending)
        post(Group(key=key, moves=moves, act="spending.captured", by=by, at=at, matter=matter))
    spending.state, spending.ended_at = Spending.State.CAPTURED, at
    spending.save(update_fields=["state", "ended_at"])
    record(
        "spending.captured",
        spending_subject(spending),
        by=by,
        at=at,
        book_id=spending.book_id,
        organization_id=spending.customer_id,
    )
    check_both(parties_to(spending), at=at)
    return spending


def _locked_term_of(spending: Spending) -> Spending | None:
    """Before the one that replaces it, as at the hold."""
    if spending.replaces_id is None:
        return None
    return locked(Spending.objects.get(book_id=spending.book_id, id=spending.replaces_id))


def _take_back(replaced: Spending, spending: Spending, key: RequestKey, *, at: datetime) -> list[Move]:
    """Its amounts are those of the minute in which the order was paid, whenever the driver reports success."""
    refunds = refunds_of(replaced)
    term = term_of(replaced, refunds)
    back = refunded_from(spending.gives_back or {})
    if back.minutes > term.minutes_left or refund_of(term, back.minutes) != back:
        raise TermHasChanged
    freed = freed_by(replaced, term, back)
    SpendingRefund.objects.create(
        book_id=replaced.book_id,
        id=derived_id("spending_refund", key.group_id),
        spending_id=replaced.id,
        number=len(refunds) + 1,
        group_id=key.group_id,
        why="",
        at=at,
        **refunded_as_json(back),
    )
    moves = refund_moves(replaced, back, freed, at=at)
    return [replace(move, act="spending.refunded") for move in moves]
