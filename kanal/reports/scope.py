"""Whose credit somebody may read about, and which accounts that is.

ALL-1  What one organization may not see does not exist for it.
ID-6   Who is limited to customers of their own sees those, and not the wallet that pays for all.
LINK-7 What happened while a customer was the partner's stays readable for both: the partner reads its own book, the
       customer every book in which it ever had accounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.utils.translation import pgettext_lazy

from kanal.customers.models import CustomerLink
from kanal.customers.queries import customers_ever_of
from kanal.identity.models import Membership, Organization
from kanal.identity.queries import books_of, organization_of_book, trading_book_of
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.queries import account_numbered, accounts_of_owners
from kanal.partners.models import OwnOrganization
from kanal.partners.queries import own_organizations_of

WITH_A_HISTORY = (Kind.WALLET, Kind.LINE, Kind.POOL, Kind.PROMO, Kind.POC)


class Whose(models.TextChoices):
    OWN = "own", pgettext_lazy("report", "Own")
    CUSTOMERS = "customers", pgettext_lazy("report", "Customers")
    BOTH = "both", pgettext_lazy("report", "Own and customers")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owns accounts, under the name by which the asker knows it."""

    id: UUID
    name: str
    sort_key: str
    is_own: bool


def holders_for_partner(partner: Organization, member: Membership | None, whose: Whose) -> list[Holder]:
    found: list[Holder] = []
    if whose != Whose.CUSTOMERS and not (member is not None and member.own_customers_only):
        found.append(Holder(partner.id, partner.name, "", is_own=True))
        confirmed = own_organizations_of(partner).filter(state=OwnOrganization.State.CONFIRMED)
        found += [
            Holder(each.id, each.name, each.sort_key, is_own=True) for each in (row.organization for row in confirmed)
        ]
    if whose != Whose.OWN:
        found += _customers(customers_ever_of(partner, member))
    return found


def _customers(links: Iterable[CustomerLink]) -> list[Holder]:
    found: dict[UUID, Holder] = {}
    for link in links:
        if link.customer_id is not None:
            found.setdefault(link.customer_id, Holder(link.customer_id, link.shown_name, link.sort_key, is_own=False))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Shown:
    """An account, and whose it is."""

    account: Account
    holder: Holder


def wallets_for_partner(partner: Organization, member: Membership | None, whose: Whose) -> list[Shown]:
    """In its own book, by name, its own first."""
    return _shown([trading_book_of(partner)], holders_for_partner(partner, member, whose), (Kind.WALLET,))


def account_for_partner(
    partner: Organization, member: Membership | None, book_id: int, account_id: UUID
) -> Shown | None:
    """One with a history, or nothing where it is not this partner's to read."""
    account = account_numbered(book_id, account_id) if book_id == trading_book_of(partner) else None
    if account is None or account.kind not in WITH_A_HISTORY:
        return None
    holder = holder_for_partner(partner, member, account.owner_id)
    return Shown(account, holder) if holder else None


def holder_for_partner(partner: Organization, member: Membership | None, owner_id: UUID) -> Holder | None:
    customers = _customers(customers_ever_of(partner, member).filter(customer=owner_id))
    own = holders_for_partner(partner, member, Whose.OWN)
    return next((holder for holder in (*customers, *own) if holder.id == owner_id), None)


def accounts_of_holder(partner: Organization, holder: Holder) -> list[Shown]:
    return _shown([trading_book_of(partner)], [holder], WITH_A_HISTORY)


def accounts_of_itself(organization: Organization) -> list[Shown]:
    """Everything an organization ever held, in whichever book; so the desk reads it, and a customer its own."""
    itself = Holder(organization.id, organization.name, organization.sort_key, is_own=True)
    return _shown(books_of(organization), [itself], WITH_A_HISTORY)


def _shown(books: Collection[int], holders: Collection[Holder], kinds: Collection[Kind]) -> list[Shown]:
    by_id = {holder.id: holder for holder in holders}
    accounts = accounts_of_owners(books, list(by_id), kinds)
    found = [Shown(account, by_id[account.owner_id]) for account in accounts]
    return sorted(found, key=_order)


def _order(shown: Shown) -> tuple[bool, str, int, str, int]:
    kind = WITH_A_HISTORY.index(Kind(shown.account.kind))
    return not shown.holder.is_own, shown.holder.sort_key, kind, shown.account.currency, -shown.account.book_id


def sellers_in(books: Collection[int]) -> dict[int, str]:
    """Who sells in each of these books: what tells an organization's accounts of several times apart."""
    found = {book_id: organization_of_book(book_id) for book_id in books}
    return {book_id: seller.name if seller else "" for book_id, seller in found.items()}
