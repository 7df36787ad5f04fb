"""Holds: what reserves a part of an account, and its one end.

HOLD-3   A hold is released (or expired) whole; what is captured follows as ordinary transfers in the same group.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kanal.kit.actor import Actor
from kanal.ledger.answers import CaptureExceedsHold, HoldExpired, HoldResolved, HoldUnknown, LedgerRefusal, Posting
from kanal.ledger.models import ExpiringHold
from kanal.ledger.movement import Earlier, Group, Move, Movement, Release, RequestKey
from kanal.ledger.operator_queries import holds_due
from kanal.ledger.post import post
from kanal.ledger.queries import earlier_transfers


def hold_numbered(book_id: int, id: UUID) -> Earlier:  # noqa: A002 - the reader's own word
    found = earlier_transfers(book_id, [id]).get(id)
    if found is None or not found.target.is_holds:
        raise HoldUnknown
    return found


def captured(hold: Earlier, *, into: Sequence[Move]) -> list[Movement]:
    """The release, and the moves that spend it. What they take from the held account is at most what was held."""
    if sum(move.money.amount for move in into if move.source == hold.source) > hold.money.amount:
        raise CaptureExceedsHold
    return [Release(hold=hold), *into]


def expire_holds(*, at: datetime) -> None:
    """Everything that is due by now, each in a transaction of its own."""
    while due := holds_due(at):
        for row in due:
            expire_hold(row, at=at)


def expire_hold(row: ExpiringHold, *, at: datetime) -> Posting | None:
    """None where somebody released or captured it in the meantime."""
    by = Actor.job("expire_holds")
    key = RequestKey(row.book_id, None, "expire_hold", row.id.hex)
    release = Release(hold=row.id, expired=True)
    try:
        return post(Group(key=key, moves=[release], act="hold.expired", by=by, at=at))
    except (HoldResolved, HoldExpired):
        return None
    except LedgerRefusal as refused:
        raise AssertionError(f"hold {row.id} is due and cannot expire: {refused.code}") from refused
