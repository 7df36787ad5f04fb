"""What happened, to what, by whom and from where; written once and never changed.

ALL-2 Every change records who, what, when, from where, and why where a reason is asked; the record is append-only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kanal.kit.db.rows import BookRow
from kanal.kit.ids import public_id
from kanal.kit.plain import Plain


@dataclass(frozen=True, slots=True)
class Subject:
    """What an act was done to: Subject("organization", str(organization.id), organization.name)."""

    kind: str
    id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact before and after; None where there was, or is, none."""

    field: str
    old: Plain
    new: Plain


class AuditRecord(BookRow):
    """One act of the business. Rights keep it from being rewritten, even by the program."""

    append_only = True

    class ActorKind(models.TextChoices):
        PERSON = "PERSON", _("Person")
        API_KEY = "API_KEY", _("API key")
        JOB = "JOB", _("Job")

    action = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.TextField()
    subject_name = models.TextField(blank=True)
    # Whose business it was, which is whose history shows it; acting_for is the hat that the actor wore.
    organization_id = models.UUIDField(null=True)
    acting_for_id = models.UUIDField(null=True)
    actor_kind = models.TextField(choices=ActorKind.choices)
    actor_id = models.TextField()
    actor_name = models.TextField()
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    why = models.TextField(blank=True)
    address = models.TextField(blank=True)
    device = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    search_key = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    organization_name: str = ""  # filled in by whoever shows it: this room knows no organizations

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_action_is_a_noun_and_what_happened_to_it",
                condition=Q(action__regex=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"),
            ),
            models.CheckConstraint(
                name="an_act_has_an_actor_and_a_subject",
                condition=~Q(actor_id="") & ~Q(subject_kind="") & ~Q(subject_id=""),
            ),
        ]
        indexes = [
            models.Index(fields=["book_id", "subject_kind", "subject_id", "-at", "-id"], name="records_of_a_subject"),
            models.Index(fields=["-at", "-id"], name="records_in_order"),
            models.Index(fields=["organization_id", "-at", "-id"], name="records_of_an_organization"),
            models.Index(fields=["action", "-at", "-id"], name="records_of_an_action"),
            models.Index(fields=["actor_id", "-at", "-id"], name="records_of_an_actor"),
            GinIndex(SearchVector("search_key", config="simple"), name="records_by_words"),
        ]

    @property
    def public_id(self) -> str:
        return public_id("aud", self.id, self.book_id)

    @property
    def subject(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id, self.subject_name)

    def changes(self) -> Iterator[Change]:
        """Field by field, what was there before and after, without what stayed the same."""
        for field in dict.fromkeys([*self.old, *self.new]):
            before, after = self.old.get(field), self.new.get(field)
            if before != after:
                yield Change(field, before, after)
