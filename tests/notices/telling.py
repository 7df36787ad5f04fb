"""Carry out, here and now, what was asked to be told."""

from datetime import datetime

from kanal.kit.models import Outbox
from kanal.kit.queue import NO_BOOK
from kanal.notices.deliver import deliver_notice


def carry_out_tellings(at: datetime, *, book_id: int = NO_BOOK) -> None:
    for row in Outbox.objects.filter(book_id=book_id, name="deliver_notice").order_by("id"):
        deliver_notice(**row.facts, asked_at=row.asked_at, at=at)
        row.delete()
    Outbox.objects.filter(book_id=book_id, name="send_mails").delete()
