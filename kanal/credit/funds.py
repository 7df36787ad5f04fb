"""What a buyer has to pay with, under lock: grants, wallet and line, and what its policy lets the line do.

LINE-3  Available is total − used − held; a purchase is held when ordered, and used when provisioned.
LINE-4  At and below an available of 0, KEEP_OPEN lets purchases go on, WITHIN_LINE and SUSPEND make them wait.
LINE-8  A purchase on a line needs the customer's available and the partner's exposure.
LINE-12 A line pays where its total is above zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import CustomerTerms, Grant
from kanal.credit.payers import Purse
from kanal.credit.places import Parties
from kanal.credit.pour import EXPOSURE, LINE, LINE_USED, SHORTFALL, WALLET
from kanal.ledger.models import Account
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts


@dataclass(slots=True)
class Funds:
    parties: Parties
    grants: list[Grant]
    terms: CustomerTerms
    accounts: dict[AccountName, Account]
    money: Purse = field(init=False)
    trial: Purse = field(init=False)  # POC credit: only for POC resources, and alone (PAY-1)

    def __post_init__(self) -> None:
        wallet = self.accounts.get(self.parties.account(WALLET))
        self.money = Purse(
            promos=self._of_grants(Grant.Kind.PROMO),
            wallet=max(0, wallet.available.amount) if wallet else 0,
            line=self._line(),
        )
        self.trial = Purse(promos=self._of_grants(Grant.Kind.POC))

    @property
    def keeps_open(self) -> bool:
        return self.terms.over_line == CustomerTerms.OverLine.KEEP_OPEN

    def _of_grants(self, kind: Grant.Kind) -> dict[str, int]:
        listed = [grant for grant in self.grants if grant.kind == kind]
        return {grant.id.hex: self.accounts[grant.account].available.amount for grant in listed}

    def _line(self) -> int | None:
        if self.parties.partner_id is None:
            return 0
        line, used = (self.accounts.get(self.parties.account(place)) for place in (LINE, LINE_USED))
        if line is None or line.balance.amount + (used.balance.amount if used else 0) <= 0:
            return 0
        return None if self.keeps_open else max(0, line.available.amount)


def locked_funds(parties: Parties, *, at: datetime, may_fall_short: bool) -> Funds:
    """The other side of holds is opened before anything is locked: one that opened meanwhile would be left out of the
    lock, taken out of its turn by the posting, and two buyers would wait for each other.
    """
    grants = live_grants(parties, at)
    names = [parties.account(WALLET), *parties.holds(), *(grant.account for grant in grants)]
    if parties.partner_id is not None:
        names += [parties.account(place) for place in (LINE, LINE_USED, EXPOSURE)]
    if may_fall_short:
        names.append(parties.account(SHORTFALL))
    terms = terms_of(parties)
    open_accounts(parties.holds(), at=at)
    return Funds(parties, grants, terms, lock_accounts(names))


def live_grants(parties: Parties, at: datetime) -> list[Grant]:
    """The soonest to end first (PROMO-1)."""
    found = Grant.objects.filter(
        book_id=parties.book_id, owner_id=parties.customer_id, currency=parties.currency, ends_at__gt=at
    )
    return list(found.order_by("ends_at", "id"))


def ended_grants(parties: Parties, grants: Sequence[str], at: datetime) -> set[str]:
    """Which of these give nothing back to anybody any more (PAY-2)."""
    if not grants:
        return set()
    alive = {grant.id.hex for grant in live_grants(parties, at)}
    return set(grants) - alive


def terms_of(parties: Parties) -> CustomerTerms:
    """Where its partner settled nothing, the defaults."""
    found = CustomerTerms.objects.filter(book_id=parties.book_id, customer_id=parties.customer_id).first()
    return found or CustomerTerms(book_id=parties.book_id, customer_id=parties.customer_id)
