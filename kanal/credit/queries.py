"""What others may ask of credit; every read starts from who asks.

ALL-1 What one organization may not see does not exist for it (404).
REP-2 A figure is the same wherever it is shown: it is the ledger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from kanal.credit.models import CreditRequest, DeskOrder, FundingRequest, Spending
from kanal.credit.places import wallet_of
from kanal.credit.vietqr import BankAccount, payload
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


def credit_requests_of(customer: Organization) -> QuerySet[CreditRequest]:
    """What it asked its partner for, newest first."""
    found = CreditRequest.objects.filter(book_id=trading_book_of(customer), customer_id=customer.id)
    return found.order_by("-asked_at", "-id")


def credit_requests_to(partner: Organization) -> QuerySet[CreditRequest]:
    """Of all its customers, newest first."""
    found = CreditRequest.objects.filter(book_id=trading_book_of(partner), partner_id=partner.id)
    return found.order_by("-asked_at", "-id")


def funding_requests_of(organization: Organization) -> QuerySet[FundingRequest]:
    found = FundingRequest.objects.filter(book_id=trading_book_of(organization), organization_id=organization.id)
    return found.order_by("-asked_at", "-id")


def code_to_scan(request: FundingRequest) -> str | None:
    """What its VietQR says; None where the provider's account is not set up."""
    if not (settings.KANAL_BANK_BIN and settings.KANAL_BANK_ACCOUNT):
        return None
    account = BankAccount(settings.KANAL_BANK_BIN, settings.KANAL_BANK_ACCOUNT)
    return payload(account=account, amount=request.amount, content=request.code)


def spendings_of(customer: Organization) -> QuerySet[Spending]:
    book_id = trading_book_of(customer)
    return Spending.objects.filter(book_id=book_id, customer_id=customer.id).order_by("-held_at", "-id")
