"""Confirm what was checked and shown: from now on it is carried out, by the queue.

CRED-9 Confirmed once, however often the button is pressed.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.batches.models import Batch, in_language
from kanal.batches.stop_batch import BatchHasEnded
from kanal.batches.subjects import batch_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.queue import enqueue
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class AlreadyConfirmed(Refusal):
    code = "batch_already_confirmed"
    name: str

    def __str__(self) -> str:
        return _("“%(name)s” was confirmed already, and is carried out once. Look at its progress.") % self.words()


@dataclass(eq=False)
class CheckedTooLongAgo(Refusal):
    code = "batch_checked_too_long_ago"
    name: str

    def __str__(self) -> str:
        return (
            _("“%(name)s” was checked more than a day ago. Upload it again, so that it is checked anew.") % self.words()
        )


@dataclass(eq=False)
class NothingToCarryOut(Refusal):
    code = "batch_has_nothing_to_carry_out"
    name: str

    def __str__(self) -> str:
        return _("Every row of “%(name)s” has a problem. Mend them in the file, and upload it again.") % self.words()


@dataclass(eq=False)
class SomethingInTheWay(Refusal):
    code = "batch_has_an_obstacle"
    obstacle: str

    def __str__(self) -> str:
        return self.obstacle


@transaction.atomic
def confirm_batch(*, batch: Batch, by: Actor, at: datetime) -> Batch:
    batch = locked(batch)
    if batch.state != Batch.State.CHECKED:
        raise AlreadyConfirmed(name=batch.name) if batch.confirmed_at else BatchHasEnded(name=batch.name)
    if batch.is_out_of_date(at):
        raise CheckedTooLongAgo(name=batch.name)
    if batch.obstacle:
        raise SomethingInTheWay(obstacle=in_language(batch.obstacle["said"]))
    if not batch.rows_to_do:
        raise NothingToCarryOut(name=batch.name)

    batch.state = Batch.State.RUNNING
    batch.confirmed_by, batch.confirmed_at = by.to_json(), at
    batch.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    record(
        "batch.confirmed",
        batch_subject(batch),
        by=by,
        at=at,
        book_id=batch.book_id,
        organization_id=batch.organization_id,
        new={"kind": batch.kind, "rows": batch.rows_to_do},
    )
    enqueue("carry_out_batch", at=at, book_id=batch.book_id, batch_id=batch.id)
    return batch
