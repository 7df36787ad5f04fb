"""A small cast for the ledger: names of accounts, and groups that move between them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.ledger.answers import Posting
from kanal.ledger.flows import TERMS, Kind
from kanal.ledger.models import Account
from kanal.ledger.movement import Group, Matter, Move, Movement, RequestKey
from kanal.ledger.names import PROVIDER, AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post

NOON = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)
SAO_MAI, AN, BINH = UUID(int=0xA1), UUID(int=0xA2), UUID(int=0xA3)
LAN = Actor.job("lan", organization_id=SAO_MAI)
_numbers = count()


def named(kind: Kind, owner: UUID = AN, *, book: int = 7, currency: str = "", detail: str = "") -> AccountName:
    terms = TERMS[kind]
    return AccountName(
        book,
        kind,
        currency or ("LIMIT_VND" if terms.limit else "VND"),
        PROVIDER if terms.provider else owner,
        detail or ("x" if terms.detailed else ""),
    )


def key(request_id: str = "", *, book: int = 7, verb: str = "move") -> RequestKey:
    return RequestKey(book, SAO_MAI, verb, request_id or f"request-{next(_numbers)}")


def group(
    *moves: Movement, request_id: str = "", at: datetime = NOON, act: str = "test.moved", **more: object
) -> Group:
    book = more.pop("book", 7)
    return Group(key=key(request_id, book=int(str(book))), moves=moves, act=act, by=LAN, at=at, **more)  # type: ignore[arg-type]


def vnd(amount: int) -> Money:
    return Money(amount, "VND")


@dataclass
class Cast:
    """Wallets of a partner and two customers, and the provider's accounts of their book."""

    book: int = 7
    cash: AccountName = field(init=False)
    revenue: AccountName = field(init=False)
    tax: AccountName = field(init=False)
    partner: AccountName = field(init=False)
    an: AccountName = field(init=False)
    binh: AccountName = field(init=False)

    def __post_init__(self) -> None:
        self.cash, self.revenue = named(Kind.CASH, book=self.book), named(Kind.REVENUE, book=self.book)
        self.tax = named(Kind.TAX, book=self.book, detail="VAT10")
        self.partner = named(Kind.WALLET, SAO_MAI, book=self.book)
        self.an, self.binh = named(Kind.WALLET, AN, book=self.book), named(Kind.WALLET, BINH, book=self.book)
        open_accounts([self.partner, self.an, self.binh], at=NOON)

    def fund(self, account: AccountName, amount: int, *, at: datetime = NOON) -> Posting:
        move = Move(source=self.cash, target=account, money=vnd(amount))
        return post(group(move, at=at, act="wallet.funded", book=self.book))


def move(source: AccountName, target: AccountName, amount: int, *, deep: bool = False, note: str = "") -> Move:
    return Move(source=source, target=target, money=Money(amount, source.currency), deep=deep, note=note)


def account(name: AccountName) -> Account:
    return Account.objects.get(book_id=name.book_id, id=name.id)


def balance(name: AccountName) -> int:
    return account(name).balance.amount


def held(name: AccountName) -> int:
    return account(name).held.amount


def everything(names: Sequence[AccountName]) -> list[tuple[object, ...]]:
    """All that can be seen of these accounts, to compare before and after."""
    ids = [name.id for name in names]
    rows = Account.objects.filter(book_id=names[0].book_id, id__in=ids).order_by("id")
    return list(rows.values_list())


ORDER = Matter("order", UUID(int=0x0D))
