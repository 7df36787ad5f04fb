"""What others may ask of credit; every read starts from who asks.

ALL-1 What one organization may not see does not exist for it (404).
REP-2 A figure is the same wherever it is shown: it is the ledger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from kanal.credit.models import DeskOrder, Spending
from kanal.credit.places import wallet_of
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.money import Money
from kanal.ledger.models import Account
from kanal.ledger.queries import account_named


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the pill shows."""

    total: Money
    held: Money
    available: Money
    debt_limit: Money
    is_frozen: bool


def wallet_standing(organization: Organization, *, currency: str = "VND") -> Wallet:
    """In the book in which it trades now; never opened is empty."""
    account = account_named(wallet_of(organization, currency=currency))
    if account is None:
        zero = Money.zero(currency)
        return Wallet(zero, zero, zero, zero, is_frozen=False)
    return Wallet(
        total=account.balance,
        held=account.held,
        available=account.available,
        debt_limit=Money(-(account.deep_floor or 0), currency),
        is_frozen=account.state == Account.State.FROZEN,
    )


def desk_orders_of(organization: Organization) -> QuerySet[DeskOrder]:
    """In its present book, newest first."""
    book_id = trading_book_of(organization)
    return DeskOrder.objects.filter(book_id=book_id, organization_id=organization.id).order_by("-asked_at", "-id")


def desk_order_numbered(book_id: int, id: UUID) -> DeskOrder | None:  # noqa: A002 - the reader's own word
    """For the desk."""
    return DeskOrder.objects.filter(book_id=book_id, id=id).first()


def spendings_of(customer: Organization) -> QuerySet[Spending]:
    book_id = trading_book_of(customer)
    return Spending.objects.filter(book_id=book_id, customer_id=customer.id).order_by("-held_at", "-id")
