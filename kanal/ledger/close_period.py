"""Close a period of a book: from then on nothing is dated back into it (ALL-4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Greatest

from kanal.ledger.models import Account, Closing


@transaction.atomic
def close_period(book_id: int, *, through_at: datetime, at: datetime) -> Closing:
    """Closing it again changes nothing.

    Every account is locked, so that no posting is half way, and told the moment: what is posted later is recorded
    later.
    """
    if through_at > at:
        raise ValueError("a period that has not ended is not closed")
    accounts = Account.objects.filter(book_id=book_id)
    moments = list(accounts.order_by("id").select_for_update(no_key=True).values_list("moved_at", flat=True))
    closed = Closing.objects.filter(book_id=book_id, through_at=through_at).first()
    if closed:
        return closed
    closed_at = max([at, *moments])
    accounts.update(moved_at=Greatest("moved_at", closed_at))
    return Closing.objects.create(book_id=book_id, through_at=through_at, closed_at=closed_at)
