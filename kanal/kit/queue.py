"""Ask for later work by name, in the transaction that makes it necessary.

The row is seen by the drainer only if the change commits; `kanal.jobs` binds each name to the verb that does it,
and each job may run twice and does its work once.
"""

from datetime import datetime
from typing import Any

from kanal.kit.models import Outbox
from kanal.kit.plain import plain

NO_BOOK = 0  # work that belongs to no organization's book, such as the mail of a sign-up


def enqueue(name: str, /, *, at: datetime, book_id: int = NO_BOOK, **facts: Any) -> Outbox:
    """Facts are plain or can be made so: ids, words, whole numbers, moments. The verb gets them as JSON has them."""
    row = enqueued(name, at=at, book_id=book_id, **facts)
    row.save(force_insert=True)
    return row


def enqueued(name: str, /, *, at: datetime, book_id: int = NO_BOOK, **facts: Any) -> Outbox:
    """The row unsaved, for a verb that writes many at once."""
    return Outbox(
        book_id=book_id,
        name=name,
        facts={fact: plain(value) for fact, value in facts.items()},
        asked_at=at,
    )
