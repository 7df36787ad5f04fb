"""The partner says that its customer has paid what a line paid for; undo that where it was wrong.

LINE-6 In part or whole, with a reference: that much returns from used to available, at most what is open. Undoing is a
       reversal with a reason. It frees the customer's line only, never the partner's exposure.
CRED-6 The same request confirms once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import check_amount, check_words, checked_why
from kanal.credit.check_warnings import check_both
from kanal.credit.models import Clearing, Spending
from kanal.credit.pour import DUE, LINE, LINE_USED, OWED
from kanal.credit.refund_spending import NotPaidYet
from kanal.credit.spending_moves import matter_of, parties_to, refunds_of, still_open, term_of
from kanal.credit.subjects import spending_subject
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import Group, Move, RequestKey, Reversal
from kanal.ledger.post import post
from kanal.ledger.queries import posting_rows


@dataclass(eq=False)
class MoreThanIsOpen(Refusal):
    code = "more_than_is_open"
    field = "amount"
    is_open: Money

    def __str__(self) -> str:
        return _("%(is_open)s of this bill is open; confirm at most that.") % self.words()


@dataclass(eq=False)
class BillNotYours(Refusal):
    code = "bill_not_yours"

    def __str__(self) -> str:
        return _("Only the partner whose customer it is confirms this bill. Open it from your own list.")


@dataclass(eq=False)
class ReferenceMissing(Refusal):
    code = "reference_missing"
    field = "reference"

    def __str__(self) -> str:
        return _("Give the reference of the payment.")


@dataclass(eq=False)
class ConfirmationUndone(Refusal):
    code = "confirmation_undone"

    def __str__(self) -> str:
        return _("This confirmation is undone already.")


@transaction.atomic
def confirm_bill(
    *, spending: Spending, money: Money, reference: str, by: Actor, at: datetime, request_id: str
) -> Clearing:
    check_amount(money)
    check_words(reference=reference)
    if not reference.strip():
        raise ReferenceMissing
    spending = _of_partner(locked(spending), by)
    key = RequestKey(spending.book_id, by.organization_id, "confirm_bill", request_id)
    id_ = derived_id("clearing", key.group_id)
    if made := Clearing.objects.filter(book_id=spending.book_id, id=id_).first():
        if (made.spending_id, made.amount, made.reference) != (spending.id, money.amount, reference.strip()):
            raise KeyReused
        return made
    if spending.state != Spending.State.CAPTURED:
        raise NotPaidYet
    is_open = bill_open(spending)
    if money > is_open:
        raise MoreThanIsOpen(is_open=is_open)
    parties = parties_to(spending)
    moves = [
        Move(source=parties.account(source), target=parties.account(target), money=parties.amount(source, money.amount))
        for source, target in ((DUE, OWED), (LINE_USED, LINE))
    ]
    post(Group(key=key, moves=moves, act="bill.confirmed", by=by, at=at, matter=matter_of(spending)))
    clearing = Clearing.objects.create(
        book_id=spending.book_id, id=id_, spending_id=spending.id, side=Clearing.Side.CUSTOMER, amount=money.amount,
        reference=reference.strip(), by=by.name, at=at, group_id=key.group_id,
    )  # fmt: skip
    _record("confirmed", spending, clearing, by=by, at=at)
    check_both(parties, at=at)
    return clearing


@transaction.atomic
def undo_confirmation(*, clearing: Clearing, why: str, by: Actor, at: datetime) -> Clearing:
    """Once; the line may fall below zero by it, for what was used meanwhile."""
    why = checked_why(why)
    spending = locked(Spending.objects.get(book_id=clearing.book_id, id=clearing.spending_id))
    _of_partner(spending, by)
    if clearing.undoes_id is not None or _undone(clearing):
        raise ConfirmationUndone
    key = RequestKey(spending.book_id, by.organization_id, "undo_confirmation", clearing.id.hex)
    rows = posting_rows(spending.book_id, clearing.group_id)
    matter = matter_of(spending)
    moves = [Reversal(of=row.id, note=why, deep=True, matter=matter) for row in reversed(rows)]
    post(Group(key=key, moves=moves, act="bill.confirmation_undone", by=by, at=at))
    undoing = Clearing.objects.create(
        book_id=spending.book_id, id=derived_id("clearing", key.group_id), spending_id=spending.id,
        side=Clearing.Side.CUSTOMER, amount=-clearing.amount, reference=clearing.reference, undoes_id=clearing.id,
        why=why, by=by.name, at=at, group_id=key.group_id,
    )  # fmt: skip
    _record("confirmation_undone", spending, undoing, by=by, at=at)
    check_both(parties_to(spending), at=at)
    return undoing


def bill_open(spending: Spending) -> Money:
    """What the line paid of it that neither came back nor is confirmed."""
    return Money(still_open(spending, term_of(spending, refunds_of(spending)).left).line, spending.currency)


def _of_partner(spending: Spending, by: Actor) -> Spending:
    if spending.partner_id is None or by.organization_id != spending.partner_id:
        raise BillNotYours
    return spending


def _undone(clearing: Clearing) -> bool:
    return Clearing.objects.filter(book_id=clearing.book_id, undoes_id=clearing.id).exists()


def _record(done: str, spending: Spending, clearing: Clearing, *, by: Actor, at: datetime) -> None:
    facts = {"amount": Money(clearing.amount, spending.currency).to_json(), "reference": clearing.reference}
    record(
        f"bill.{done}", spending_subject(spending), by=by, at=at, book_id=spending.book_id,
        organization_id=spending.customer_id, new=facts, why=clearing.why,
    )  # fmt: skip
