"""What reports read: the movements of an account as its owner is told of them.

CRED-5 The same transfer stands in both histories, as out for one and in for the other.
DISC-5 A sale is one movement: its parts would tell the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from django.db import models
from django.utils.translation import pgettext_lazy

from kanal.kit.db.rows import TableClass

Beside = Callable[[Sequence[Any]], None]


class Action(models.TextChoices):
    """Why an account moved; which side it was stands in the sign."""

    FUNDED = "FUNDED", pgettext_lazy("credit", "Funded")
    ADVANCED = "ADVANCED", pgettext_lazy("credit", "Advanced")
    RECEIVED = "RECEIVED", pgettext_lazy("credit", "Received")
    COLLECTED = "COLLECTED", pgettext_lazy("credit", "Bill collected")
    EARNED = "EARNED", pgettext_lazy("credit", "Margin paid in")
    REFUNDED = "REFUNDED", pgettext_lazy("credit", "Refunded")
    GIVEN = "GIVEN", pgettext_lazy("credit", "Transferred")
    SPENT = "SPENT", pgettext_lazy("credit", "Used")
    BILL_PAID = "BILL_PAID", pgettext_lazy("credit", "Bill paid")
    TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("credit", "Funding corrected")
    REPAID = "REPAID", pgettext_lazy("credit", "Advance repaid")
    TAX_SET_APART = "TAX_SET_APART", pgettext_lazy("credit", "Tax set apart")
    GRANTED = "GRANTED", pgettext_lazy("credit", "Granted")
    REDUCED = "REDUCED", pgettext_lazy("credit", "Reduced")
    LAPSED = "LAPSED", pgettext_lazy("credit", "Lapsed")
    ALLOCATED = "ALLOCATED", pgettext_lazy("credit", "Allocated")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("credit", "Withdrawn")
    USED = "USED", pgettext_lazy("credit", "Used on the line")
    FREED = "FREED", pgettext_lazy("credit", "Given back to the line")


class Movements(models.QuerySet["Movement"]):
    """`beside` is called with the rows of each page: for names, in one query for all of them."""

    _beside: Beside | None = None

    def beside(self, load: Beside) -> Movements:
        clone = self.all()
        clone._beside = load  # noqa: SLF001 - its own class
        return clone

    def _clone(self) -> Movements:
        clone = cast("Movements", super()._clone())  # type: ignore[misc]
        clone._beside = self._beside  # noqa: SLF001 - its own class
        return clone

    def _fetch_all(self) -> None:
        is_fresh = self._result_cache is None
        super()._fetch_all()
        if is_fresh and self._beside and self._result_cache and isinstance(self._result_cache[0], Movement):
            self._beside(self._result_cache)


class Movement(models.Model):
    """A row of the view in sql/movements.sql."""

    table_class: ClassVar = TableClass.BOOK
    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("book_id", "account_id", "sequence")
    book_id = models.BigIntegerField()
    account_id = models.UUIDField()
    sequence = models.BigIntegerField()
    id = models.UUIDField()
    act = models.CharField(max_length=60)
    action = models.CharField(max_length=60, choices=Action.choices)
    is_in = models.BooleanField()
    amount = models.BigIntegerField()
    balance = models.BigIntegerField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    earlier_id = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=40, null=True)  # noqa: DJ001 - absent, like the id it goes with
    subject_id = models.UUIDField(null=True)
    note = models.TextField()
    actor = models.CharField(max_length=120)
    owner_id = models.UUIDField()
    other_id = models.UUIDField()
    other_kind = models.CharField(max_length=16)
    other_owner_id = models.UUIDField()

    objects = Movements.as_manager()

    class Meta:
        managed = False
        db_table = "reports_movement"

    def __str__(self) -> str:
        return f"{self.account_id} line {self.sequence}"

    @property
    def is_correction(self) -> bool:
        """It names the transfer that it undoes."""
        return self.earlier_id is not None

    @property
    def counts_earlier(self) -> bool:
        """ALL-4 Recorded after the moment it takes effect: the balance beside it is that of the recorded order."""
        return self.effective_at < self.recorded_at
