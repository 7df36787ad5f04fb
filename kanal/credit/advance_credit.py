"""Advance credit to a partner or a direct customer, and book its repayment from the wallet.

CRED-7 An advance is recorded as a debt, repaid by the next funding unless said otherwise.
"""

from datetime import datetime

from django.db import transaction

from kanal.credit.amounts import check_amount, check_words, checked_why
from kanal.credit.desk_orders import place
from kanal.credit.fund_wallet import funded_directly
from kanal.credit.models import DeskOrder
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.money import Money


@transaction.atomic
def advance_credit(
    *, organization: Organization, money: Money, why: str, note: str = "", by: Actor, at: datetime, request_id: str
) -> DeskOrder:
    return _placed(DeskOrder.Kind.ADVANCE, organization, money, why, note, by=by, at=at, request_id=request_id)


@transaction.atomic
def repay_advance(
    *, organization: Organization, money: Money, why: str, note: str = "", by: Actor, at: datetime, request_id: str
) -> DeskOrder:
    """From what is available in the wallet, at most what is advanced."""
    return _placed(DeskOrder.Kind.REPAYMENT, organization, money, why, note, by=by, at=at, request_id=request_id)


def _placed(
    kind: DeskOrder.Kind,
    organization: Organization,
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
    organization = funded_directly(organization)
    order = DeskOrder(
        book_id=trading_book_of(organization), kind=kind, organization_id=organization.id, amount=money.amount,
        currency=money.currency, why=checked_why(why), note=note,
    )  # fmt: skip
    return place(order, organization=organization, by=by, at=at, request_id=request_id)
