"""The parties of one sale, and the accounts that they have for it in their book.

SETTLE-6 Who buys from the provider, or for its own partner, has no partner beside it: price is cost.
LINE-1   A limit stands in a currency of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kanal.credit.pour import Place
from kanal.customers.queries import partner_link_of
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.currency import CURRENCIES
from kanal.kit.money import Money
from kanal.ledger.flows import TERMS, Kind
from kanal.ledger.names import PROVIDER, AccountName


@dataclass(frozen=True, slots=True)
class Parties:
    """Who buys, and through which partner; None where it buys from the provider at its own cost."""

    book_id: int
    currency: str
    customer_id: UUID
    partner_id: UUID | None

    def account(self, place: Place) -> AccountName:
        owners = {"CUSTOMER": self.customer_id, "PARTNER": self.partner_id, "PROVIDER": PROVIDER}
        owner = owners[place.owner]
        assert owner is not None, f"{place} without a partner"
        currency = CURRENCIES[self.currency].limit.code if TERMS[place.kind].limit else self.currency
        return AccountName(self.book_id, place.kind, currency, owner, place.detail)

    def holds(self) -> list[AccountName]:
        """The other side of whatever is held, in money and in limits."""
        unit = CURRENCIES[self.currency]
        return [AccountName(self.book_id, Kind.HOLDS, code) for code in (unit.code, unit.limit.code)]

    def amount(self, place: Place, amount: int) -> Money:
        return Money(amount, self.account(place).currency)


def parties_of(customer: Organization, *, currency: str) -> Parties:
    """A partner's further organizations buy as the partner does, from their own wallet in its book (PROG-5)."""
    link = partner_link_of(customer)
    partner_id = link.partner_id if link else None
    return Parties(trading_book_of(customer), currency, customer.id, partner_id)


def wallet_of(organization: Organization, *, currency: str = "VND") -> AccountName:
    return AccountName(trading_book_of(organization), Kind.WALLET, currency, organization.id)
