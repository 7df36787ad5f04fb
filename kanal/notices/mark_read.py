"""Keep that a person has read a message, or all of them."""

from datetime import datetime
from uuid import UUID

from kanal.notices.queries import unread_by


def mark_read(person_id: UUID, *, notice_id: UUID, at: datetime) -> None:
    """Somebody else's message stays as it is: to the asker there is none."""
    unread_by(person_id).filter(id=notice_id).update(read_at=at)


def mark_all_read(person_id: UUID, *, at: datetime) -> int:
    """What was told later than `at`, while the page stood open, stays unread."""
    return unread_by(person_id).filter(told_at__lte=at).update(read_at=at)
