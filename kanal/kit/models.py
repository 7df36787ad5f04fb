"""The outbox and the sandbox clock: the only tables the kit has."""

from django.db import models

from kanal.kit.db.rows import BookRow, LocalRow


class Outbox(BookRow):
    """Work asked for by name in the transaction that made it necessary; the drainer turns it into a job."""

    name = models.TextField()
    facts = models.JSONField(default=dict)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="outbox_row_has_a_name", condition=~models.Q(name=""))]


class ClockShift(LocalRow):
    """One move of the sandbox clock: forward only, never undone."""

    append_only = True

    seconds = models.BigIntegerField()
    moved_at = models.DateTimeField()
    moved_by = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="clock_moves_forward_only", condition=models.Q(seconds__gt=0)),
        ]
