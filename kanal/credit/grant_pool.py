"""Grant a partner a pool of limit for its customers, and reduce it.

LINE-1 The desk grants; granted − Σ its customers' totals = unallocated.
LINE-9 Above an amount two persons.
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
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.partners.queries import partner_of


@dataclass(eq=False)
class PoolsAreForPartners(Refusal):
    code = "pools_are_for_partners"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is not a partner, and a pool is for a partner's customers.") % self.words()


@transaction.atomic
def grant_pool(
    *, partner: Organization, money: Money, why: str, note: str = "", by: Actor, at: datetime, request_id: str
) -> DeskOrder:
    """In money's own currency; what is granted is a limit, and never becomes money."""
    return _placed(DeskOrder.Kind.POOL, partner, money, why, note, by=by, at=at, request_id=request_id)


@transaction.atomic
def reduce_pool(
    *, partner: Organization, money: Money, why: str, note: str = "", by: Actor, at: datetime, request_id: str
) -> DeskOrder:
    """At most what is unallocated."""
    return _placed(DeskOrder.Kind.POOL_CUT, partner, money, why, note, by=by, at=at, request_id=request_id)


def _placed(
    kind: DeskOrder.Kind,
    partner: Organization,
    money: Money,
    why: str,
    note: str,
    *,
    by: Actor,
    at: datetime,
    request_id: str,
) -> DeskOrder:
    check_amount(money)
    check_words(note)
    if partner_of(partner) is None:
        raise PoolsAreForPartners(name=partner.name)
    order = DeskOrder(
        book_id=trading_book_of(partner), kind=kind, organization_id=partner.id, amount=money.amount,
        currency=money.currency, why=checked_why(why), note=note,
    )  # fmt: skip
    return place(order, organization=partner, by=by, at=at, request_id=request_id)
