"""Write down an act, in the transaction that did it.

ALL-2 Every change records who, what, when, from where, and why where a reason is asked; the record is append-only.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from kanal.audit.models import AuditRecord, Subject
from kanal.audit.secrets import masked_text, without_secrets
from kanal.kit.actor import Actor
from kanal.kit.clock import real_now
from kanal.kit.keys import search_key
from kanal.kit.queue import NO_BOOK

__all__ = ["Subject", "record", "recorded"]


def record(  # noqa: PLR0913 - each says another part of who, what, why and when
    action: str,
    subject: Subject,
    /,
    *,
    by: Actor,
    at: datetime,
    book_id: int = NO_BOOK,
    organization_id: UUID | None = None,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    why: str = "",
) -> AuditRecord:
    """An action is `noun.past_participle` ("member.invited") and has its words in `audit/actions.py`."""
    row = recorded(
        action, subject, by=by, at=at, book_id=book_id, organization_id=organization_id, old=old, new=new, why=why
    )
    row.save(force_insert=True)
    return row


def recorded(  # noqa: PLR0913 - as above
    action: str,
    subject: Subject,
    /,
    *,
    by: Actor,
    at: datetime,
    book_id: int = NO_BOOK,
    organization_id: UUID | None = None,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    why: str = "",
) -> AuditRecord:
    """The row unsaved, for a verb that writes many at once or lets another write it (`beside=`)."""
    reason = masked_text(why)
    return AuditRecord(
        book_id=book_id,
        action=action,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_name=subject.name,
        organization_id=organization_id or by.on_behalf_of_id or by.organization_id,
        acting_for_id=by.organization_id,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        old=without_secrets(old),
        new=without_secrets(new),
        why=reason,
        address=by.address,
        device=by.device,
        request_id=by.request_id,
        search_key=search_key(f"{subject.name} {by.name} {reason} {by.request_id}"),
        at=at,
        recorded_at=real_now(),  # when it was really written, however far the sandbox's clock was moved
    )
