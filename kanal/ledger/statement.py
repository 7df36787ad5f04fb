"""Read an account: its lines page by page, what stood on it at any moment, and what belongs to one thing.

ALL-4    Running balances follow the recorded order, reports follow the effective one.
LEDGER-7 Any page of a statement, and any period's opening, costs the same however long the history is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from kanal.ledger.models import Transfer
from kanal.ledger.movement import Matter
from kanal.ledger.names import AccountName

PAGE = 50
PAGE_MOST = 500
LOOKED_THROUGH = 20_000  # lines a filtered page looks at before it hands back what it has, and where to go on
INSTANT = timedelta(microseconds=1)  # the finest step of a moment that PostgreSQL keeps
COLUMNS = (
    "sequence, id, phase, act, other_id, change, posted_in, posted_out, held, effective_at, recorded_at, expires_at, "
    "earlier_id, subject_kind, subject_id, note, actor"
)
LINES = f"SELECT {COLUMNS} FROM public.ledger_entry WHERE book_id = %s AND account_id = %s"  # noqa: S608 - fixed text
BETWEEN = ["sequence > %s", "sequence < %s"]
NEWEST = " ORDER BY sequence DESC LIMIT %s"


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer as one of its accounts sees it: what it changed, and what stood there afterwards."""

    sequence: int
    id: UUID
    phase: str
    act: str
    other_id: UUID
    change: int  # of the posted sum, or of the held one where the phase is not POSTED
    posted_in: int
    posted_out: int
    held: int
    effective_at: datetime
    recorded_at: datetime
    expires_at: datetime | None
    earlier_id: UUID | None
    subject_kind: str | None
    subject_id: UUID | None
    note: str
    actor: str

    @property
    def balance(self) -> int:
        return self.posted_in - self.posted_out

    @property
    def available(self) -> int:
        return self.balance - self.held


@dataclass(frozen=True, slots=True)
class Page:
    """`before` continues it; None where the account's first line was reached."""

    lines: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Days are spans of recorded time, half-open; `acts` are the kinds of act; `text` is looked for in the note."""

    since: datetime | None = None
    until: datetime | None = None
    acts: Sequence[str] = ()
    text: str = ""

    @property
    def looks(self) -> bool:
        """Whether lines have to be looked at one by one; a span of time is found at once."""
        return bool(self.acts or self.text)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood on an account at a moment."""

    sequence: int
    recorded: int
    held: int
    effective: int


EVERYTHING = Filter()


def statement_page(
    name: AccountName, *, before: int | None = None, size: int = PAGE, only: Filter = EVERYTHING
) -> Page:
    """The newest lines first; `before` is the sequence the last page ended with."""
    size = min(size, PAGE_MOST)
    after = sequence_at(name, only.since - INSTANT) if only.since else 0
    top = sequence_at(name, only.until - INSTANT) + 1 if only.until else None
    below = min((bound for bound in (before, top) if bound is not None), default=_next_sequence(name))
    bottom = max(after, below - 1 - LOOKED_THROUGH) if only.looks else after
    lines = _lines(name, above=bottom, below=below, size=size, only=only)
    if len(lines) == size:
        end = lines[-1].sequence
        return Page(lines, end if end > after + 1 else None)
    return Page(lines, bottom + 1 if bottom > after else None)


def _lines(name: AccountName, *, above: int, below: int, size: int, only: Filter) -> tuple[Line, ...]:
    conditions, values = list(BETWEEN), [above, below]
    more: list[Any] = []
    if only.acts:
        conditions.append("act = ANY(%s)")
        more.append(list(only.acts))
    if only.text:
        conditions.append("note ILIKE %s")
        more.append(f"%{_literally(only.text)}%")
    with connection.cursor() as cursor:
        cursor.execute(f"{LINES} AND {' AND '.join(conditions)}{NEWEST}", [name.book_id, name.id, *values, *more, size])
        return tuple(Line(*row) for row in cursor.fetchall())


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _next_sequence(name: AccountName) -> int:
    from kanal.ledger.queries import account_named

    account = account_named(name)
    return account.version + 1 if account else 1


def sequence_at(name: AccountName, moment: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.ledger_sequence_at(%s, %s, %s)", [name.book_id, name.id, moment])
        return int(cursor.fetchone()[0])


def standing_at(name: AccountName, moment: datetime) -> Standing:
    """Up to and including this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM public.ledger_balance_at(%s, %s, %s)", [name.book_id, name.id, moment])
        return Standing(*cursor.fetchone())


def opening_and_closing(name: AccountName, *, start: datetime, end: datetime) -> tuple[Standing, Standing]:
    """What stood before a half-open span began, and at its end; nothing in between is read."""
    return standing_at(name, start - INSTANT), standing_at(name, end - INSTANT)


def transfers_of(book_id: int, matter: Matter) -> list[Transfer]:
    """Everything that was moved for one object of the business, in the order in which it was recorded."""
    rows = Transfer.objects.filter(book_id=book_id, subject_id=matter.id, subject_kind=matter.kind)
    return list(rows.order_by("recorded_at", "id"))
