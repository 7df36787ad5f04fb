"""Let the drainer look again at work that could not become a job, because a person has mended what was in its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext as _

from kanal.kit.models import Outbox
from kanal.kit.refusal import Refusal

Parked = Outbox.Parked


@dataclass(eq=False)
class WorkIsNotParked(Refusal):
    code = "work_is_not_parked"

    def __str__(self) -> str:
        return _("This work is not parked any more: it has become a job. Look at the list.")


def release_work(work: Outbox, *, beside: Sequence[models.Model] = ()) -> None:
    """`beside` as in `retry_job`."""
    with transaction.atomic():
        parked = Outbox.objects.filter(book_id=work.book_id, id=work.id).exclude(parked=Parked.NOT_PARKED)
        if not parked.update(parked=Parked.NOT_PARKED, trouble=""):
            raise WorkIsNotParked
        for row in beside:
            row.save(force_insert=True)
