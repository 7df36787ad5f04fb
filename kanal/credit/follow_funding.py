"""What becomes of a funding request when the order that it was matched with is decided.

CRED-10 PENDING → FUNDED once the money is in the wallet; an order that is rejected leaves it pending.
"""

from datetime import datetime

from kanal.audit.record import record
from kanal.credit.models import DeskOrder, FundingRequest
from kanal.credit.subjects import funding_request_subject
from kanal.kit.actor import Actor


def follow(order: DeskOrder, *, by: Actor, at: datetime) -> None:
    for request in FundingRequest.objects.filter(book_id=order.book_id, order_id=order.id):
        if order.state == DeskOrder.State.DONE and request.state != FundingRequest.State.FUNDED:
            ended(request, state=FundingRequest.State.FUNDED, by=by, at=at)
        elif order.state == DeskOrder.State.REJECTED:
            request.order_id = None
            request.save(update_fields=["order_id"])


def ended(request: FundingRequest, *, state: FundingRequest.State, by: Actor, at: datetime) -> FundingRequest:
    request.state, request.ended_at = state, at
    request.save(update_fields=["state", "ended_at"])
    note_funding_request(request, done=state.value.lower(), by=by, at=at)
    return request


def note_funding_request(request: FundingRequest, *, done: str, by: Actor, at: datetime) -> None:
    record(
        f"funding_request.{done}", funding_request_subject(request), by=by, at=at, book_id=request.book_id,
        organization_id=request.organization_id, new={"amount": request.money.to_json(), "code": request.code},
    )  # fmt: skip
