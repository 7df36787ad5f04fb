"""What was told to whom: mails with their fate, messages in the portal, and who wants which kind by which way."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kanal.kit.db.rows import LocalRow
from kanal.kit.ids import public_id


class Mail(LocalRow):
    """One mail to one reader for one cause.

    WAITING → HANDING_OVER → SENT. A refusal for now leads back to WAITING, one for good to FAILED. HANDING_OVER is
    committed before the server is given the text, so that a process that dies meanwhile leaves a mail IN_DOUBT (the
    server may have it), which only a person sends again; its Message-ID stays the same, so that servers can tell.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", _("Waiting")
        HANDING_OVER = "HANDING_OVER", _("Being handed over")
        SENT = "SENT", _("Sent")
        FAILED = "FAILED", _("Failed")
        IN_DOUBT = "IN_DOUBT", _("In doubt")

    kind = models.TextField()
    cause = models.TextField()
    to_address = models.EmailField()
    to_name = models.TextField(blank=True)
    person_id = models.UUIDField(null=True)
    organization_id = models.UUIDField(null=True)
    language = models.CharField(max_length=2)
    subject = models.TextField()
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    made_at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    # Real time, since retries do not follow the sandbox's clock: whoever holds the claim has it until then.
    next_try_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    search_key = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_mail_for_one_cause", fields=["cause", "kind", "to_address"]),
            models.CheckConstraint(
                name="a_sent_mail_says_when",
                condition=Q(state="SENT", sent_at__isnull=False) | (~Q(state="SENT") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="an_unsettled_mail_has_a_next_try",
                condition=Q(state__in=["WAITING", "HANDING_OVER"], next_try_at__isnull=False)
                | (~Q(state__in=["WAITING", "HANDING_OVER"]) & Q(next_try_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="mails_to_be_tried",
                condition=Q(state__in=["WAITING", "HANDING_OVER"]),
            ),
            models.Index(fields=["-made_at", "-id"], name="mails_in_order"),
            models.Index(fields=["state", "-made_at", "-id"], name="mails_of_a_state"),
            models.Index(fields=["to_address", "-made_at", "-id"], name="mails_of_an_address"),
            GinIndex(SearchVector("search_key", config="simple"), name="mails_by_words"),
        ]

    @property
    def public_id(self) -> str:
        return public_id("mai", self.id)


class Notice(LocalRow):
    """One message in the portal for one person; its words are made when it is read, in the language of that moment."""

    person_id = models.UUIDField()
    organization_id = models.UUIDField(null=True)
    kind = models.TextField()
    cause = models.TextField()
    facts = models.JSONField(default=dict)
    link = models.TextField(blank=True)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_notice_for_one_cause", fields=["person_id", "kind", "cause"])]
        indexes = [
            models.Index(fields=["person_id", "-told_at", "-id"], name="notices_of_a_person"),
            models.Index(fields=["person_id"], name="unread_notices_of_a_person", condition=Q(read_at=None)),
        ]

    @property
    def public_id(self) -> str:
        return public_id("ntc", self.id)


class NoticeChoice(LocalRow):
    """A person's own word on one kind and one way; where there is none, the kind is told."""

    class Channel(models.TextChoices):
        MAIL = "MAIL", _("E-mail")
        IN_APP = "IN_APP", _("In the portal")

    person_id = models.UUIDField()
    kind = models.TextField()
    channel = models.TextField(choices=Channel.choices)
    wanted = models.BooleanField()
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_choice_for_a_kind_and_a_way", fields=["person_id", "kind", "channel"]),
        ]
