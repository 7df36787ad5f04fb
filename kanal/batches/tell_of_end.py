"""Tell whoever confirmed a batch that it has ended; once they have left, whoever may do it.

CRED-9 Work that was left alone is found again, with its result.
"""

from datetime import datetime
from uuid import UUID

from kanal.batches.kinds import BatchKind
from kanal.batches.models import Batch
from kanal.identity.models import Organization, Person
from kanal.identity.readers import reader_or_those_who_may, readers_who_may
from kanal.kit.actor import Actor
from kanal.notices.tell import Reader, tell


def tell_of_end(kind: BatchKind, /, *, batch: Batch, by: Actor, at: datetime) -> None:
    facts = {"file": batch.name, "rows": batch.rows_to_do, "done": batch.rows_done, "refused": batch.rows_refused}
    tell(
        kind.notice,
        to=_readers(kind, batch, by),
        facts=facts,
        cause=f"batch:{batch.id}",
        at=at,
        link=kind.page(batch),
        book_id=batch.book_id,
    )


def _readers(kind: BatchKind, batch: Batch, by: Actor) -> list[Reader]:
    organization = Organization.objects.get(id=batch.organization_id)
    person = Person.objects.filter(id=UUID(by.id)).first() if by.kind == "PERSON" else None
    if person is None:
        return readers_who_may(organization, kind.permission)
    return reader_or_those_who_may(organization, person, kind.permission)
