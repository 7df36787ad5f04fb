"""Match a transfer that came in with the request it was made for.

CRED-10 The desk matches the transfer; what came in is what is funded, whatever was asked for.
CRED-7  Above an amount a second person confirms; until then the request stays pending.
"""

from datetime import datetime

from django.db import transaction

from kanal.credit.follow_funding import follow
from kanal.credit.fund_wallet import fund_wallet
from kanal.credit.models import DeskOrder, FundingRequest
from kanal.credit.request_funding import FundingRequestEnded
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.models import StoredFile
from kanal.kit.money import Money


@transaction.atomic
def match_funding(
    *,
    request: FundingRequest,
    received: Money,
    bank_reference: str,
    receipt: StoredFile | None = None,
    by: Actor,
    at: datetime,
) -> DeskOrder:
    """An expired one too: the money is there."""
    request = locked(request)
    if request.order_id is not None or request.state == FundingRequest.State.FUNDED:
        raise FundingRequestEnded(state=request.get_state_display())
    organization = Organization.objects.get(id=request.organization_id)
    order = fund_wallet(
        organization=organization, money=received, bank_reference=bank_reference, note=request.code, receipt=receipt,
        by=by, at=at, request_id=f"funding_request:{request.id}:{bank_reference}",
    )  # fmt: skip
    request.order_id = order.id
    request.save(update_fields=["order_id"])
    follow(order, by=by, at=at)
    return order
