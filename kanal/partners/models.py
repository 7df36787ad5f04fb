"""The partner programme: who asked to be a partner, who is one, under which contracts, with which organizations.

PROG-2  NOT_PARTNER → PENDING → APPROVED or REJECTED (with a reason; it may apply again).
PROG-4  Each partner has an account manager at the desk.
PROG-5  A partner has further organizations of its own.
CONTR-1 A contract is a frame or a deal appendix; a change is a new version.
CONTR-2 60, 30 and 7 days before a contract ends there is a warning.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kanal.identity.models import Organization, Person
from kanal.kit.db.rows import LocalRow
from kanal.kit.ids import public_id
from kanal.kit.models import StoredFile
from kanal.kit.period import Period, start_of_day

DEFAULT_PAYMENT_TERMS_DAYS = 15  # INV-11
LONGEST_PAYMENT_TERMS_DAYS = 365
WARNED_DAYS_BEFORE = (60, 30, 7)


class PartnerApplication(LocalRow):
    """One asking to be a partner; asked again, it is another row."""

    class State(models.TextChoices):
        PENDING = "PENDING", pgettext_lazy("partner application", "Awaiting approval")
        APPROVED = "APPROVED", pgettext_lazy("partner application", "Approved")
        REJECTED = "REJECTED", pgettext_lazy("partner application", "Rejected")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("partner application", "Withdrawn")

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    terms_edition = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    overdue_told_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_application_waits_at_a_time", fields=["organization"], condition=Q(state="PENDING")
            ),
            models.UniqueConstraint(
                name="an_organization_is_approved_once", fields=["organization"], condition=Q(state="APPROVED")
            ),
            models.CheckConstraint(
                name="an_application_is_in_a_known_state",
                condition=Q(state__in=["PENDING", "APPROVED", "REJECTED", "WITHDRAWN"]),
            ),
            models.CheckConstraint(
                name="a_decided_application_says_who_and_when",
                condition=Q(state="PENDING", decided_by=None, decided_at=None)
                | (~Q(state="PENDING") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="a_rejected_application_says_why", condition=~Q(state="REJECTED") | ~Q(why="")),
            models.CheckConstraint(name="an_application_accepts_an_edition", condition=~Q(terms_edition="")),
            models.CheckConstraint(
                name="an_application_is_due_after_it_was_made", condition=Q(due_at__gt=F("asked_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="applications_waiting", condition=Q(state="PENDING")),
            models.Index(
                fields=["due_at"],
                name="applications_to_be_told_of",
                condition=Q(state="PENDING", overdue_told_at=None),
            ),
            models.Index(fields=["-asked_at", "-id"], name="applications_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id}: {self.state}"

    @property
    def public_id(self) -> str:
        return public_id("pap", self.id)

    @property
    def is_open(self) -> bool:
        return self.state == PartnerApplication.State.PENDING

    def is_overdue(self, at: datetime) -> bool:
        """The three working days are over, whether or not the desk has been told of it yet."""
        return self.is_open and at >= self.due_at


class Partner(LocalRow):
    """An approved partner and who looks after it; what it is called and who works there stands in identity."""

    organization = models.OneToOneField(Organization, on_delete=models.RESTRICT, related_name="+")
    approved_at = models.DateTimeField()
    account_manager = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    managed_since_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_account_manager_has_a_beginning",
                condition=Q(account_manager=None, managed_since_at=None)
                | Q(account_manager__isnull=False, managed_since_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["account_manager"], name="partners_of_a_manager"),
            models.Index(fields=["-approved_at", "-id"], name="partners_in_order"),
        ]

    def __str__(self) -> str:
        return str(self.organization_id)

    @property
    def public_id(self) -> str:
        return public_id("prt", self.id)


class OwnOrganization(LocalRow):
    """PROG-5 A further organization that a partner says is its own; when the desk has confirmed it, it is."""

    class State(models.TextChoices):
        PENDING = "PENDING", pgettext_lazy("own organization", "Awaiting confirmation")
        CONFIRMED = "CONFIRMED", pgettext_lazy("own organization", "Confirmed")
        REJECTED = "REJECTED", pgettext_lazy("own organization", "Rejected")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("own organization", "Withdrawn")

    partner = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    asked_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_organization_is_owned_once",
                fields=["organization"],
                condition=Q(state__in=["PENDING", "CONFIRMED"]),
            ),
            models.CheckConstraint(name="nobody_owns_itself", condition=~Q(partner=F("organization"))),
            models.CheckConstraint(
                name="an_owning_is_in_a_known_state",
                condition=Q(state__in=["PENDING", "CONFIRMED", "REJECTED", "WITHDRAWN"]),
            ),
            models.CheckConstraint(
                name="a_decided_owning_says_who_and_when",
                condition=Q(state="PENDING", decided_by=None, decided_at=None)
                | (~Q(state="PENDING") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(name="a_rejected_owning_says_why", condition=~Q(state="REJECTED") | ~Q(why="")),
        ]
        indexes = [
            models.Index(fields=["partner", "-asked_at", "-id"], name="organizations_of_a_partner"),
            models.Index(fields=["-asked_at", "-id"], name="ownings_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.organization_id} of {self.partner_id}"

    @property
    def public_id(self) -> str:
        return public_id("own", self.id)

    @property
    def is_open(self) -> bool:
        return self.state == OwnOrganization.State.PENDING


class Contract(LocalRow):
    """CONTR-1 One version of one contract. All versions share the `line` of the first, whose own id it is."""

    append_only = True

    class Kind(models.TextChoices):
        FRAME = "FRAME", _("Frame contract")
        DEAL_APPENDIX = "DEAL_APPENDIX", _("Deal appendix")

    class OverduePolicy(models.TextChoices):
        """What becomes of a partner with overdue invoices."""

        NONE = "NONE", _("Reminders only")
        RESTRICT = "RESTRICT", _("No new purchases")
        SUSPEND = "SUSPEND", _("Services suspended")

    partner = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    line = models.UUIDField()
    version = models.PositiveSmallIntegerField()
    replaces = models.OneToOneField("self", null=True, on_delete=models.RESTRICT, related_name="+")
    kind = models.CharField(max_length=13, choices=Kind.choices)
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    from_on = models.DateField()
    to_on = models.DateField()
    payment_terms_days = models.PositiveSmallIntegerField(default=DEFAULT_PAYMENT_TERMS_DAYS)
    is_capped = models.BooleanField(default=True)
    overdue_policy = models.CharField(max_length=8, choices=OverduePolicy.choices, default=OverduePolicy.RESTRICT)
    internal_note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    recorded_at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="versions_of_a_contract_are_counted", fields=["line", "version"]),
            models.CheckConstraint(
                name="a_first_version_replaces_nothing",
                condition=Q(version=1, replaces=None, line=F("id"))
                | (Q(version__gt=1, replaces__isnull=False) & ~Q(line=F("id"))),
            ),
            models.CheckConstraint(name="a_changed_contract_says_why", condition=Q(version=1) | ~Q(why="")),
            models.CheckConstraint(name="a_contract_has_a_number", condition=~Q(number="")),
            models.CheckConstraint(
                name="a_contract_is_a_frame_or_an_appendix", condition=Q(kind__in=["FRAME", "DEAL_APPENDIX"])
            ),
            models.CheckConstraint(
                name="an_overdue_policy_is_known", condition=Q(overdue_policy__in=["NONE", "RESTRICT", "SUSPEND"])
            ),
            models.CheckConstraint(name="a_contract_ends_after_it_begins", condition=Q(to_on__gte=F("from_on"))),
            models.CheckConstraint(
                name="payment_terms_are_days_of_a_year",
                condition=Q(payment_terms_days__lte=LONGEST_PAYMENT_TERMS_DAYS),
            ),
        ]
        indexes = [models.Index(fields=["partner", "line", "-version"], name="contracts_of_a_partner")]

    def __str__(self) -> str:
        return self.number

    @property
    def public_id(self) -> str:
        """Of this version."""
        return public_id("con", self.id)

    @property
    def ends_at(self) -> datetime:
        """The midnight after its last day."""
        return start_of_day(self.to_on + timedelta(days=1), ZoneInfo(settings.TIME_ZONE))

    @property
    def period(self) -> Period:
        return Period(start_of_day(self.from_on, ZoneInfo(settings.TIME_ZONE)), self.ends_at)


class ContractFile(LocalRow):
    """A paper of one version; what is `internal` the partner never sees."""

    append_only = True

    contract = models.ForeignKey(Contract, on_delete=models.RESTRICT, related_name="+")
    file = models.OneToOneField(StoredFile, on_delete=models.RESTRICT, related_name="+")
    is_internal = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["contract"], name="files_of_a_contract")]

    def __str__(self) -> str:
        return f"{self.file_id} of {self.contract_id}"

    @property
    def public_id(self) -> str:
        return public_id("cfl", self.id)


class ContractWarning(LocalRow):
    """CONTR-2 That a contract ends in so many days: planned when the version is recorded, told at its moment."""

    contract = models.ForeignKey(Contract, on_delete=models.RESTRICT, related_name="+")
    line = models.UUIDField()
    ends_on = models.DateField()
    days_before = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="an_end_is_warned_of_once", fields=["line", "ends_on", "days_before"]),
            models.CheckConstraint(
                name="a_warning_is_not_told_early", condition=Q(told_at=None) | Q(told_at__gte=F("due_at"))
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="warnings_to_be_told", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.days_before} days before {self.ends_on}"
