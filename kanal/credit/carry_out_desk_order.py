"""What an order of the desk moves, each kind along its own flow.

CRED-7  A funding repays what is advanced first, unless said otherwise; of a reversed one, what was already spent
        becomes an advance in the same group.
PROMO-1 A grant has an end and an account of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import DeskOrder, Grant
from kanal.credit.pool_moves import pool_moves
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.movement import Group, Matter, Move, Movement, RequestKey, Reversal
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post
from kanal.ledger.queries import posting_rows

ACTS = {
    DeskOrder.Kind.FUNDING: "wallet.funded",
    DeskOrder.Kind.ADVANCE: "credit.advanced",
    DeskOrder.Kind.REPAYMENT: "advance.repaid",
    DeskOrder.Kind.REVERSAL: "funding.reversed",
    DeskOrder.Kind.PROMO: "grant.given",
    DeskOrder.Kind.POC: "grant.given",
    DeskOrder.Kind.POOL: "pool.granted",
    DeskOrder.Kind.POOL_CUT: "pool.reduced",
}


@dataclass(eq=False)
class MoreThanIsAdvanced(Refusal):
    code = "more_than_is_advanced"
    field = "amount"
    advanced: Money

    def __str__(self) -> str:
        return _("%(advanced)s is advanced and not repaid; repay at most that.") % self.words()


@dataclass(frozen=True, slots=True)
class Purse:
    """The accounts that an order is about, under lock."""

    wallet: AccountName
    advance: AccountName
    cash: AccountName
    accounts: dict[AccountName, Account]

    @property
    def advanced(self) -> int:
        return max(0, -self.accounts[self.advance].balance.amount)

    @property
    def available(self) -> int:
        return max(0, self.accounts[self.wallet].available.amount)


def carry_out(order: DeskOrder, *, by: Actor, at: datetime) -> UUID:
    key = RequestKey(order.book_id, None, "carry_out_desk_order", order.id.hex)
    moves = _movements(order, by=by, at=at)
    matter = Matter("desk_order", order.id)
    act = ACTS[DeskOrder.Kind(order.kind)]
    return post(Group(key=key, moves=moves, act=act, by=by, at=at, matter=matter, note=order.note)).group_id


def _movements(order: DeskOrder, *, by: Actor, at: datetime) -> list[Movement]:
    match DeskOrder.Kind(order.kind):
        case DeskOrder.Kind.POOL | DeskOrder.Kind.POOL_CUT:
            return list(pool_moves(order, at=at))
        case DeskOrder.Kind.PROMO | DeskOrder.Kind.POC:
            return _grant(order, by=by, at=at)
        case _:
            return _moves(order, _locked(order, at=at))


def _locked(order: DeskOrder, *, at: datetime) -> Purse:
    owned = {kind: AccountName(order.book_id, kind, order.currency, order.organization_id) for kind in OWNED}
    cash = AccountName(order.book_id, Kind.CASH, order.currency)
    open_accounts([*owned.values(), cash], at=at)
    return Purse(owned[Kind.WALLET], owned[Kind.ADVANCE], cash, lock_accounts([*owned.values(), cash]))


OWNED = (Kind.WALLET, Kind.ADVANCE)


def _moves(order: DeskOrder, purse: Purse) -> list[Movement]:
    match DeskOrder.Kind(order.kind):
        case DeskOrder.Kind.FUNDING:
            return _funding(order, purse)
        case DeskOrder.Kind.ADVANCE:
            return [Move(source=purse.advance, target=purse.wallet, money=order.money)]
        case DeskOrder.Kind.REPAYMENT:
            if order.amount > purse.advanced:
                raise MoreThanIsAdvanced(advanced=Money(purse.advanced, order.currency))
            return [Move(source=purse.wallet, target=purse.advance, money=order.money)]
        case _:
            return _reversal(order, purse)


def _funding(order: DeskOrder, purse: Purse) -> list[Movement]:
    repaid = min(order.amount, purse.advanced) if order.repays_advance else 0
    into = ((purse.advance, repaid), (purse.wallet, order.amount - repaid))
    return [
        Move(source=purse.cash, target=target, money=Money(amount, order.currency)) for target, amount in into if amount
    ]


def _reversal(order: DeskOrder, purse: Purse) -> list[Movement]:
    """What is missing in the wallet is advanced; then every transfer of the funding goes back, the last one first."""
    assert order.reverses_id is not None
    funding = DeskOrder.objects.get(book_id=order.book_id, id=order.reverses_id)
    assert funding.group_id is not None, "only a funding that was carried out is reversed"
    rows = posting_rows(order.book_id, funding.group_id)
    into_wallet = sum(row.amount for row in rows if row.target_id == purse.wallet.id)
    missing = max(0, into_wallet - purse.available)
    advanced: list[Movement] = []
    if missing:
        money = Money(missing, order.currency)
        advanced = [Move(source=purse.advance, target=purse.wallet, money=money, act="credit.advanced")]
    return [*advanced, *(Reversal(of=row.id, note=order.why) for row in reversed(rows))]


def _grant(order: DeskOrder, *, by: Actor, at: datetime) -> list[Movement]:
    assert order.ends_at is not None
    grant = Grant.objects.create(
        book_id=order.book_id, id=order.id, kind=order.kind, owner_id=order.organization_id, amount=order.amount,
        currency=order.currency, why=order.why, granted_by=by.name, granted_at=at, ends_at=order.ends_at,
    )  # fmt: skip
    promotion = AccountName(order.book_id, Kind.PROMOTION, order.currency)
    open_accounts([grant.account, promotion], at=at)
    return [Move(source=promotion, target=grant.account, money=order.money)]
