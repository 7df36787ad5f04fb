"""What happened to one thing, for those who may see it; every read names the books of who asks."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from kanal.audit.models import AuditRecord, Subject


def timeline_of(*subjects: Subject, books: Collection[int]) -> QuerySet[AuditRecord]:
    """Newest first. `books` are those that the asker reads, NO_BOOK for what belongs to none (people, sign-in)."""
    assert subjects, "a timeline is somebody's"
    by_kind: dict[str, list[str]] = {}
    for subject in subjects:
        by_kind.setdefault(subject.kind, []).append(subject.id)
    found = AuditRecord.objects.none()
    for kind, ids in by_kind.items():
        found = found | AuditRecord.objects.filter(book_id__in=books, subject_kind=kind, subject_id__in=ids)
    return found.order_by("-at", "-id")


def history_of(organization_id: UUID, *, books: Collection[int]) -> QuerySet[AuditRecord]:
    """Everything that was an organization's business, newest first, in the books that the asker reads."""
    found = AuditRecord.objects.filter(book_id__in=books, organization_id=organization_id)
    return found.order_by("-at", "-id")
