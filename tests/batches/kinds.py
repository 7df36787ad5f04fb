"""A kind of batch that leaves a trace of each row it carries out, so that a second time would be seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, OperationalError

from kanal.audit.models import AuditRecord
from kanal.audit.record import Subject, record
from kanal.batches.check_batch import check_batch
from kanal.batches.confirm_batch import confirm_batch
from kanal.batches.kinds import Answer, Asking, BatchKind, Checked, Judgement, Task
from kanal.batches.models import Batch
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import SheetColumn
from kanal.kit.sheets.read import SheetRow
from tests.world import World

COLUMNS = [
    SheetColumn(name="who", label="Who", example="An Phát"),
    SheetColumn(name="amount", label="Amount", example="1.000.000", kind="amount"),
]


@dataclass(eq=False)
class NotToday(Refusal):
    code = "not_today"
    who: str

    def __str__(self) -> str:
        return f"{self.who} comes tomorrow."


def check(rows: Sequence[dict[str, str]], asking: Asking) -> Judgement:
    """Amounts that cannot be read are problems, and what is read is added up."""
    judged = [judge(row, asking.language) for row in rows]
    amounts = [each.facts["amount"] for each in judged if not each.problem]
    total = sum((each for each in amounts if isinstance(each, Money)), start=Money(0))
    much = Answer.no("TOO_MUCH", "That is more than there is.") if total > Money(10**12) else None
    return Judgement(judged, sums={"amount": total}, obstacle=much)


def judge(row: dict[str, str], language: str) -> Checked:
    try:
        return Checked({"who": row["who"], "amount": Money.parse(row["amount"], "VND", language)})
    except Refusal as refusal:
        return Checked({"who": row["who"]}, Answer.of(refusal))


def trace(tasks: Sequence[Task], *, organization: Organization, by: Actor, at: datetime) -> Sequence[Answer]:
    """The row's own word says what becomes of it."""
    answers = []
    for task in tasks:
        record("batch.traced", subject_of(task), by=by, at=at, book_id=organization.book_id, new={"line": task.line})
        answers.append(OUTCOMES.get(str(task.facts["who"]), done)(task))
    return answers


def subject_of(task: Task) -> Subject:
    return Subject("traced_row", str(task.id))


def done(task: Task) -> Answer:
    return Answer.yes("TRACED", "Traced")


def refused(task: Task) -> Answer:
    raise NotToday(who=str(task.facts["who"]))


def broken(task: Task) -> Answer:
    raise ZeroDivisionError(task.line)


def wrong_statement(task: Task) -> Answer:
    raise DatabaseError("value too long")


def out_of_reach(task: Task) -> Answer:
    raise OperationalError("server closed the connection unexpectedly")


OUTCOMES: dict[str, Callable[[Task], Answer]] = {
    "Refused": refused,
    "Broken": broken,
    "Wrong": wrong_statement,
    "Away": out_of_reach,
    "No": lambda _task: Answer.no("NO", "No."),
}

TRACED = BatchKind(
    name="traced",
    columns=COLUMNS,
    most=20_000,
    at_once=7,
    permission=Permission.MEMBERS_MANAGE,
    notice="password_changed",
    page=lambda batch: f"/partner/traced/{batch.public_id}/",
    check=check,
    carry_out=trace,
)


def of_size(at_once: int, kind: BatchKind = TRACED) -> BatchKind:
    return replace(kind, at_once=at_once)


def a_batch(
    world: World, rows: Sequence[tuple[str, str]], *, at: datetime, kind: BatchKind = TRACED, **facts: Any
) -> Batch:
    lines = [SheetRow(line, {"who": who, "amount": amount}) for line, (who, amount) in enumerate(rows, start=2)]
    told: dict[str, Any] = {"name": "ten.csv", "language": "vi", "organization": world.sao_mai, **facts}
    return check_batch(kind, rows=lines, by=world.acting(world.lan), at=at, **told)


def a_running_batch(world: World, rows: Sequence[tuple[str, str]], *, at: datetime, kind: BatchKind = TRACED) -> Batch:
    batch = a_batch(world, rows, at=at, kind=kind)
    return confirm_batch(batch=batch, by=world.acting(world.lan), at=at)


def traces(batch: Batch) -> Counter[int]:
    """How often each line was carried out."""
    found = AuditRecord.objects.filter(book_id=batch.book_id, action="batch.traced")
    return Counter(record.new["line"] for record in found)
