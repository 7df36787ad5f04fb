"""What becomes of a pool request once it is answered, at once or by the second signature.

LINE-9 The partner is told; an order that is rejected leaves the request open.
"""

from datetime import datetime

from kanal.audit.record import record
from kanal.credit.links import PARTNER_LINES_PAGE
from kanal.credit.models import DeskOrder, PoolRequest
from kanal.credit.subjects import pool_request_subject
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.notices.tell import tell


def follow_pool_request(order: DeskOrder, *, by: Actor, at: datetime) -> None:
    for request in PoolRequest.objects.filter(book_id=order.book_id, order_id=order.id):
        if request.state != PoolRequest.State.SIGNED:
            continue
        if order.state == DeskOrder.State.DONE:
            settled(request, state=PoolRequest.State.GRANTED, by=by, at=at)
        else:
            request.state, request.granted, request.order_id = PoolRequest.State.OPEN, None, None
            request.save(update_fields=["state", "granted", "order_id"])


def settled(request: PoolRequest, *, state: PoolRequest.State, by: Actor, at: datetime) -> PoolRequest:
    request.state, request.answered_at = state, at
    request.save(update_fields=["state", "granted", "answer", "order_id", "answered_at"])
    note_pool_request(request, done=state.value.lower(), by=by, at=at)
    if state == PoolRequest.State.DECLINED:
        partner = Organization.objects.get(id=request.partner_id)
        tell(
            "pool_request_declined",
            to=readers_who_may(partner, Permission.POOL_ASK),
            facts={"amount": request.money, "why": request.answer},
            cause=f"pool_request:{request.id}:declined",
            at=at,
            link=PARTNER_LINES_PAGE,
            book_id=request.book_id,
        )
    return request


def note_pool_request(request: PoolRequest, *, done: str, by: Actor, at: datetime) -> None:
    facts: dict[str, object] = {"amount": request.money.to_json()}
    if request.granted is not None:
        facts["granted"] = Money(request.granted, request.currency).to_json()
    record(
        f"pool_request.{done}", pool_request_subject(request), by=by, at=at, book_id=request.book_id,
        organization_id=request.partner_id, new=facts, why=request.answer or request.why,
    )  # fmt: skip
