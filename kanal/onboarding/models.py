"""What partners asked for, row by row, and what each row was answered.

LINK-1 Each row succeeds or fails by itself; the same e-mail twice in a batch is told; rows per partner and day are
       limited.
LINK-3 To the partner a row answers only: invitation sent, twice in this file, that is you, or cannot be added now.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization, Person
from kanal.kit.db.rows import LocalRow


class InvitedRow(LocalRow):
    """One row of one form or file. Asked again, it answers as the first time and invites nobody twice."""

    append_only = True

    class Answer(models.TextChoices):
        SENT = "SENT", _("Invitation sent")
        TWICE = "TWICE", _("Twice in this file")
        YOU = "YOU", _("That is you")
        CANNOT = "CANNOT", _("Cannot be added now")

    partner = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    batch = models.CharField(max_length=64)
    row = models.PositiveIntegerField()
    email = models.EmailField()
    answer = models.CharField(max_length=6, choices=Answer.choices)
    link = models.ForeignKey(CustomerLink, null=True, on_delete=models.RESTRICT, related_name="+")
    asked_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_row_is_answered_once", fields=["partner", "batch", "row"]),
            models.CheckConstraint(
                name="a_row_has_a_known_answer", condition=Q(answer__in=["SENT", "TWICE", "YOU", "CANNOT"])
            ),
            models.CheckConstraint(
                name="a_row_that_was_sent_has_a_link",
                condition=Q(answer="SENT", link__isnull=False) | (~Q(answer="SENT") & Q(link=None)),
            ),
            models.CheckConstraint(name="a_row_is_of_a_batch", condition=~Q(batch="")),
        ]
        indexes = [
            models.Index(fields=["partner", "asked_at"], name="rows_of_a_day"),
            models.Index(fields=["partner", "batch", "email"], name="rows_of_a_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.answer}"
