"""Ask for one's own funding: a code for the content of the transfer, until the money comes, or an end.

CRED-10 PENDING → FUNDED (the desk matches the transfer; a gateway's signed callback) | EXPIRED | CANCELLED.
CRED-3  A partner's customer can never fund itself, on any path.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.credit.amounts import check_amount
from kanal.credit.follow_funding import ended, note_funding_request
from kanal.credit.fund_wallet import funded_directly
from kanal.credit.models import FundingRequest
from kanal.credit.operator_queries import funding_requests_due
from kanal.credit.transfer_code import new_code
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.ids import derived_id
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused
from kanal.ledger.movement import RequestKey

LIVES = timedelta(days=7)


@dataclass(eq=False)
class OnlyInDong(Refusal):
    code = "only_in_dong"
    field = "amount"

    def __str__(self) -> str:
        return _("Transfers by VietQR are in VND. Ask the provider for another currency.")


@dataclass(eq=False)
class FundingRequestEnded(Refusal):
    code = "funding_request_ended"
    state: str

    def __str__(self) -> str:
        return _("This request has ended: %(state)s. Ask for funding again.") % self.words()


@dataclass(eq=False)
class NotYourFundingRequest(Refusal):
    code = "not_your_funding_request"

    def __str__(self) -> str:
        return _("This request belongs to somebody else. Open it from your own list.")


@transaction.atomic
def request_funding(
    *, organization: Organization, money: Money, by: Actor, at: datetime, request_id: str
) -> FundingRequest:
    check_amount(money)
    if money.currency != "VND":
        raise OnlyInDong
    organization = funded_directly(organization)
    book_id = trading_book_of(organization)
    key = RequestKey(book_id, organization.id, "request_funding", request_id)
    id_ = derived_id("funding_request", key.group_id)
    if made := FundingRequest.objects.filter(book_id=book_id, id=id_).first():
        if made.money != money:
            raise KeyReused
        return made
    request = FundingRequest.objects.create(
        book_id=book_id, id=id_, organization_id=organization.id, amount=money.amount, currency=money.currency,
        code=new_code(book_id), asked_by=by.id, asked_by_name=by.name, asked_at=at, expires_at=at + LIVES,
    )  # fmt: skip
    note_funding_request(request, done="asked", by=by, at=at)
    return request


@transaction.atomic
def cancel_funding_request(*, request: FundingRequest, by: Actor, at: datetime) -> FundingRequest:
    request = locked(request)
    if by.organization_id != request.organization_id:
        raise NotYourFundingRequest
    if not request.is_pending or request.order_id is not None:
        raise FundingRequestEnded(state=request.get_state_display())
    return ended(request, state=FundingRequest.State.CANCELLED, by=by, at=at)


def expire_funding_requests(*, at: datetime) -> None:
    """Each in a transaction of its own; what the desk has matched meanwhile stays."""
    for found in funding_requests_due(at):
        with transaction.atomic():
            request = locked(found)
            if request.is_pending and request.order_id is None:
                ended(request, state=FundingRequest.State.EXPIRED, by=Actor.job("expire_funding_requests"), at=at)
