"""Questions across books, for the provider's own staff and for what the clock starts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, QuerySet, Sum

from kanal.kit.db.operator_queries import AcrossBooks, across_books
from kanal.ledger.models import Account, Checkpoint, ExpiringHold, Proof, Transfer


def next_hold_to_expire(until: datetime) -> datetime | None:
    """The earliest end of a hold that is not resolved, where it is not after `until`."""
    row = ExpiringHold.objects.filter(expires_at__lte=until).order_by("expires_at", "book_id", "id").first()
    return row.expires_at if row else None


def holds_due(moment: datetime, most: int = 500) -> list[ExpiringHold]:
    return list(ExpiringHold.objects.filter(expires_at__lte=moment).order_by("expires_at", "book_id", "id")[:most])


def all_accounts() -> AcrossBooks[Account]:
    return across_books(Account)


def transfers_recorded(since: datetime) -> AcrossBooks[Transfer]:
    """The caller narrows and orders it by (recorded_at, id)."""
    return across_books(Transfer).filter(recorded_at__gte=since)


def books_with_accounts() -> list[int]:
    return list(Account.objects.order_by("book_id").values_list("book_id", flat=True).distinct())


def sums_by_kind() -> list[tuple[str, str, int, int]]:
    """Currency, kind, what all books hold together, and how much of it is held; a currency's sum is zero."""
    return list(
        Account.objects.values("currency", "kind")
        .annotate(stands=Sum(F("posted_in") - F("posted_out")), reserved=Sum("held_out"))
        .order_by("currency", "kind")
        .values_list("currency", "kind", "stands", "reserved")
    )


def proofs() -> QuerySet[Proof]:
    return Proof.objects.order_by("-asked_at")


def last_proof() -> Proof | None:
    return proofs().first()


def last_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-day").first()


def size_of(book_id: int) -> tuple[int, int]:
    """How many accounts a book has, and how many transfers: each has two sides, and each account counts its own."""
    found = Account.objects.filter(book_id=book_id).aggregate(lines=Sum("version"), accounts=Count("version"))
    return found["accounts"], (found["lines"] or 0) // 2
