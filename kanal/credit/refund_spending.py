"""Give back what was paid for the minutes that are not used, to whoever paid it.

PAY-2    Last payer first, never more than that payer paid; a coupon's share never to the customer.
SETTLE-5 Both prices and their tax come back pro rata, from the parties that got them, by what was recorded.
LINE-6   A line's part frees the line only as far as it is not confirmed yet.
LIFE-10  All refunds of a term together never exceed what was paid.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.check_warnings import check_both
from kanal.credit.models import Spending, SpendingRefund
from kanal.credit.recorded import refunded_as_json
from kanal.credit.spending_moves import (
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
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import Group, RequestKey
from kanal.ledger.post import post


@dataclass(eq=False)
class NotPaidYet(Refusal):
    code = "not_paid_yet"

    def __str__(self) -> str:
        return _("This is not paid yet, so nothing can be refunded. Release what is held instead.")


@dataclass(eq=False)
class MoreThanIsLeft(Refusal):
    code = "more_than_is_left"
    minutes: int
    left: int

    def __str__(self) -> str:
        return _("%(left)s minutes of this are not refunded yet; ask for at most that many.") % self.words()


@transaction.atomic
def refund_spending(
    *, spending: Spending, unused: int, why: str, by: Actor, at: datetime, request_id: str
) -> SpendingRefund:
    spending = locked(spending)
    key = RequestKey(spending.book_id, by.organization_id, "refund_spending", request_id)
    refunds = refunds_of(spending)
    id_ = derived_id("spending_refund", key.group_id)
    if made := SpendingRefund.objects.filter(book_id=spending.book_id, id=id_).first():
        if (made.spending_id, made.minutes) != (spending.id, unused):
            raise KeyReused
        return made
    if spending.state != Spending.State.CAPTURED:
        raise NotPaidYet
    term = term_of(spending, refunds)
    if not 0 < unused <= term.minutes_left:
        raise MoreThanIsLeft(minutes=unused, left=term.minutes_left)
    back = refund_of(term, unused)
    moves = refund_moves(spending, back, freed_by(spending, term, back), at=at)
    open_what_they_need(moves, at=at)
    if moves:
        matter = matter_of(spending)
        post(Group(key=key, moves=moves, act="spending.refunded", by=by, at=at, matter=matter, note=why))
    refund = SpendingRefund.objects.create(
        book_id=spending.book_id, id=id_, spending_id=spending.id, number=len(refunds) + 1,
        group_id=key.group_id if moves else None, why=why, at=at, **refunded_as_json(back),
    )  # fmt: skip
    record(
        "spending.refunded", spending_subject(spending), by=by, at=at, book_id=spending.book_id,
        organization_id=spending.customer_id, new={"minutes": unused, "refunded": back.customer}, why=why,
    )  # fmt: skip
    check_both(parties_to(spending), at=at)
    return refund
