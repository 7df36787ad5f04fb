"""What can be asked of the ledger: groups of moves, holds, their ends and reversals, each group under one key.

LEDGER-4 One key moves once: the key is (book, asking organization, verb, request id), and it never expires.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.ledger.names import AccountName

LEGS_MOST = 10_000  # in one call, and so in one group
PLACES = 4  # hexadecimal digits of a transfer's id that say its place in the group


@dataclass(frozen=True, slots=True)
class Matter:
    """The object of the business that a transfer belongs to: an order, an invoice, a grant."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class RequestKey:
    book_id: int
    asker: UUID | None
    verb: str
    request_id: str

    def __post_init__(self) -> None:
        if not self.verb or "/" in self.verb or not 0 < len(self.request_id) <= 200:  # noqa: PLR2004
            raise ValueError("a key names its verb and carries a request id of at most 200 characters")

    def __str__(self) -> str:
        return f"{self.asker.hex if self.asker else ''}/{self.verb}/{self.request_id}"

    @property
    def group_hex(self) -> str:
        """RFC 9562 version 8 in hexadecimal; the last sixteen bits count the group's transfers from 0."""
        digest = hashlib.sha256(f"{self.book_id}/{self}".encode()).hexdigest()
        return f"{digest[:12]}8{digest[13:16]}8{digest[17:28]}0000"

    @property
    def group_id(self) -> UUID:
        return UUID(self.group_hex)

    def transfer_id(self, place: int) -> UUID:
        return UUID(int=self.group_id.int | place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Value from one account to another. `deep`: it may go on to the deep floor, where the chart allows that."""

    source: AccountName
    target: AccountName
    money: Money
    deep: bool = False
    act: str = ""  # the group's, unless told otherwise; so are matter and note
    matter: Matter | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Reserves part of an account until it is released, captured or, where it says when, expired (LEDGER-2)."""

    account: AccountName
    money: Money
    expires_at: datetime | None = None
    deep: bool = False
    act: str = ""
    matter: Matter | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A transfer that was made before, as far as a later one has to know it."""

    id: UUID
    source: AccountName
    target: AccountName
    money: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Ends a hold, whole. `expired`: because its time has come, and only then."""

    hold: UUID | Earlier
    expired: bool = False
    act: str = ""
    matter: Matter | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """The same accounts the other way, naming the transfer it undoes; the note is the reason (LEDGER-3)."""

    of: UUID | Earlier
    note: str
    act: str = ""
    matter: Matter | None = None
    deep: bool = False


Movement: TypeAlias = Move | Hold | Release | Reversal


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All of it or nothing. `effective_at` is given only for what counts earlier than it is recorded (ALL-4)."""

    key: RequestKey
    moves: Sequence[Movement]
    act: str
    by: Actor
    at: datetime
    effective_at: datetime | None = None
    matter: Matter | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.moves) <= LEGS_MOST:
            raise ValueError(f"a group has between 1 and {LEGS_MOST} moves")
        if self.at.utcoffset() is None:
            raise ValueError("a moment without a time zone is not a moment")
        if self.effective_at is not None and self.effective_at > self.at:
            raise ValueError("nothing counts later than it is recorded (ALL-4)")
