"""Fund what a gateway says was paid; however often it says so, once.

CRED-10 A gateway's signed callback; twice is once.
CRED-3  Never for a partner's customer, not even by a callback that comes late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import check_amount
from kanal.credit.carry_out_desk_order import carry_out
from kanal.credit.follow_funding import follow
from kanal.credit.fund_wallet import funded_directly
from kanal.credit.gateways import Paid, PaymentGateway
from kanal.credit.models import DeskOrder, FundingRequest
from kanal.credit.subjects import desk_order_subject
from kanal.credit.tell_of_desk_order import tell_organization
from kanal.credit.transfer_code import book_in, plain_code
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class FundingRequestUnknown(Refusal):
    code = "funding_request_unknown"

    def __str__(self) -> str:
        return _("No funding was asked for under this code. Look at the transfer's content again.")


def hear_gateway(*, gateway: PaymentGateway, body: bytes, signature: str, at: datetime) -> DeskOrder | None:
    """None where the gateway says that nothing was paid."""
    paid = gateway.heard(body, signature)
    return _fund(gateway, paid, at=at) if paid else None


@transaction.atomic
def _fund(gateway: PaymentGateway, paid: Paid, *, at: datetime) -> DeskOrder:
    check_amount(paid.money)
    request = request_with(paid.code)
    if request is None:
        raise FundingRequestUnknown
    request = locked(request)
    id_ = derived_id("gateway_funding", request.book_id, gateway.name, paid.reference)
    if made := DeskOrder.objects.filter(book_id=request.book_id, id=id_).first():
        return made
    organization = funded_directly(Organization.objects.get(id=request.organization_id))
    by = Actor.job(f"gateway:{gateway.name}")
    order = DeskOrder(
        book_id=request.book_id, id=id_, kind=DeskOrder.Kind.FUNDING, organization_id=organization.id,
        amount=paid.money.amount, currency=paid.money.currency, bank_reference=paid.reference, note=request.code,
        asked_by=by.id, asked_by_name=by.name, asked_at=at, state=DeskOrder.State.DONE,
    )  # fmt: skip
    order.group_id = carry_out(order, by=by, at=at)
    order.save(force_insert=True)
    if request.order_id is None:
        request.order_id = order.id
        request.save(update_fields=["order_id"])
        follow(order, by=by, at=at)
    record(
        "desk_order.carried_out", desk_order_subject(order), by=by, at=at, book_id=order.book_id,
        organization_id=order.organization_id, new={"amount": order.money.to_json(), "bank_reference": paid.reference},
    )  # fmt: skip
    tell_organization(order, organization, at=at)
    return order


def request_with(code: str) -> FundingRequest | None:
    """By what stands in the content of a transfer."""
    book_id = book_in(code)
    return FundingRequest.objects.filter(book_id=book_id, code=plain_code(code)).first() if book_id else None
