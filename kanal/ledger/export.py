"""Write a book as beancount reads it: a journal that somebody else's program can prove.

Every account has a balance line for each day on which it moved. Held sums move nothing and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from kanal.kit.currency import CURRENCIES
from kanal.ledger.flows import TERMS, Kind
from kanal.ledger.models import Account
from kanal.ledger.names import PROVIDER
from kanal.ledger.statement import INSTANT, standing_at

ROOTS = {
    Kind.CASH: "Assets", Kind.DUE: "Assets", Kind.ADVANCE: "Assets", Kind.REVENUE: "Income", Kind.PROMOTION: "Expenses",
}  # fmt: skip
ROWS_AT_ONCE = 5_000
Accounts: TypeAlias = dict[UUID, Account]
Names: TypeAlias = dict[UUID, str]
Sums: TypeAlias = dict[UUID, int]

LINES = """
SELECT t.id, t.act, t.note, t.source_id, t.target_id, t.amount, t.recorded_at
  FROM public.ledger_transfer t
 WHERE t.book_id = %s AND t.phase = 'POSTED' AND t.recorded_at >= %s AND t.recorded_at < %s
 ORDER BY t.recorded_at, t.id
"""


def beancount_journal(book_id: int, *, first: date, last: date, zone: str) -> Iterator[str]:
    """The days from `first` through `last` of a time zone, line by line."""
    where = ZoneInfo(zone)
    start, end = _midnight(first, where), _midnight(last + timedelta(days=1), where)
    accounts = {row.id: row for row in Account.objects.filter(book_id=book_id).order_by("kind", "id")}
    names = {id_: account_title(row) for id_, row in accounts.items()}
    running = _openings(accounts, start)
    yield f'option "title" "Kanal book {book_id}"\n'
    yield 'option "operating_currency" "VND"\n\n'
    for id_, row in accounts.items():
        yield f"{first.isoformat()} open {names[id_]} {commodity(row.currency)}\n"
    yield from _brought_forward(first, accounts, names, running)
    moved: set[UUID] = set()
    day = first
    for transfer_id, act, note, source, target, amount, recorded_at in _lines(book_id, start, end):
        on = recorded_at.astimezone(where).date()
        if on != day:
            yield from _balances(day, moved, accounts, names, running)
            day, moved = on, set()
        currency = accounts[source].currency
        yield f'\n{on.isoformat()} * "{_quoted(act)}" "{_quoted(note)}"\n  transfer: "{transfer_id}"\n'
        yield f"  {names[target]}  {written(amount, currency)}\n  {names[source]}  {written(-amount, currency)}\n"
        running[source] -= amount
        running[target] += amount
        moved |= {source, target}
    yield from _balances(day, moved, accounts, names, running)


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=where)


def account_title(row: Account) -> str:
    """Beancount's own rule: capitalised parts of letters, digits and dashes."""
    kind = Kind(row.kind)
    owner = "Provider" if row.owner_id == PROVIDER else f"O{row.owner_id.hex}"
    detail = f":D{''.join(c if c.isalnum() and c.isascii() else '-' for c in row.detail)}" if row.detail else ""
    root = ROOTS.get(kind, "Equity" if TERMS[kind].limit is not False else "Liabilities")
    return f"{root}:{kind.value.title().replace('_', '-')}:{owner}{detail}:{commodity(row.currency).replace('.', '-')}"


def commodity(currency: str) -> str:
    return currency.replace("LIMIT_", "LIMIT.")


def written(amount: int, currency: str) -> str:
    """A plain decimal. What stands on an account is written with its sign, what it owes is negative there as here."""
    decimals = CURRENCIES[currency].decimals
    digits = str(abs(amount)).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], f".{digits[-decimals:]}") if decimals else (digits, "")
    return f"{'-' if amount < 0 else ''}{whole}{part} {commodity(currency)}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _openings(accounts: Accounts, start: datetime) -> Sums:
    return {id_: standing_at(row.name, start - INSTANT).recorded for id_, row in accounts.items()}


def _brought_forward(day: date, accounts: Accounts, names: Names, running: Sums) -> Iterator[str]:
    """What stood there before the range: each currency sums to zero, so it balances by itself."""
    for currency in sorted({row.currency for row in accounts.values()}):
        opened = [id_ for id_, row in accounts.items() if row.currency == currency and running[id_]]
        if opened:
            yield f'\n{day.isoformat()} * "Brought forward"\n'
            for id_ in opened:
                yield f"  {names[id_]}  {written(running[id_], currency)}\n"


def _balances(day: date, moved: set[UUID], accounts: Accounts, names: Names, running: Sums) -> Iterator[str]:
    """Beancount checks a balance at the beginning of its day: so it is asserted on the next."""
    if moved:
        yield "\n"
    for id_ in sorted(moved, key=lambda each: names[each]):
        following = (day + timedelta(days=1)).isoformat()
        yield f"{following} balance {names[id_]}  {written(running[id_], accounts[id_].currency)}\n"


def _lines(book_id: int, start: datetime, end: datetime) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(LINES, [book_id, start, end])
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
