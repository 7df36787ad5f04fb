"""Give a customer a line from the partner's pool, take of it, or give some for a while.

LINE-2 A signed amount, at once: a withdrawal at most the customer's available, an allocation at most the unallocated.
LINE-5 Every change is recorded: time, customer, operator, change, total after, available after, remark.
LINE-7 A temporary line has an end and reverts by itself.
CRED-6 The same request changes it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.credit.amounts import check_amount, check_words
from kanal.credit.check_warnings import check_line
from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import Allocation, TemporaryLine
from kanal.credit.open_customer_accounts import customer_wallet
from kanal.credit.pin_terms import LineNotForThem, pin_terms
from kanal.credit.pool_moves import MoreThanIsUnallocated, PoolAccounts, settle_cap
from kanal.credit.tell_of_line import tell_of_change
from kanal.customers.queries import confirmed_link
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.currency import CURRENCIES
from kanal.kit.ids import uuid7
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import KeyReused, Posting, WouldOverdraw
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account
from kanal.ledger.movement import Group, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post

WARNED_BEFORE = timedelta(days=7)


@dataclass(eq=False)
class MoreThanIsAvailable(Refusal):
    code = "more_than_is_available"
    field = "amount"
    available: Money

    def __str__(self) -> str:
        return _("%(available)s of the line is available; withdraw at most that.") % self.words()


@dataclass(eq=False)
class TemporaryLineUnclear(Refusal):
    code = "temporary_line_unclear"
    field = "until"

    def __str__(self) -> str:
        return _("A temporary line adds an amount and ends at a moment that is still to come.")


@dataclass(frozen=True, slots=True)
class LineAccounts:
    line: AccountName
    used: AccountName
    wallet: AccountName

    @classmethod
    def of(cls, book_id: int, customer: Organization, limit: str) -> LineAccounts:
        return cls(
            AccountName(book_id, Kind.LINE, limit, customer.id),
            AccountName(book_id, Kind.LINE_USED, limit, customer.id),
            customer_wallet(customer, book_id),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a line, with everybody and every account that it is about."""

    key: RequestKey
    kind: Allocation.Kind
    partner: Organization
    customer: Organization
    pool: PoolAccounts
    names: LineAccounts
    change: Money
    remark: str


@transaction.atomic
def allocate_line(
    *,
    partner: Organization,
    customer: Organization,
    change: Money,
    remark: str = "",
    until: datetime | None = None,
    by: Actor,
    at: datetime,
    request_id: str,
) -> Allocation:
    """`change` is in the limit's own currency, and may be below zero: then it is withdrawn."""
    check_amount(abs(change))
    check_words(remark)
    if until is not None and (until <= at or change.amount < 0):
        raise TemporaryLineUnclear
    if not CURRENCIES[change.currency].is_limit:
        raise ValueError("a line is a limit, and no money")
    if confirmed_link(partner, customer) is None:
        raise LineNotForThem
    pool = PoolAccounts.of(trading_book_of(partner), partner.id, change.currency)
    names = LineAccounts.of(pool.pool.book_id, customer, change.currency)
    open_accounts([pool.pool, pool.exposure, names.line, names.used], at=at)
    accounts = lock_accounts([pool.pool, pool.exposure, names.line, names.used, names.wallet])
    settle_cap(partner, pool, at=at)
    _check_is_confirmed(accounts, names)
    key = RequestKey(names.line.book_id, partner.id, "allocate_line", request_id)
    kind = Allocation.Kind.TEMPORARY if until else Allocation.Kind.BY_PARTNER
    asked = Change(key, kind, partner, customer, pool, names, change, remark)
    if made := _made(asked):
        return made
    pin_terms(partner=partner, customer=customer, book_id=key.book_id)
    allocation = _moved(asked, used=accounts[names.used].balance, by=by, at=at)
    if until is not None:
        TemporaryLine.objects.create(
            book_id=key.book_id, id=allocation.id, partner_id=partner.id, customer_id=customer.id,
            amount=change.amount, currency=change.currency, ends_at=until, warn_at=until - WARNED_BEFORE,
        )  # fmt: skip
    return allocation


def end_line_part(*, temporary: TemporaryLine, amount: Money, by: Actor, at: datetime) -> Allocation:
    """What reverts, though it may be used: available is then below zero (LINE-7). In the caller's transaction."""
    partner = Organization.objects.get(id=temporary.partner_id)
    customer = Organization.objects.get(id=temporary.customer_id)
    pool = PoolAccounts.of(temporary.book_id, partner.id, temporary.currency)
    names = LineAccounts.of(temporary.book_id, customer, temporary.currency)
    accounts = lock_accounts([pool.pool, names.line, names.used])
    key = RequestKey(temporary.book_id, None, "end_temporary_line", temporary.id.hex)
    asked = Change(key, Allocation.Kind.TEMPORARY_ENDED, partner, customer, pool, names, -amount, "")
    return _moved(asked, used=accounts[names.used].balance, by=by, at=at)


def _check_is_confirmed(accounts: dict[AccountName, Account], names: LineAccounts) -> None:
    """LINK-5 An unlinked customer's wallet is closed; asked under the lock that the unlinking would need."""
    wallet = accounts.get(names.wallet)
    if wallet is None or wallet.state == Account.State.CLOSED:
        raise LineNotForThem


def _made(asked: Change) -> Allocation | None:
    made = Allocation.objects.filter(book_id=asked.key.book_id, group_id=asked.key.group_id).first()
    wanted = asked.customer.id, asked.change.amount, asked.remark
    if made and (made.customer_id, made.change, made.remark) != wanted:
        raise KeyReused
    return made


def _moved(asked: Change, *, used: Money, by: Actor, at: datetime) -> Allocation:
    id_, book_id = uuid7(), asked.key.book_id
    after = _post(asked, Matter("allocation", id_), by=by, at=at).after(asked.names.line)
    allocation = Allocation.objects.create(
        book_id=book_id, id=id_, kind=asked.kind, partner_id=asked.partner.id, customer_id=asked.customer.id,
        currency=used.currency, change=asked.change.amount, total_after=after.posted + used.amount,
        available_after=after.available, remark=asked.remark, operator=by.id, operator_name=by.name, at=at,
        group_id=asked.key.group_id,
    )  # fmt: skip
    facts = {
        "change": asked.change.to_json(),
        "total": Money(allocation.total_after, asked.change.currency).to_json(),
        "available": Money(allocation.available_after, asked.change.currency).to_json(),
    }
    record(
        "line.allocated", organization_subject(asked.customer), by=by, at=at, book_id=book_id,
        organization_id=asked.partner.id, new=facts, why=asked.remark,
    )  # fmt: skip
    tell_of_change(allocation, asked.partner, asked.customer, at=at)
    check_line(book_id=book_id, customer_id=asked.customer.id, partner_id=asked.partner.id, limit=used.currency, at=at)
    return allocation


def _post(asked: Change, matter: Matter, *, by: Actor, at: datetime) -> Posting:
    is_more, is_end = asked.change.amount > 0, asked.kind == Allocation.Kind.TEMPORARY_ENDED
    pool, line = asked.pool.pool, asked.names.line
    source, target = (pool, line) if is_more else (line, pool)
    move = Move(source=source, target=target, money=abs(asked.change), deep=is_end)
    act = "line.temporary_ended" if is_end else "line.allocated" if is_more else "line.withdrawn"
    group = Group(key=asked.key, moves=[move], act=act, by=by, at=at, matter=matter, note=asked.remark)
    try:
        return post(group)
    except WouldOverdraw as overdrawn:
        left = max(Money.zero(asked.change.currency), overdrawn.available)
        refused = MoreThanIsUnallocated(unallocated=left) if is_more else MoreThanIsAvailable(available=left)
        raise refused from overdrawn
