"""What every act of the desk on a wallet goes through: at once, or, above an amount, only by a second person.

CRED-7 Above an amount (setting) a second person confirms; never the one who asked.
CRED-6 The same request is placed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import checked_why
from kanal.credit.carry_out_desk_order import carry_out
from kanal.credit.follow_funding import follow
from kanal.credit.follow_pool_request import follow_pool_request
from kanal.credit.models import DeskOrder
from kanal.credit.subjects import desk_order_subject
from kanal.credit.tell_of_desk_order import tell_of_waiting, tell_organization
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import RequestKey

COMPARED = (
    "kind", "organization_id", "amount", "currency", "bank_reference", "note", "why", "receipt_id", "repays_advance",
    "ends_at", "reverses_id",
)  # fmt: skip


@dataclass(eq=False)
class SecondPersonMissing(Refusal):
    code = "second_person_missing"

    def __str__(self) -> str:
        return _("You placed this yourself; it takes the signature of somebody else in finance.")


@dataclass(eq=False)
class DeskOrderDecided(Refusal):
    code = "desk_order_decided"
    state: str

    def __str__(self) -> str:
        return _("This has been decided already: %(state)s.") % self.words()


def needs_second_person(money: Money) -> bool:
    """The setting is in đồng; an amount in another currency always takes two."""
    return money.currency != "VND" or money.amount > settings.KANAL_SECOND_PERSON_ABOVE


def place(order: DeskOrder, *, organization: Organization, by: Actor, at: datetime, request_id: str) -> DeskOrder:
    """Within the caller's transaction, after it has checked what is its own."""
    check_is_the_desk(by)
    order.id = desk_order_id(order.book_id, by, DeskOrder.Kind(order.kind), request_id)
    if made := DeskOrder.objects.filter(book_id=order.book_id, id=order.id).first():
        if any(getattr(made, name) != getattr(order, name) for name in COMPARED):
            raise KeyReused
        return made
    order.asked_by, order.asked_by_name, order.asked_at = by.id, by.name, at
    if needs_second_person(order.money):
        order.state = DeskOrder.State.WAITING
        order.save(force_insert=True)
        tell_of_waiting(order, organization, at=at)
        _record("placed", order, by=by, at=at)
        return order
    order.group_id, order.state = carry_out(order, by=by, at=at), DeskOrder.State.DONE
    order.save(force_insert=True)
    tell_organization(order, organization, at=at)
    _record("carried_out", order, by=by, at=at)
    return order


def desk_order_id(book_id: int, by: Actor, kind: DeskOrder.Kind, request_id: str) -> UUID:
    key = RequestKey(book_id, by.organization_id, f"desk_order_{kind.lower()}", request_id)
    return derived_id("desk_order", key.group_id)


@transaction.atomic
def confirm_desk_order(*, order: DeskOrder, by: Actor, at: datetime) -> DeskOrder:
    """The second signature, and with it the act; confirmed already by the same person, it stays as it is."""
    order = _to_decide(order, by)
    if order.state == DeskOrder.State.DONE:
        return order
    order.group_id, order.state = carry_out(order, by=by, at=at), DeskOrder.State.DONE
    _decided(order, ["group_id"], by=by, at=at)
    follow(order, by=by, at=at)
    follow_pool_request(order, by=by, at=at)
    tell_organization(order, Organization.objects.get(id=order.organization_id), at=at)
    _record("carried_out", order, by=by, at=at)
    return order


@transaction.atomic
def reject_desk_order(*, order: DeskOrder, why: str, by: Actor, at: datetime) -> DeskOrder:
    """Whoever placed it may take it back, too."""
    check_is_the_desk(by)
    order = locked(order)
    if order.state != DeskOrder.State.WAITING:
        raise DeskOrderDecided(state=order.get_state_display())
    order.state, order.rejected_why = DeskOrder.State.REJECTED, checked_why(why)
    _decided(order, ["rejected_why"], by=by, at=at)
    follow(order, by=by, at=at)
    follow_pool_request(order, by=by, at=at)
    _record("rejected", order, by=by, at=at, why=order.rejected_why)
    return order


def _to_decide(order: DeskOrder, by: Actor) -> DeskOrder:
    check_is_the_desk(by)
    order = locked(order)
    if order.asked_by == by.id:
        raise SecondPersonMissing
    if order.state == DeskOrder.State.WAITING or (order.state, order.decided_by) == (DeskOrder.State.DONE, by.id):
        return order
    raise DeskOrderDecided(state=order.get_state_display())


def _decided(order: DeskOrder, more: Sequence[str], *, by: Actor, at: datetime) -> None:
    order.decided_by = by.id if by.id != order.asked_by else ""
    order.decided_by_name, order.decided_at = by.name, at
    order.save(update_fields=["state", "decided_by", "decided_by_name", "decided_at", *more])


def _record(done: str, order: DeskOrder, *, by: Actor, at: datetime, why: str = "") -> None:
    facts = {"kind": order.kind, "amount": order.money.to_json(), "bank_reference": order.bank_reference}
    record(
        f"desk_order.{done}",
        desk_order_subject(order),
        by=by,
        at=at,
        book_id=order.book_id,
        organization_id=order.organization_id,
        new=facts,
        why=why or order.why,
    )
