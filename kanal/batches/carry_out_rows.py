"""Carry out the next rows of a batch, with their answers, in one transaction: both are kept or neither.

CRED-9 Each row once, even if interrupted and resumed: a process that dies between two portions has finished the one
       and not begun the other, and one that dies within a portion leaves nothing of it. The batch's own lock lets two
       processes take turns and never the same rows.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy

from kanal.audit.record import record
from kanal.batches.kinds import Answer, BatchKind, Task
from kanal.batches.models import Batch, BatchRow
from kanal.batches.queries import rows_of
from kanal.batches.subjects import batch_subject
from kanal.batches.tell_of_end import tell_of_end
from kanal.identity.models import Organization
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.notices.facts import unpacked

Standing = BatchRow.Standing
FAILED = "FAILED"
NOT_OF_THE_ROWS = OperationalError, InterfaceError  # the database is away, or two waited for each other: tried again
log = structlog.stdlib.get_logger("kanal.batches")

ANSWER = """
UPDATE batches_batchrow AS row
   SET standing = answer.standing, code = answer.code, said = answer.said
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::jsonb[]) AS answer (id, standing, code, said)
 WHERE row.book_id = %s AND row.id = answer.id AND row.standing = 'READY'
"""


@transaction.atomic
def carry_out_rows(kind: BatchKind, /, *, book_id: int, batch_id: UUID, at: datetime) -> bool:
    """Whether more are to be carried out. It ends by itself with the last row."""
    batch = Batch.objects.select_for_update(no_key=True).get(book_id=book_id, id=batch_id)
    assert batch.kind == kind.name
    if batch.state != Batch.State.RUNNING:
        return False
    assert batch.confirmed_by, "a batch is confirmed by somebody before it runs"
    by = _actor_of(batch.confirmed_by)
    rows = list(rows_of(batch).filter(standing=Standing.READY)[: kind.at_once])
    tasks = [Task(row.id, batch.id, row.line, unpacked(row.facts)) for row in rows]
    _write(batch, tasks, _answers(kind, tasks, batch, by, at), at)
    if batch.rows_behind == batch.rows_to_do:
        _end(kind, batch, by, at)
        return False
    return True


def _answers(kind: BatchKind, tasks: Sequence[Task], batch: Batch, by: Actor, at: datetime) -> Sequence[Answer]:
    """All together; only if that fails one by one, to find the row it fails on."""
    organization = Organization.objects.get(id=batch.organization_id)
    try:
        with transaction.atomic():
            answers = kind.carry_out(tasks, organization=organization, by=by, at=at)
            assert len(answers) == len(tasks), "every row is answered"
            return answers
    except NOT_OF_THE_ROWS:
        raise
    except Exception as problem:
        if not isinstance(problem, Refusal):
            log.exception("rows of a batch failed together", batch=batch.public_id, lines=[task.line for task in tasks])
        return [_answer_alone(kind, task, organization, by, at) for task in tasks]


def _answer_alone(kind: BatchKind, task: Task, organization: Organization, by: Actor, at: datetime) -> Answer:
    """A mistake of ours is this row's alone, and holds up no other."""
    try:
        with transaction.atomic():
            (answer,) = kind.carry_out([task], organization=organization, by=by, at=at)
            return answer
    except NOT_OF_THE_ROWS:
        raise
    except Refusal as refusal:
        return Answer.of(refusal)
    except Exception:
        log.exception("a row of a batch failed", row=str(task.id), line=task.line)
        return Answer.no(FAILED, gettext_lazy("Something went wrong on our side, and nothing of this row was done."))


def _write(batch: Batch, tasks: Sequence[Task], answers: Sequence[Answer], at: datetime) -> None:
    columns = (
        [task.id for task in tasks],
        [_standing(answer) for answer in answers],
        [answer.code for answer in answers],
        [json.dumps(answer.said) for answer in answers],
    )
    with connection.cursor() as cursor:
        cursor.execute(ANSWER, [*columns, batch.book_id])
        assert cursor.rowcount == len(tasks), "each row is answered once"
    done = sum(answer.is_good for answer in answers)
    batch.rows_done += done
    batch.rows_refused += len(answers) - done
    batch.began_at, batch.moved_at = batch.began_at or at, at
    batch.save(update_fields=["rows_done", "rows_refused", "began_at", "moved_at"])


def _standing(answer: Answer) -> str:
    if answer.is_good:
        return Standing.DONE.value
    return (Standing.FAILED if answer.code == FAILED else Standing.REFUSED).value


def _end(kind: BatchKind, batch: Batch, by: Actor, at: datetime) -> None:
    batch.state, batch.ended_at = Batch.State.DONE, at
    batch.save(update_fields=["state", "ended_at"])
    record(
        "batch.carried_out",
        batch_subject(batch),
        by=Actor.job("carry_out_batch", organization_id=batch.organization_id),
        at=at,
        book_id=batch.book_id,
        organization_id=batch.organization_id,
        new={"kind": batch.kind, "rows": batch.rows_done, "refused": batch.rows_refused},
    )
    tell_of_end(kind, batch=batch, by=by, at=at)


def _actor_of(told: dict[str, Any]) -> Actor:
    """Whoever confirmed it, as they were then: it is done in their name."""
    ids = {name: UUID(told[name]) if told[name] else None for name in ("organization_id", "on_behalf_of_id")}
    return Actor(**{**told, **ids})
