"""Groups of movements as the arrays that sql/post.sql takes, written as PostgreSQL reads them.

Text is joined here rather than handed to the driver element by element: at ten thousand transfers that is most of
the time there is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from kanal.ledger.flows import flow_between, may_be_undone
from kanal.ledger.movement import LEGS_MOST, PLACES, Earlier, Group, Hold, Move, Movement, Release, Reversal
from kanal.ledger.names import AccountName

POSTED, HELD, RELEASED, EXPIRED = range(4)
NULL = "NULL"

PARAMETERS = (
    "bigint", "boolean", "uuid[]", "uuid[]",
    "uuid[]", "integer[]", "integer[]", "uuid[]", "timestamptz[]", "integer[]", "text[]",
    "uuid[]", "integer[]", "integer[]", "integer[]", "bigint[]", "boolean[]", "timestamptz[]", "timestamptz[]",
    "integer[]", "integer[]", "text[]", "text[]", "uuid[]", "text[]", "text[]", "text[]", "uuid[]",
)  # fmt: skip
STATEMENT = f"SELECT * FROM public.ledger_post({', '.join(f'%s::{kind}' for kind in PARAMETERS)})"  # noqa: S608 - types only

PARAMETERS_FOR_ONE = (
    "bigint", "uuid", "uuid", "uuid", "uuid", "bigint", "boolean", "timestamptz", "timestamptz", "text", "text", "uuid",
    "text", "text", "text",
)  # fmt: skip
STATEMENT_FOR_ONE = f"SELECT public.ledger_post_one({', '.join(f'%s::{kind}' for kind in PARAMETERS_FOR_ONE)})"
# What sql/post_one.sql answers with, by number.
OUTCOMES = (
    "POSTED", "REPLAYED", "KEY_REUSED", "UNKNOWN_ACCOUNT", "CLOSED", "FROZEN", "OVERDRAWN", "PERIOD_CLOSED",
)  # fmt: skip


class Leg:
    """One movement made plain: which way it goes, how, and what it speaks of."""

    __slots__ = ("act", "amount", "deep", "expires", "kind", "matter", "named", "note", "problem", "source", "target")

    def __init__(self, movement: Movement, group: Group, earlier: Mapping[UUID, Earlier]) -> None:
        self.act, self.note = movement.act or group.act, movement.note or group.note
        self.matter = movement.matter or group.matter
        self.named: Earlier | None = None
        self.expires: datetime | None = None
        match movement:
            case Move():
                self.kind, self.deep = POSTED, movement.deep
                self.source, self.target, money = movement.source, movement.target, movement.money
            case Hold():
                self.kind, self.deep, self.expires = HELD, movement.deep, movement.expires_at
                self.source, self.target, money = movement.account, movement.account.holds, movement.money
            case Release():
                self.kind, self.deep = EXPIRED if movement.expired else RELEASED, False
                self.named = known(movement.hold, earlier, group)
                self.source, self.target, money = self.named.source, self.named.target, self.named.money
            case Reversal():
                self.kind, self.deep = POSTED, movement.deep
                self.named = known(movement.of, earlier, group)
                self.source, self.target, money = self.named.target, self.named.source, self.named.money
        self.amount = money.amount
        self.problem = self.what_is_wrong(money.currency, group.key.book_id)

    def what_is_wrong(self, currency: str, book_id: int) -> str:
        """What needs no look at the database; a mistake of the program is no answer but an error."""
        source, target = self.source, self.target
        if self.amount <= 0 and self.named is None:
            raise ValueError("a movement moves a positive amount")
        if source.book_id != book_id or target.book_id != book_id:
            raise ValueError("one transaction writes one book (R11)")
        if source.currency != currency or target.currency != currency:
            return "WRONG_CURRENCY"
        if self.amount == 0:
            return "HOLD_UNKNOWN" if self.kind != POSTED else "NOT_REVERSIBLE"
        if self.kind < RELEASED and not self.is_legal(reversal=self.named is not None):
            return "ILLEGAL_FLOW"
        return ""

    def is_legal(self, *, reversal: bool) -> bool:
        """CHART-1"""
        if self.source.hex == self.target.hex:
            return False
        if reversal:
            return may_be_undone(self.source.kind, self.target.kind)
        flow = flow_between(self.source.kind, self.target.kind)
        return flow is not None and (flow.may_go_deep or not self.deep) and (self.kind == HELD) is self.target.is_holds


def known(named: UUID | Earlier, earlier: Mapping[UUID, Earlier], group: Group) -> Earlier:
    """What nobody has ever made is nothing, between two accounts that are there: the answer names the problem."""
    if isinstance(named, Earlier):
        return named
    return earlier.get(named) or nothing(named, group.key.book_id)


def nothing(named: UUID, book_id: int) -> Earlier:
    from kanal.kit.money import Money
    from kanal.ledger.flows import Kind

    cash, holds = AccountName(book_id, Kind.CASH, "VND"), AccountName(book_id, Kind.HOLDS, "VND")
    return Earlier(id=named, source=cash, target=holds, money=Money.zero("VND"))


class Ready:
    """A group made plain, with what its key and its content come to: whoever asks does this work, not who posts."""

    __slots__ = ("actor", "content", "group", "group_id", "ids", "key", "legs")

    def __init__(self, group: Group, earlier: Mapping[UUID, Earlier]) -> None:
        self.group, self.group_id = group, group.key.group_hex
        self.legs = [Leg(movement, group, earlier) for movement in group.moves]
        self.content = content_of(group, self.legs)
        self.key, self.actor = quote(str(group.key)), actor_of(group)
        stem = self.group_id[:-PLACES]
        self.ids = [self.group_id, *(f"{stem}{place:04x}" for place in range(1, len(self.legs)))]


class Call:
    """The arrays of one call. Places count from 1, as PostgreSQL's do."""

    def __init__(self, book_id: int, asked: Sequence[Ready]) -> None:
        self.book_id, self.asked = book_id, asked
        self.legs: list[Leg] = []
        self.firsts: list[int] = []
        self.lasts: list[int] = []
        self.ids: list[str] = []
        self.problems: list[str] = []
        self.at_problems: dict[int, int] = {}
        for number, each in enumerate(asked):
            self.add(number, each)
        if len(self.legs) > LEGS_MOST:
            raise ValueError(f"one call posts at most {LEGS_MOST} transfers")
        self.group_ids = [each.group_id for each in asked]
        self.contents = [each.content for each in asked]
        self.names = {leg.source.hex: leg.source for leg in self.legs} | {
            leg.target.hex: leg.target for leg in self.legs
        }
        self.accounts = sorted(self.names)
        self.earlier = sorted({leg.named.id.hex for leg in self.legs if leg.named})

    def add(self, number: int, each: Ready) -> None:
        self.firsts.append(len(self.legs) + 1)
        self.ids += each.ids
        self.legs += each.legs
        self.lasts.append(len(self.legs))
        self.problems.append(NULL)
        for place, leg in enumerate(each.legs):
            if leg.problem:
                self.problems[-1], self.at_problems[number] = leg.problem, place
                break

    def arguments(self, *, opened: bool) -> list[object]:
        """In the order of sql/post.sql; an array of which no element says anything is left out."""
        legs, groups = self.legs, [each.group for each in self.asked]
        place = {name: number for number, name in enumerate(self.accounts, start=1)}
        slot = {name: number for number, name in enumerate(self.earlier, start=1)}
        per_leg = [each for each in self.asked for _ in each.legs]
        return [
            self.book_id, opened, plainly(self.accounts), plainly(self.earlier) if self.earlier else None,
            plainly(self.group_ids), numbers(self.firsts), numbers(self.lasts), plainly(self.contents),
            plainly(moments(group.at for group in groups)), self.twins(),
            plainly(self.problems) if self.at_problems else None,
            plainly(self.ids),
            numbers(leg.kind for leg in legs) if any(leg.kind for leg in legs) else None,
            numbers(place[leg.source.hex] for leg in legs), numbers(place[leg.target.hex] for leg in legs),
            numbers(leg.amount for leg in legs),
            plainly("t" if leg.deep else "f" for leg in legs) if any(leg.deep for leg in legs) else None,
            sparse(moments(each.group.effective_at for each in per_leg)),
            sparse(moments(leg.expires for leg in legs)),
            sparse(str(slot[leg.named.id.hex]) if leg.named else NULL for leg in legs),
            sparse(str(slot[id_]) if id_ in slot else NULL for id_ in self.ids),
            quoted(leg.act for leg in legs),
            sparse(quote(leg.matter.kind) if leg.matter else NULL for leg in legs),
            sparse(leg.matter.id.hex if leg.matter else NULL for leg in legs),
            quoted(leg.note for leg in legs),
            quoted(each.actor for each in per_leg),
            plainly(self.on_first_legs(each.key for each in self.asked)),
            plainly(self.on_first_legs(self.contents)),
        ]  # fmt: skip

    @property
    def is_one_plain_move(self) -> bool:
        return len(self.legs) == 1 and self.legs[0].kind == POSTED and not self.earlier and not self.at_problems

    def arguments_for_one(self) -> list[object]:
        """In the order of sql/post_one.sql."""
        ((leg,), (each,)) = self.legs, self.asked
        group = each.group
        kind, matter_id = (leg.matter.kind, leg.matter.id.hex) if leg.matter else (None, None)
        return [
            self.book_id, self.group_ids[0], self.contents[0], leg.source.hex, leg.target.hex, leg.amount, leg.deep,
            group.at, group.effective_at, leg.act, kind, matter_id, leg.note, each.actor, str(group.key),
        ]  # fmt: skip

    def twins(self) -> str | None:
        """For each group the place of the first one under its key, where that is another."""
        if len(set(self.group_ids)) == len(self.group_ids):
            return None
        seen: dict[str, int] = {}
        return plainly(
            NULL if seen.setdefault(id_, number) == number else str(seen[id_])
            for number, id_ in enumerate(self.group_ids, start=1)
        )

    def on_first_legs(self, values: Iterable[str]) -> list[str]:
        spread = [NULL] * len(self.legs)
        for first, value in zip(self.firsts, values, strict=True):
            spread[first - 1] = value
        return spread


def actor_of(group: Group) -> str:
    return f"{group.by.kind}:{group.by.id}"


def content_of(group: Group, legs: Sequence[Leg]) -> str:
    """Half a SHA-256 of everything that was asked for (LEDGER-4).

    Not of when, by which colleague, or until when a hold lasts: a retry comes later, and is the same request.
    """
    when = group.effective_at.astimezone(UTC).isoformat() if group.effective_at else ""
    parts = [
        f"{leg.kind}{leg.source.hex}{leg.target.hex}{leg.amount}{'d' if leg.deep else '.'}"
        f"{leg.named.id.hex if leg.named else ''}/{leg.matter.kind + leg.matter.id.hex if leg.matter else ''}/"
        f"{len(leg.act)}:{leg.act}{len(leg.note)}:{leg.note}"
        for leg in legs
    ]
    return hashlib.sha256("\n".join([when, *parts]).encode()).hexdigest()[:32]


def plainly(values: Iterable[str]) -> str:
    return "{" + ",".join(values) + "}"


def numbers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def sparse(values: Iterable[str]) -> str | None:
    listed = list(values)
    return plainly(listed) if any(value is not NULL for value in listed) else None


def moments(values: Iterable[datetime | None]) -> Iterable[str]:
    return (value.isoformat() if value else NULL for value in values)


def quoted(values: Iterable[str]) -> str:
    listed = list(values)
    quotes = {value: quote(value) for value in set(listed)}
    return "{" + ",".join([quotes[value] for value in listed]) + "}"


def quote(text: str) -> str:
    if "\0" in text:
        raise ValueError("PostgreSQL keeps no text with a zero byte in it")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
