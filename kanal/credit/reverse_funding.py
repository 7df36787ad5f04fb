"""Take back a funding that was booked wrongly.

CRED-7 By reversal with a reason; what was already spent of it becomes an advance in the same group. Once.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.credit.amounts import checked_why
from kanal.credit.desk_orders import desk_order_id, place
from kanal.credit.models import DeskOrder
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class NothingToReverse(Refusal):
    code = "nothing_to_reverse"

    def __str__(self) -> str:
        return _("Only a funding that was carried out can be reversed. Reject one that still waits.")


@dataclass(eq=False)
class FundingReversed(Refusal):
    code = "funding_reversed"

    def __str__(self) -> str:
        return _("This funding is reversed already, or its reversal waits for a second person.")


@transaction.atomic
def reverse_funding(*, funding: DeskOrder, why: str, by: Actor, at: datetime, request_id: str) -> DeskOrder:
    funding = locked(funding)
    if funding.kind != DeskOrder.Kind.FUNDING or funding.state != DeskOrder.State.DONE:
        raise NothingToReverse
    order = DeskOrder(
        book_id=funding.book_id, kind=DeskOrder.Kind.REVERSAL, organization_id=funding.organization_id,
        amount=funding.amount, currency=funding.currency, bank_reference=funding.bank_reference,
        why=checked_why(why), reverses_id=funding.id,
    )  # fmt: skip
    if _is_asked_already(funding, by, request_id):
        raise FundingReversed
    organization = Organization.objects.get(id=funding.organization_id)
    return place(order, organization=organization, by=by, at=at, request_id=request_id)


def _is_asked_already(funding: DeskOrder, by: Actor, request_id: str) -> bool:
    """By another asking than this very one."""
    mine = desk_order_id(funding.book_id, by, DeskOrder.Kind.REVERSAL, request_id)
    asked = DeskOrder.objects.filter(book_id=funding.book_id, reverses_id=funding.id).exclude(id=mine)
    return asked.exclude(state=DeskOrder.State.REJECTED).exists()
