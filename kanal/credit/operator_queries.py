"""What the clock asks of all books at once: plain filters on an index, by key (R10)."""

from datetime import datetime

from django.db.models import QuerySet

from kanal.credit.models import FundingRequest, Grant, TemporaryLine
from kanal.ledger.flows import Kind
from kanal.ledger.models import Account

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


def next_temporary_line_to_end(until: datetime) -> datetime | None:
    return _running_lines().filter(ends_at__lte=until).order_by("ends_at").values_list("ends_at", flat=True).first()


def temporary_lines_due(at: datetime) -> list[TemporaryLine]:
    return list(_running_lines().filter(ends_at__lte=at).order_by("ends_at", "id"))


def next_temporary_line_to_warn_of(until: datetime) -> datetime | None:
    return _running_lines().filter(warn_at__lte=until).order_by("warn_at").values_list("warn_at", flat=True).first()


def temporary_lines_to_warn_of(at: datetime) -> list[TemporaryLine]:
    return list(_running_lines().filter(warn_at__lte=at).order_by("warn_at", "id"))


def _running_lines() -> QuerySet[TemporaryLine]:
    return TemporaryLine.objects.filter(ended_at=None)


def pools() -> list[Account]:
    return list(Account.objects.filter(kind=Kind.POOL).order_by("book_id", "id"))
