"""A partner's book with wallets, posted to directly: what the reports read, without the verbs that write it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.kit.period import Period
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.movement import Group, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts, set_floors
from kanal.ledger.post import post
from kanal.ledger.queries import account_named
from tests.world import World

JOB = Actor.job("reports_tests")


class Ground:
    """Sao Mai's book: its wallet, An Phát's, cash, and where purchases go."""

    def __init__(self, world: World, at: datetime) -> None:
        self.world, self.at = world, at
        self.book_id = trading_book_of(world.sao_mai)
        self.partner = self.of(world.sao_mai)
        self.customer = self.of(world.an_phat)
        self.cash, self.revenue = (AccountName(self.book_id, kind, "VND") for kind in (Kind.CASH, Kind.REVENUE))
        self.tax = AccountName(self.book_id, Kind.TAX, "VND", detail="VAT10")
        self.margin = self.of(world.sao_mai, Kind.MARGIN)
        open_accounts([self.partner, self.customer, self.margin], at=at)
        self.numbers = count(1)

    def of(self, owner: Organization, kind: Kind = Kind.WALLET) -> AccountName:
        return AccountName(self.book_id, kind, "VND", owner.id)

    def account(self, name: AccountName) -> Account:
        found = account_named(name)
        assert found is not None, name
        return found

    def move(  # noqa: PLR0913 - each with its usual value
        self, source: AccountName, target: AccountName, amount: int, *, act: str = "wallet.topped_up", note: str = "",
        days: float = 0, back: float = 0, by: Actor = JOB, deep: bool = False,
    ) -> UUID:  # fmt: skip
        """`days` after the beginning, dated back by `back` days."""
        moves = [Move(source=source, target=target, money=Money(amount), deep=deep)]
        return self.group(moves, act=act, note=note, days=days, back=back, by=by)

    def group(
        self, moves: Sequence[Move], *, act: str, note: str = "", days: float = 0, back: float = 0, by: Actor = JOB,
        matter: Matter | None = None,
    ) -> UUID:  # fmt: skip
        at = self.at + timedelta(days=days)
        effective_at = at - timedelta(days=back) if back else None
        key = RequestKey(self.book_id, by.organization_id, "test", str(next(self.numbers)))
        group = Group(key=key, moves=moves, act=act, note=note, by=by, at=at, effective_at=effective_at, matter=matter)
        return post(group).legs[-1].id

    def fund(self, amount: int, **more: float) -> UUID:
        return self.move(self.cash, self.partner, amount, act="wallet.funded", days=more.get("days", 0))

    def buy(self, price: int, cost: int, *, matter: Matter | None = None, days: float = 0) -> UUID:
        """As a sale is poured: net, tax and margin."""
        tax = cost // 11
        parts = ((self.revenue, cost - tax), (self.tax, tax), (self.margin, price - cost))
        moves = [
            Move(source=self.customer, target=target, money=Money(amount), matter=matter) for target, amount in parts
        ]
        return self.group(moves, act="spending.captured", days=days)

    def owing(self, owed: int) -> None:
        """As measured use leaves a wallet: below zero, down to its debt limit."""
        set_floors(self.customer, floor=0, deep_floor=-owed)
        self.move(self.customer, self.revenue, owed, act="use.charged", deep=True)

    def period(self, first: float, last: float) -> Period:
        """Of days after the beginning."""
        return Period(self.at + timedelta(days=first), self.at + timedelta(days=last))
