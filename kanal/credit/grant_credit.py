"""Grant promotional or trial credit, with an end.

PROMO-1 It has an end and an account of its own beside the wallet.
INV-7   A POC wallet has its own balance and end. POC given to a partner's customer is the provider's cost.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.credit.amounts import check_amount, check_words, checked_why
from kanal.credit.desk_orders import place
from kanal.credit.models import DeskOrder
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class EndsInThePast(Refusal):
    code = "ends_in_the_past"
    field = "ends_at"

    def __str__(self) -> str:
        return _("Choose an end that is still to come.")


@transaction.atomic
def grant_credit(  # noqa: PLR0913 - each is part of what is asked
    *,
    organization: Organization,
    money: Money,
    ends_at: datetime,
    why: str,
    is_poc: bool = False,
    note: str = "",
    by: Actor,
    at: datetime,
    request_id: str,
) -> DeskOrder:
    """To anybody, a partner's customer too: it is no funding, and never moves on."""
    check_amount(money)
    check_words(note)
    if ends_at <= at:
        raise EndsInThePast
    organization = locked(organization)
    order = DeskOrder(
        book_id=trading_book_of(organization), kind=DeskOrder.Kind.POC if is_poc else DeskOrder.Kind.PROMO,
        organization_id=organization.id, amount=money.amount, currency=money.currency, why=checked_why(why), note=note,
        ends_at=ends_at,
    )  # fmt: skip
    return place(order, organization=organization, by=by, at=at, request_id=request_id)
