"""What the machinery itself keeps: work asked for, files, the sandbox's clock, and what the tick and the jobs did."""

from datetime import UTC, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kanal.kit.db.rows import BookRow, LocalRow
from kanal.kit.ids import public_id

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Outbox(BookRow):
    """Work asked for by name in the transaction that made it necessary; the drainer turns it into a job.

    What cannot be turned into one stays here with the reason, for the desk to see and release: nothing is lost.
    """

    class Parked(models.TextChoices):
        NOT_PARKED = "", ""
        UNKNOWN_NAME = "UNKNOWN_NAME", _("No work of this name is known")
        REFUSED_BY_QUEUE = "REFUSED_BY_QUEUE", _("The queue did not take it")

    name = models.TextField()
    facts = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    parked = models.TextField(choices=Parked.choices, default=Parked.NOT_PARKED, blank=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="outbox_row_has_a_name", condition=~Q(name=""))]

    @property
    def public_id(self) -> str:
        return public_id("wrk", self.id, self.book_id)

    @property
    def really_asked_at(self) -> datetime:
        """By the real clock, which the id carries: how long work waits does not depend on the sandbox's clock."""
        return _EPOCH + timedelta(milliseconds=self.id.int >> 80)


class StoredFile(LocalRow):
    """One handing-in of a file; the bytes lie under their digest (`kit.files`), once however often they came."""

    append_only = True

    digest = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_file_lies_under_its_digest", condition=Q(digest__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="a_file_holds_something", condition=Q(size__gt=0)),
            models.CheckConstraint(name="a_file_has_a_name_and_a_kind", condition=~Q(name="") & ~Q(kind="")),
        ]
        indexes = [models.Index(fields=["digest"], name="files_by_digest")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("fil", self.id)


class ClockShift(LocalRow):
    """One move of the sandbox clock: forward only, never undone."""

    append_only = True

    seconds = models.BigIntegerField()
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    moved_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="clock_moves_forward_only", condition=Q(seconds__gt=0)),
            models.CheckConstraint(name="a_move_ends_after_it_began", condition=Q(to_at__gt=F("from_at"))),
        ]


class TickRun(LocalRow):
    """One round of carrying out what was due: how far it had to come, and how far it came."""

    class Cause(models.TextChoices):
        MINUTE = "MINUTE", _("A minute passed")
        CLOCK_MOVED = "CLOCK_MOVED", _("The clock was moved")

    cause = models.TextField(choices=Cause.choices)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    reached_at = models.DateTimeField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cut_off = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_run_stays_between_its_ends",
                condition=Q(reached_at__gte=F("from_at")) & Q(reached_at__lte=F("until_at")),
            ),
        ]
        indexes = [
            models.Index(fields=["-began_at"], name="tick_runs_in_order"),
            models.Index(fields=["id"], name="tick_runs_not_ended", condition=Q(ended_at=None)),
        ]

    @property
    def is_running(self) -> bool:
        return self.ended_at is None

    @property
    def share(self) -> int:
        """Per cent of the time to be gone through that lies behind."""
        whole = (self.until_at - self.from_at) // timedelta(microseconds=1)
        gone = (self.reached_at - self.from_at) // timedelta(microseconds=1)
        return 100 if not self.is_running or not whole else gone * 100 // whole


class TickStep(LocalRow):
    """One thing that was due, at its own moment: done, or what kept it from being done; without an end, cut off."""

    run = models.ForeignKey(TickRun, on_delete=models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    source = models.TextField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="steps_of_a_run_are_counted", fields=["run", "n"])]


class DailyMark(LocalRow):
    """That a daily round was made for a day of the business: it is made once."""

    source = models.TextField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_daily_round_is_made_once", fields=["source", "day"])]


class JobTrouble(LocalRow):
    """Why an attempt at a job failed; the queue itself keeps only that it did."""

    job_id = models.BigIntegerField()
    name = models.TextField()
    attempt = models.PositiveIntegerField()
    trouble = models.TextField()
    noted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["job_id", "-id"], name="troubles_of_a_job")]
