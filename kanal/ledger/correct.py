"""Correct what was posted wrongly: the same accounts the other way, naming it, once (LEDGER-3).

Nothing is edited. A correction follows what was recorded, whatever today's rules would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import NotReversible, Posting
from kanal.ledger.models import Transfer
from kanal.ledger.movement import Group, Matter, RequestKey, Reversal
from kanal.ledger.post import post
from kanal.ledger.queries import posting_rows


@dataclass(eq=False)
class ReasonMissing(Refusal):
    code = "reason_missing"
    field = "reason"

    def __str__(self) -> str:
        return _("Say why it is reversed; the reason stands in the statement for good.")


def reverse_transfer(transfer_id: UUID, *, key: RequestKey, reason: str, by: Actor, at: datetime) -> Posting:
    return _reverse([transfer_id], key=key, reason=reason, by=by, at=at)


def reverse_group(group_id: UUID, *, key: RequestKey, reason: str, by: Actor, at: datetime) -> Posting:
    """Every posted transfer of the group, the last one first, or none of them."""
    rows = posting_rows(key.book_id, group_id)
    if not rows or any(row.phase == Transfer.Phase.HELD for row in rows):
        raise NotReversible
    posted = [row.id for row in reversed(rows) if row.phase == Transfer.Phase.POSTED]
    return _reverse(posted, key=key, reason=reason, by=by, at=at)


def _reverse(ids: list[UUID], *, key: RequestKey, reason: str, by: Actor, at: datetime) -> Posting:
    if not reason.strip():
        raise ReasonMissing
    rows = {row.id: row for row in Transfer.objects.filter(book_id=key.book_id, id__in=ids)}
    moves = [Reversal(of=id_, note=reason.strip(), matter=_matter(rows.get(id_))) for id_ in ids]
    return post(Group(key=key, moves=moves, act="transfer.reversed", by=by, at=at))


def _matter(row: Transfer | None) -> Matter | None:
    """The reversal stands with what it undoes, in the history of the same object."""
    return Matter(row.subject_kind or "", row.subject_id) if row and row.subject_id else None
