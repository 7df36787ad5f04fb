"""What a room says of one kind of batch: how its rows are checked whole, and how some of them are carried out.

    ADD_CUSTOMERS = BatchKind(name="add_customers", columns=[…], check=check_rows, carry_out=add_rows, …)

The kind stands in the room whose verbs it calls; `kanal.jobs.batch_kinds` lists every one, so that the worker knows
them. `check` sees all rows and changes nothing. `carry_out` gets some rows inside one transaction, with their answers,
and answers for each: what it raises undoes all of them, and then they are carried out one by one, so that a refusal,
or a mistake of ours, becomes the answer of the row that caused it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import override

from kanal.batches.models import Batch
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import LANGUAGES, SheetColumn

Text: TypeAlias = "str | Promise"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a row: a code for programs, and its words in every language, as they were when it happened."""

    code: str
    said: dict[str, str]
    is_good: bool = True

    @classmethod
    def yes(cls, code: str, words: Text) -> Answer:
        return cls(code, _in_each_language(words))

    @classmethod
    def no(cls, code: str, words: Text) -> Answer:
        return cls(code, _in_each_language(words), is_good=False)

    @classmethod
    def of(cls, refusal: Refusal) -> Answer:
        return cls(refusal.code.upper(), _in_each_language(refusal), is_good=False)

    def to_json(self) -> dict[str, object]:
        return {"code": self.code, "said": self.said}


def _in_each_language(words: Text | Refusal) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = str(words)
    return said


@dataclass(frozen=True, slots=True)
class Checked:
    """What is understood of a row; with a `problem` it is not carried out. Money, days and moments may be facts."""

    facts: Mapping[str, object]
    problem: Answer | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """`sums` are totals of what would be carried out. An `obstacle` stands in the way of all of it."""

    rows: Sequence[Checked]
    sums: Mapping[str, object] = field(default_factory=dict)
    obstacle: Answer | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One row to be carried out. Its ids never change, so they can be what makes a retry of a verb safe."""

    id: UUID
    batch_id: UUID
    line: int
    facts: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who brings the rows, and in which language they write amounts."""

    organization: Organization
    language: str
    by: Actor
    at: datetime


class CarryOut(Protocol):
    def __call__(
        self, tasks: Sequence[Task], *, organization: Organization, by: Actor, at: datetime
    ) -> Sequence[Answer]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchKind:
    """`at_once` rows share a transaction: as many as take well under a second, since what they lock waits for them.

    `notice` is the kind of message that tells of the end, `page` where it leads, `permission` who may do all this.
    """

    name: str
    columns: Sequence[SheetColumn]
    most: int
    at_once: int
    permission: Permission
    notice: str
    page: Callable[[Batch], str]
    check: Callable[[Sequence[dict[str, str]], Asking], Judgement]
    carry_out: CarryOut
