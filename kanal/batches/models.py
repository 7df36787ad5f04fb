"""Many rows that somebody brings in a file or chooses in a list, and what became of each.

CRED-9 Many top-ups at once are checked whole first, shown with totals and problems, carried out with progress, each
       row once even if interrupted and resumed.
LINK-1 Several customers are added at once; each row succeeds or fails by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy

from kanal.kit.db.rows import BookForeignKey, BookRow, related
from kanal.kit.ids import public_id

CHECK_HOLDS = timedelta(days=1)  # what was checked longer ago is looked at anew


class Batch(BookRow):
    """One file, or one selection. Its counts are those of its committed rows, at every moment.

    Organizations, people and files stand in tables of another class, so only their ids and names are kept (R4).
    """

    class State(models.TextChoices):
        CHECKED = "CHECKED", pgettext_lazy("many rows", "Awaiting confirmation")
        RUNNING = "RUNNING", pgettext_lazy("many rows", "Being carried out")
        DONE = "DONE", pgettext_lazy("many rows", "Carried out")
        STOPPED = "STOPPED", pgettext_lazy("many rows", "Stopped")

    kind = models.CharField(max_length=40)
    organization_id = models.UUIDField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.CHECKED)
    name = models.CharField(max_length=200)
    file_id = models.UUIDField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    unused = models.JSONField(default=list)
    sums = models.JSONField(default=dict)
    obstacle = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField()
    rows_to_do = models.PositiveIntegerField()
    rows_done = models.PositiveIntegerField(default=0)
    rows_refused = models.PositiveIntegerField(default=0)
    checked_by = models.JSONField()
    checked_at = models.DateTimeField()
    confirmed_by = models.JSONField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_batch_is_in_a_known_state", condition=Q(state__in=["CHECKED", "RUNNING", "DONE", "STOPPED"])
            ),
            models.CheckConstraint(
                name="no_more_rows_are_carried_out_than_there_are",
                condition=Q(rows_total__gte=F("rows_to_do")) & Q(rows_to_do__gte=F("rows_done") + F("rows_refused")),
            ),
            models.CheckConstraint(
                name="a_batch_is_done_when_all_its_rows_are",
                condition=~Q(state="DONE") | Q(rows_to_do=F("rows_done") + F("rows_refused")),
            ),
            models.CheckConstraint(
                name="a_batch_is_confirmed_by_somebody_before_it_runs",
                condition=~Q(state__in=["RUNNING", "DONE"]) | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="only_an_ended_batch_has_an_end",
                condition=Q(state__in=["CHECKED", "RUNNING"], ended_at=None)
                | Q(state__in=["DONE", "STOPPED"], ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["book_id", "organization_id", "kind", "-checked_at", "-id"], name="batches_in_order"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("bat", self.id, self.book_id)

    @property
    def rows_with_problems(self) -> int:
        return self.rows_total - self.rows_to_do

    @property
    def rows_behind(self) -> int:
        """Those that were carried out, whatever the answer."""
        return self.rows_done + self.rows_refused

    @property
    def is_open(self) -> bool:
        return self.state in {Batch.State.CHECKED, Batch.State.RUNNING}

    def is_out_of_date(self, at: datetime) -> bool:
        return self.state == Batch.State.CHECKED and at - self.checked_at > CHECK_HOLDS

    def left(self, at: datetime) -> timedelta | None:
        """How long the rest takes at the pace so far; None while nobody can know."""
        if self.began_at is None or not self.rows_behind:
            return None
        return (at - self.began_at) * (self.rows_to_do - self.rows_behind) / self.rows_behind


class BatchRow(BookRow):
    """One row: what stood there, what was understood, and what became of it, said in both languages."""

    class Standing(models.TextChoices):
        READY = "READY", pgettext_lazy("one row", "Ready")
        PROBLEM = "PROBLEM", pgettext_lazy("one row", "Has a problem")
        DONE = "DONE", pgettext_lazy("one row", "Done")
        REFUSED = "REFUSED", pgettext_lazy("one row", "Not done")
        FAILED = "FAILED", pgettext_lazy("one row", "Failed")
        LEFT = "LEFT", pgettext_lazy("one row", "Left out")

    batch_id = models.UUIDField()
    batch = related(Batch, "batch_id")
    line = models.PositiveIntegerField()
    cells = models.JSONField()
    facts = models.JSONField(default=dict)
    standing = models.CharField(max_length=7, choices=Standing.choices, default=Standing.READY)
    code = models.CharField(max_length=80, blank=True)
    said = models.JSONField(default=dict)

    class Meta:
        constraints = [
            BookForeignKey(name="a_row_belongs_to_a_batch", field="batch_id", to="batches_batch", cascade=True),
            models.UniqueConstraint(name="each_line_of_a_batch_is_one_row", fields=["book_id", "batch_id", "line"]),
            models.CheckConstraint(
                name="a_row_stands_somewhere_known",
                condition=Q(standing__in=["READY", "PROBLEM", "DONE", "REFUSED", "FAILED", "LEFT"]),
            ),
            models.CheckConstraint(
                name="whatever_became_of_a_row_is_said", condition=Q(standing="READY", code="") | ~Q(code="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["book_id", "batch_id", "line"], name="rows_to_carry_out", condition=Q(standing="READY")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.line}"

    @property
    def answer(self) -> str:
        """In the language of whoever reads it now."""
        return in_language(self.said)


def in_language(said: dict[str, Any]) -> str:
    return str(said.get(reading_language(), ""))


def reading_language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
