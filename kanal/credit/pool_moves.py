"""A partner's pool, what its customers may cost beside it, and whether both are capped by its contract.

LINE-1 A pool is apart from its own wallet; granted − Σ its customers' totals = unallocated.
LINE-2 An allocation is at most the unallocated, unless the partner's contract is uncapped.
LINE-8 Nor is the exposure checked where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import DeskOrder
from kanal.identity.models import Organization
from kanal.kit.currency import CURRENCIES
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.movement import Move
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import locked_account, open_accounts, set_floors
from kanal.partners.queries import contract_in_force


@dataclass(eq=False)
class MoreThanIsUnallocated(Refusal):
    code = "more_than_is_unallocated"
    field = "amount"
    unallocated: Money

    def __str__(self) -> str:
        return _("%(unallocated)s of the pool is not handed out; ask for at most that.") % self.words()


@dataclass(frozen=True, slots=True)
class PoolAccounts:
    pool: AccountName
    exposure: AccountName
    source: AccountName

    @classmethod
    def of(cls, book_id: int, partner_id: UUID, currency: str) -> PoolAccounts:
        limit = CURRENCIES[currency].money.limit.code
        return cls(
            AccountName(book_id, Kind.POOL, limit, partner_id),
            AccountName(book_id, Kind.EXPOSURE, limit, partner_id),
            AccountName(book_id, Kind.LIMIT_SOURCE, limit),
        )


def pool_moves(order: DeskOrder, *, at: datetime) -> list[Move]:
    """The same amount on the pool and on the exposure; back at most what is unallocated."""
    names = PoolAccounts.of(order.book_id, order.organization_id, order.currency)
    open_accounts([names.pool, names.exposure, names.source], at=at)
    accounts = lock_accounts([names.pool, names.exposure, names.source])
    money = Money(order.amount, names.pool.currency)
    if order.kind == DeskOrder.Kind.POOL:
        return [Move(source=names.source, target=target, money=money) for target in (names.pool, names.exposure)]
    pool, exposure = accounts[names.pool], accounts[names.exposure]
    room = pool.available if is_uncapped(exposure) else min(pool.available, exposure.available)
    if money > room:
        raise MoreThanIsUnallocated(unallocated=max(room, Money.zero(room.currency)))
    return [Move(source=source, target=names.source, money=money) for source in (names.pool, names.exposure)]


def settle_cap(partner: Organization, accounts: PoolAccounts, *, at: datetime) -> None:
    """As the contract in force says; without one the pool is capped. What was handed out before stays."""
    contract = contract_in_force(partner, at)
    floor = 0 if contract is None or contract.is_capped else None
    for name in (accounts.exposure, accounts.pool):
        account = locked_account(name)
        if account.floor != floor:
            set_floors(name, floor=floor, deep_floor=None)


def is_uncapped(account: Account) -> bool:
    return account.floor is None
