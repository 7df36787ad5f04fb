"""Start a job again that failed for good, because a person has mended what was in its way."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class JobHasNotFailed(Refusal):
    code = "job_has_not_failed"

    def __str__(self) -> str:
        return _("This job is not waiting for anybody: it runs, or somebody has started it again. Look at the list.")


def retry_job(job_id: int, *, beside: Sequence[models.Model] = ()) -> None:
    """`beside` are rows of higher rooms, such as the audit's, that are written in the same transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [job_id])
        found = cursor.fetchone()
        if found != ("failed",):
            raise JobHasNotFailed
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
        for row in beside:
            row.save(force_insert=True)
