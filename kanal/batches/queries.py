"""What others may ask about batches; every read starts from who asks.

ALL-1 What one organization may not see does not exist for it (404).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.fields.json import KeyTextTransform

from kanal.batches.models import Batch, BatchRow, reading_language
from kanal.identity.models import Organization
from kanal.identity.queries import books_of
from kanal.kit.models import StoredFile


def batches_of(organization: Organization, kind: str) -> QuerySet[Batch]:
    """Newest first."""
    own = Batch.objects.filter(book_id__in=books_of(organization), organization_id=organization.id, kind=kind)
    return own.order_by("-checked_at", "-id")


def batch_seen_by(asker: Organization, kind: str, book_id: int, id: UUID) -> Batch | None:  # noqa: A002 - the reader's own word
    return Batch.objects.filter(book_id=book_id, id=id, organization_id=asker.id, kind=kind).first()


def kind_of_batch(book_id: int, batch_id: UUID) -> str:
    """For the worker, which knows a batch by its id alone."""
    return str(Batch.objects.values_list("kind", flat=True).get(book_id=book_id, id=batch_id))


def rows_of(batch: Batch) -> QuerySet[BatchRow]:
    """As they stand in the file."""
    return BatchRow.objects.filter(book_id=batch.book_id, batch_id=batch.id).order_by("line", "id")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows got one answer."""

    standing: str
    code: str
    answer: str
    rows: int


def tally_of(batch: Batch) -> Sequence[Tally]:
    """Most first. Where the answers of one code differ, by an amount or a name, it has none for all."""
    said = KeyTextTransform(reading_language(), "said")
    alike = rows_of(batch).order_by().values("standing", "code")
    found = alike.annotate(rows=Count("line"), first=Min(said), last=Max(said)).order_by("-rows", "code")
    return [
        Tally(
            each["standing"], each["code"], each["first"] or "" if each["first"] == each["last"] else "", each["rows"]
        )
        for each in found
    ]


def file_of(batch: Batch) -> StoredFile | None:
    return StoredFile.objects.filter(id=batch.file_id).first() if batch.file_id else None


def same_file_before(batch: Batch) -> Batch | None:
    """The last time that these very bytes were carried out, wholly or in part."""
    if not batch.digest:
        return None
    same = Batch.objects.filter(
        book_id=batch.book_id, organization_id=batch.organization_id, kind=batch.kind, digest=batch.digest
    )
    return same.exclude(id=batch.id).filter(confirmed_at__isnull=False).order_by("-confirmed_at", "-id").first()
