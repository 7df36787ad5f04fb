"""What the clock asks of all books at once: plain filters on an index, by key (R10)."""

from datetime import datetime

from django.db.models import QuerySet

from kanal.credit.models import FundingRequest, Grant

AT_ONCE = 200


def next_grant_to_end(until: datetime) -> datetime | None:
    due = Grant.objects.filter(lapsed_at=None, ends_at__lte=until)
    return due.order_by("ends_at").values_list("ends_at", flat=True).first()


def grants_due(at: datetime) -> list[Grant]:
    return list(Grant.objects.filter(lapsed_at=None, ends_at__lte=at).order_by("ends_at", "id")[:AT_ONCE])


def next_funding_request_to_expire(until: datetime) -> datetime | None:
    due = _waiting_for_money().filter(expires_at__lte=until)
    return due.order_by("expires_at").values_list("expires_at", flat=True).first()


def funding_requests_due(at: datetime) -> list[FundingRequest]:
    return list(_waiting_for_money().filter(expires_at__lte=at).order_by("expires_at", "id"))


def _waiting_for_money() -> QuerySet[FundingRequest]:
    return FundingRequest.objects.filter(state=FundingRequest.State.PENDING, order_id=None)
