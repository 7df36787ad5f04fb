"""Check many rows whole, and keep them to be shown and confirmed. Nothing is carried out yet.

CRED-9 Checked whole first, shown with totals and problems.
ALL-3  Bad input gets a clear refusal and loses nothing: a row with a problem stays, beside what is wrong with it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kanal.batches.kinds import Asking, BatchKind, Checked
from kanal.batches.models import Batch, BatchRow
from kanal.identity.models import Organization
from kanal.identity.queries import trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.files import TakenFile, stored
from kanal.kit.sheets.read import SheetRow
from kanal.notices.facts import packed

AT_ONCE = 2000  # rows in one INSERT


@transaction.atomic
def check_batch(  # noqa: PLR0913 - what is brought, by whom, and when
    kind: BatchKind,
    /,
    *,
    organization: Organization,
    name: str,
    rows: Sequence[SheetRow],
    file: TakenFile | None = None,
    unused: Sequence[str] = (),
    language: str,
    by: Actor,
    at: datetime,
) -> Batch:
    """`name` is what the person knows it by: the file's, or what was chosen from a list. `language` is theirs."""
    assert 0 < len(rows) <= kind.most, "whoever reads the rows keeps the limit, and says it"
    asking = Asking(organization=organization, language=language, by=by, at=at)
    judgement = kind.check([row.cells for row in rows], asking)
    assert len(judgement.rows) == len(rows), "every row is judged"
    batch = Batch.objects.create(
        book_id=trading_book_of(organization),  # what its rows do is written there, in the same transaction
        kind=kind.name,
        organization_id=organization.id,
        name=name,
        file_id=stored(file, at=at).id if file else None,
        digest=file.digest if file else "",
        unused=list(unused),
        sums=packed(judgement.sums),
        obstacle=judgement.obstacle.to_json() if judgement.obstacle else {},
        rows_total=len(rows),
        rows_to_do=sum(checked.problem is None for checked in judgement.rows),
        checked_by=by.to_json(),
        checked_at=at,
    )
    kept = [_row(batch, row, checked) for row, checked in zip(rows, judgement.rows, strict=True)]
    BatchRow.objects.bulk_create(kept, batch_size=AT_ONCE)
    return batch


def _row(batch: Batch, row: SheetRow, checked: Checked) -> BatchRow:
    problem = checked.problem
    return BatchRow(
        book_id=batch.book_id,
        batch_id=batch.id,
        line=row.line,
        cells=row.cells,
        facts=packed(checked.facts),
        standing=BatchRow.Standing.PROBLEM if problem else BatchRow.Standing.READY,
        code=problem.code if problem else "",
        said=problem.said if problem else {},
    )
