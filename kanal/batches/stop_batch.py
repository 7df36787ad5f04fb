"""Stop a batch: what is done stays done, and no further row is carried out.

CRED-9 It can be stopped between two portions of its rows, never in the middle of one.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kanal.audit.record import record
from kanal.batches.kinds import Answer
from kanal.batches.models import Batch, BatchRow
from kanal.batches.queries import rows_of
from kanal.batches.subjects import batch_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class BatchHasEnded(Refusal):
    code = "batch_has_ended"
    name: str

    def __str__(self) -> str:
        return _("“%(name)s” has ended already. Look at its result.") % self.words()


@transaction.atomic
def stop_batch(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    """Waits for the portion under way, well under a second."""
    batch = locked(batch)
    if not batch.is_open:
        raise BatchHasEnded(name=batch.name)

    old = batch.state
    left = Answer.no("LEFT_OUT", gettext_lazy("Stopped before its turn"))
    rows = rows_of(batch).filter(standing=BatchRow.Standing.READY).order_by()
    rows.update(standing=BatchRow.Standing.LEFT, code=left.code, said=left.said)
    batch.state, batch.ended_at = Batch.State.STOPPED, at
    batch.save(update_fields=["state", "ended_at"])
    record(
        "batch.stopped",
        batch_subject(batch),
        by=by,
        at=at,
        book_id=batch.book_id,
        organization_id=batch.organization_id,
        old={"state": old},
        new={"state": batch.state, "rows": batch.rows_behind},
    )
    return batch
