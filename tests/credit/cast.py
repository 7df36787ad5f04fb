"""The cast with money: the ledger accounts of Sao Mai and An Phát filled to order, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

from kanal.credit.hold_spending import Item
from kanal.credit.models import CustomerTerms, Grant, Spending
from kanal.credit.places import Parties, parties_of
from kanal.credit.pour import EXPOSURE, LINE, SHORTFALL, WALLET, Place, Sale
from kanal.credit.spend import capture_spending, hold_spending
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.movement import Group, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts, set_floors
from kanal.ledger.post import post
from tests.world import World

NOON = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)
MONTH = 43_200
SET_UP = Actor.job("set_up")
_numbers = count()


@dataclass
class Cast:
    """`buyer` with its parties; who gives whom what is written straight into the ledger, as a set-up may."""

    world: World
    buyer: Organization

    @property
    def parties(self) -> Parties:
        return parties_of(self.buyer, currency="VND")

    @property
    def by(self) -> Actor:
        return self.world.acting(self.world.an if self.buyer == self.world.an_phat else self.world.dung)

    def give(self, place: Place, amount: int) -> None:
        sources = {Kind.WALLET: Kind.CASH, Kind.LINE: Kind.POOL, Kind.EXPOSURE: Kind.LIMIT_SOURCE}
        target = self.parties.account(place)
        if place.kind is Kind.LINE:
            pool = AccountName(target.book_id, Kind.POOL, target.currency, self.world.sao_mai.id)
            self.move(AccountName(target.book_id, Kind.LIMIT_SOURCE, target.currency), pool, amount)
            self.move(pool, target, amount)
        else:
            self.move(AccountName(target.book_id, sources[place.kind], target.currency), target, amount)

    def move(self, source: AccountName, target: AccountName, amount: int) -> None:
        open_accounts([source, target], at=NOON)
        if not amount:
            return
        key = RequestKey(target.book_id, None, "set_up", f"set-up-{next(_numbers)}")
        move = Move(source=source, target=target, money=Money(amount, target.currency))
        post(Group(key=key, moves=[move], act="test.set_up", by=SET_UP, at=NOON))

    def pay(self, *, wallet: int = 0, line: int = 0, exposure: int | None = None, partner: int = 0) -> Cast:
        for place, amount in ((WALLET, wallet), (LINE, line), (EXPOSURE, exposure), (SHORTFALL, partner)):
            if amount:
                self.give(place, amount)
        return self

    def grant(self, amount: int, *, days: int = 30, kind: str = "PROMO") -> Grant:
        grant = Grant.objects.create(
            book_id=self.parties.book_id, kind=kind, owner_id=self.buyer.id, amount=amount, currency="VND",
            why="Welcome", granted_by="set_up", granted_at=NOON, ends_at=NOON + timedelta(days=days),
        )  # fmt: skip
        self.move(AccountName(grant.book_id, Kind.PROMOTION, "VND"), grant.account, amount)
        return grant

    def uncap(self) -> None:
        exposure = self.parties.account(EXPOSURE)
        open_accounts([exposure], at=NOON)
        set_floors(exposure, floor=None, deep_floor=None)

    def over_line(self, policy: str) -> None:
        CustomerTerms.objects.create(
            book_id=self.parties.book_id, customer_id=self.buyer.id, partner_id=self.world.sao_mai.id, over_line=policy
        )

    def hold(self, *sales: Sale, request_id: str = "", at: datetime = NOON, is_poc: bool = False) -> list[Spending]:
        items = [item(sale, is_poc=is_poc) for sale in sales]
        asked = request_id or f"order-{next(_numbers)}"
        return hold_spending(customer=self.buyer, items=items, by=self.by, at=at, request_id=asked)

    def charge(self, amount: int) -> None:
        """Measured use, which may go on to the debt limit (CRED-4)."""
        wallet = self.parties.account(WALLET)
        key = RequestKey(wallet.book_id, None, "set_up", f"set-up-{next(_numbers)}")
        revenue = AccountName(wallet.book_id, Kind.REVENUE, wallet.currency)
        move = Move(source=wallet, target=revenue, money=Money(amount, wallet.currency), deep=True)
        post(Group(key=key, moves=[move], act="test.measured", by=SET_UP, at=NOON))

    def owe(self, amount: int) -> None:
        """Use it up and go on, as far as the debt limit is raised to let it."""
        set_floors(self.wallet(), floor=0, deep_floor=-amount)
        self.charge(amount)

    def wallet(self, organization: Organization | None = None) -> AccountName:
        return AccountName(self.parties.book_id, Kind.WALLET, "VND", (organization or self.buyer).id)

    def buy(self, sale: Sale, *, at: datetime = NOON) -> Spending:
        (spending,) = self.hold(sale, at=at)
        return capture_spending(spending=spending, by=self.by, at=at)

    def standing(self) -> dict[str, int]:
        """What stands on every account of the book, by the names of the worked cases; those at nothing left out."""
        sums: dict[str, int] = {}
        for account in Account.objects.filter(book_id=self.parties.book_id):
            name = self.called(account)
            sums[name] = sums.get(name, 0) + account.balance.amount
        return {name: amount for name, amount in sums.items() if amount}

    def called(self, account: Account) -> str:
        if account.kind == Kind.WALLET and account.owner_id == self.world.sao_mai.id:
            return "SHORTFALL" if self.buyer != self.world.sao_mai else "WALLET"
        return account.kind

    def held(self, place: Place) -> int:
        return self.account(place).held.amount

    def available(self, place: Place) -> int:
        return self.account(place).available.amount

    def account(self, place: Place) -> Account:
        name = self.parties.account(place)
        return Account.objects.get(book_id=name.book_id, id=name.id)


def item(sale: Sale, *, is_poc: bool = False, replaces: Spending | None = None, unused: int = 0) -> Item:
    return Item(
        matter=Matter("order_item", uuid4()), sale=sale, minutes=MONTH, is_poc=is_poc, replaces=replaces, unused=unused
    )


def change(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What an act changed, account by account."""
    names = before.keys() | after.keys()
    changed = {name: after.get(name, 0) - before.get(name, 0) for name in names}
    return {name: amount for name, amount in changed.items() if amount}
