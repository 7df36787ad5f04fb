"""What others may ask of credit; every read starts from who asks.

ALL-1 What one organization may not see does not exist for it (404).
REP-2 A figure is the same wherever it is shown: it is the ledger's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Sum

from kanal.credit.funds import terms_of
from kanal.credit.models import (
    Allocation,
    Clearing,
    CreditRequest,
    CustomerTerms,
    DeskOrder,
    FundingRequest,
    PoolRequest,
    Spending,
    TemporaryLine,
    TransferReference,
)
from kanal.credit.places import parties_of, wallet_of
from kanal.credit.pool_moves import PoolAccounts
from kanal.credit.pour import LINE, LINE_USED
from kanal.credit.vietqr import BankAccount, payload
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.money import Money
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.names import AccountName
from kanal.ledger.queries import account_named, accounts_numbered
from kanal.partners.queries import contract_in_force


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


@dataclass(frozen=True, slots=True)
class Line:
    """LINE-3 What a customer may still use; `policy` says what happens at its end. Later use is not in it (LINE-10)."""

    total: Money
    used: Money
    held: Money
    available: Money
    policy: CustomerTerms.OverLine


def line_standing(customer: Organization, *, currency: str = "VND") -> Line:
    """In the book in which it trades now; never given is zero."""
    parties = parties_of(customer, currency=currency)
    names = [parties.account(place) for place in (LINE, LINE_USED)]
    accounts = accounts_numbered(parties.book_id, [name.id for name in names])
    line, used = (accounts.get(name.id) for name in names)
    nothing = Money.zero(names[0].currency)
    in_use = used.balance if used else nothing
    return Line(
        total=(line.balance if line else nothing) + in_use,
        used=in_use,
        held=line.held if line else nothing,
        available=line.available if line else nothing,
        policy=CustomerTerms.OverLine(terms_of(parties).over_line),
    )


@dataclass(frozen=True, slots=True)
class Pool:
    """LINE-1 What a partner was granted for its customers, and what of it is handed out; beside it, at cost, what its
    customers may still use before it pays the provider (LINE-8).
    """

    granted: Money
    allocated: Money
    unallocated: Money
    exposure_used: Money
    exposure_left: Money
    is_capped: bool


def pool_standing(partner: Organization, *, currency: str = "VND", at: datetime) -> Pool:
    book_id = trading_book_of(partner)
    accounts = PoolAccounts.of(book_id, partner.id, currency)
    rows = accounts_numbered(book_id, [accounts.pool.id, accounts.exposure.id])
    nothing = Money.zero(accounts.pool.currency)
    pool, exposure = rows.get(accounts.pool.id), rows.get(accounts.exposure.id)
    unallocated = pool.available if pool else nothing
    allocated = _allocated(book_id, partner, nothing)
    contract = contract_in_force(partner, at)
    used = account_named(AccountName(book_id, Kind.EXPOSURE_USED, accounts.pool.currency, partner.id))
    return Pool(
        granted=unallocated + allocated,
        allocated=allocated,
        unallocated=unallocated,
        exposure_used=used.balance if used else nothing,
        exposure_left=exposure.available if exposure else nothing,
        is_capped=contract is None or contract.is_capped,
    )


def _allocated(book_id: int, partner: Organization, nothing: Money) -> Money:
    rows = Allocation.objects.filter(book_id=book_id, partner_id=partner.id, currency=nothing.currency)
    return Money(int(rows.aggregate(sum=Sum("change"))["sum"] or 0), nothing.currency)


def allocations_of(partner: Organization, customer: Organization | None = None) -> QuerySet[Allocation]:
    """LINE-5 Of all its customers or of one, newest first."""
    found = Allocation.objects.filter(book_id=trading_book_of(partner), partner_id=partner.id)
    found = found.filter(customer_id=customer.id) if customer else found
    return found.order_by("-at", "-id")


def allocations_to(customer: Organization) -> QuerySet[Allocation]:
    """What the customer reads of it: never its partner's remarks."""
    found = Allocation.objects.filter(book_id=trading_book_of(customer), customer_id=customer.id)
    return found.defer("remark").order_by("-at", "-id")


def pool_requests_of(partner: Organization) -> QuerySet[PoolRequest]:
    found = PoolRequest.objects.filter(book_id=trading_book_of(partner), partner_id=partner.id)
    return found.order_by("-asked_at", "-id")


def clearings_of(spending: Spending) -> QuerySet[Clearing]:
    found = Clearing.objects.filter(book_id=spending.book_id, spending_id=spending.id)
    return found.order_by("at", "id")


def spendings_of(customer: Organization) -> QuerySet[Spending]:
    book_id = trading_book_of(customer)
    return Spending.objects.filter(book_id=book_id, customer_id=customer.id).order_by("-held_at", "-id")


def references_of(owner: Organization, book_id: int, transfers: Collection[UUID]) -> dict[UUID, str]:
    """CRED-5 What it calls these transfers in its own books; nobody else's references are among them."""
    found = TransferReference.objects.filter(book_id=book_id, id__in=transfers, owner_id=owner.id)
    return dict(found.values_list("id", "reference"))


def bank_references_of(book_id: int, orders: Collection[UUID]) -> dict[UUID, str]:
    """CRED-7 By which bank transfer each was paid."""
    found = DeskOrder.objects.filter(book_id=book_id, id__in=orders).exclude(bank_reference="")
    return dict(found.values_list("id", "bank_reference"))


# --- For who decides whose customer somebody becomes, or ceases to be ---------------------------------------------


def funding_under_way(organizations: Collection[UUID], books: Collection[int]) -> set[UUID]:
    """Whose wallet awaits money: they announced it (CRED-10), or the desk ordered it and has not signed (CRED-7)."""
    named = {"book_id__in": books, "organization_id__in": organizations}
    asked = FundingRequest.objects.filter(**named, state=FundingRequest.State.PENDING)
    ordered = DeskOrder.objects.filter(**named, state=DeskOrder.State.WAITING)
    return {*asked.values_list("organization_id", flat=True), *ordered.values_list("organization_id", flat=True)}


def asks_its_partner(customer: Organization, book_id: int) -> bool:
    """CRED-12 A request for credit waits for the partner."""
    found = CreditRequest.objects.filter(book_id=book_id, customer_id=customer.id)
    return found.filter(state=CreditRequest.State.OPEN).exists()


def has_temporary_line(customer: Organization, book_id: int) -> bool:
    """LINE-7 Part of its line is still to revert."""
    found = TemporaryLine.objects.filter(book_id=book_id, customer_id=customer.id)
    return found.filter(ended_at=None).exists()
