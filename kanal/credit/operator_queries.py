"""What the clock asks of all books at once: plain filters on an index, by key (R10)."""

from datetime import datetime

from kanal.credit.models import Grant

AT_ONCE = 200


def next_grant_to_end(until: datetime) -> datetime | None:
    due = Grant.objects.filter(lapsed_at=None, ends_at__lte=until)
    return due.order_by("ends_at").values_list("ends_at", flat=True).first()


def grants_due(at: datetime) -> list[Grant]:
    return list(Grant.objects.filter(lapsed_at=None, ends_at__lte=at).order_by("ends_at", "id")[:AT_ONCE])
