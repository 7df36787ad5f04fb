"""People, organizations, and who may act for which.

ID-5  An organization is ENTERPRISE or PERSONAL and starts PREPAID.
ID-6  Members hold roles; sales can be limited to their own customers.
ID-7  Language and theme are kept per person.
"""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from kanal.identity.roles import LIMITABLE, Role
from kanal.kit.db.rows import LocalRow, TableClass
from kanal.kit.ids import public_id

DIGEST_BYTES = 32
KEY_ENDS_SOON = timedelta(days=7)


def is_a_digest(column: str) -> Exact:
    """SHA-256, and therefore never the secret itself."""
    return Exact(Func(F(column), function="octet_length", output_field=IntegerField()), DIGEST_BYTES)


class People(BaseUserManager["Person"]):
    """Only what Django and allauth call by name; acts are verbs of their own."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, LocalRow):
    """Someone who signs in. What one may do comes from memberships, never from here."""

    class Language(models.TextChoices):
        VIETNAMESE = "vi", "Tiếng Việt"
        ENGLISH = "en", "English"

    class Theme(models.TextChoices):
        SYSTEM = "SYSTEM", _("As the system")
        LIGHT = "LIGHT", _("Light")
        DARK = "DARK", _("Dark")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.VIETNAMESE)
    theme = models.CharField(max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    time_zone = models.CharField(max_length=64, default="Asia/Ho_Chi_Minh")
    is_active = models.BooleanField(default=True)
    search_key = models.TextField(default="")
    sort_key = models.TextField(default="", db_collation="C")
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = People()

    class Meta:
        constraints = [
            models.CheckConstraint(name="email_is_kept_in_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="a_person_reads_a_language_we_speak", condition=Q(language__in=["vi", "en"])),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def public_id(self) -> str:
        return public_id("per", self.id)


class Book(models.Model):
    """The unit that is never split: a partner with its customers, or a direct customer alone (scale.md)."""

    table_class = TableClass.LOCAL
    append_only = True

    id = models.BigAutoField(primary_key=True)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Organization(LocalRow):
    """The provider, a partner or a customer: what is billed, and what a person acts for.

    `seller` is whose customer it is: the provider's own (direct), or a partner's.
    """

    class Kind(models.TextChoices):
        PROVIDER = "PROVIDER", _("Provider")
        PARTNER = "PARTNER", _("Partner")
        CUSTOMER = "CUSTOMER", _("Customer")

    class LegalForm(models.TextChoices):
        ENTERPRISE = "ENTERPRISE", _("Enterprise")
        PERSONAL = "PERSONAL", _("Personal")

    class BillingDefault(models.TextChoices):
        PREPAID = "PREPAID", _("Prepaid")
        POSTPAID = "POSTPAID", _("Postpaid")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.CUSTOMER)
    legal_form = models.CharField(max_length=10, choices=LegalForm.choices)
    billing_default = models.CharField(max_length=10, choices=BillingDefault.choices, default=BillingDefault.PREPAID)
    name = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    province = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, default="VN")
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    seller = models.ForeignKey("self", null=True, on_delete=models.RESTRICT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.RESTRICT, related_name="+")
    search_key = models.TextField()
    sort_key = models.TextField(db_collation="C")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_the_provider_has_no_seller",
                condition=Q(kind="PROVIDER", seller=None) | (~Q(kind="PROVIDER") & Q(seller__isnull=False)),
            ),
            models.CheckConstraint(name="nobody_sells_to_itself", condition=~Q(seller=F("id"))),
            models.UniqueConstraint(name="there_is_one_provider", fields=["kind"], condition=Q(kind="PROVIDER")),
            models.CheckConstraint(
                name="an_organization_is_of_a_known_kind", condition=Q(kind__in=["PROVIDER", "PARTNER", "CUSTOMER"])
            ),
            models.CheckConstraint(
                name="an_organization_is_enterprise_or_personal",
                condition=Q(legal_form__in=["ENTERPRISE", "PERSONAL"]),
            ),
            models.CheckConstraint(
                name="a_billing_default_is_prepaid_or_postpaid",
                condition=Q(billing_default__in=["PREPAID", "POSTPAID"]),
            ),
            models.CheckConstraint(
                name="a_partner_is_an_enterprise", condition=~Q(kind="PARTNER") | Q(legal_form="ENTERPRISE")
            ),
            models.CheckConstraint(
                name="an_enterprise_has_a_tax_code", condition=~Q(legal_form="ENTERPRISE") | ~Q(tax_code="")
            ),
            models.CheckConstraint(name="an_organization_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="a_country_is_two_capitals", condition=Q(country__regex="^[A-Z]{2}$")),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="organization_by_name"),
            models.Index(fields=["kind", "sort_key", "id"], name="organization_by_kind"),
            models.Index(fields=["-created_at", "-id"], name="organization_by_age"),
            GinIndex(SearchVector("search_key", config="simple"), name="organization_by_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("org", self.id)

    @property
    def is_the_provider(self) -> bool:
        return self.kind == Organization.Kind.PROVIDER

    @property
    def may_sell(self) -> bool:
        return self.kind in {Organization.Kind.PROVIDER, Organization.Kind.PARTNER}


class OrganizationBook(LocalRow):
    """A book in which an organization has, or ever had, accounts: it reads all of them for ever."""

    append_only = True

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.RESTRICT, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_book_is_listed_once", fields=["organization", "book"])]

    def __str__(self) -> str:
        return f"{self.organization_id} in {self.book_id}"


def only_known_roles() -> Q:
    return Q(roles__contained_by=list(Role.values))


def a_limit_is_for_sales() -> Q:
    """A wider role would make the limit a word without effect."""
    return Q(own_customers_only=False) | Q(roles__contained_by=sorted(role.value for role in LIMITABLE))


class Membership(LocalRow):
    """One person acting for one organization, in one or several roles."""

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    own_customers_only = models.BooleanField(default=False)
    since_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_membership_at_a_time",
                fields=["organization", "person"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(name="a_member_holds_a_role", condition=Q(roles__len__gt=0)),
            models.CheckConstraint(name="a_member_holds_known_roles", condition=only_known_roles()),
            models.CheckConstraint(name="only_sales_are_limited", condition=a_limit_is_for_sales()),
            models.CheckConstraint(
                name="a_membership_ends_after_it_began", condition=Q(ended_at=None) | Q(ended_at__gte=F("since_at"))
            ),
        ]
        indexes = [models.Index(fields=["person"], name="memberships_of_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.organization_id}"

    @property
    def public_id(self) -> str:
        return public_id("mem", self.id)

    @property
    def role_names(self) -> list[str]:
        """In the reader's language, in the order of the table of roles."""
        return [str(role.label) for role in Role if role.value in self.roles]


class Invitation(LocalRow):
    """A colleague asked by mail to join; only a digest of the newest link's secret is kept."""

    class Outcome(models.TextChoices):
        OPEN = "OPEN", _("Waiting for an answer")
        ACCEPTED = "ACCEPTED", _("Accepted")
        DECLINED = "DECLINED", _("Declined")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        EXPIRED = "EXPIRED", _("Expired")

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    own_customers_only = models.BooleanField(default=False)
    secret_digest = models.BinaryField(unique=True)
    times_sent = models.PositiveSmallIntegerField(default=1)
    invited_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation_per_address",
                fields=["organization", "email"],
                condition=Q(outcome="OPEN"),
            ),
            models.CheckConstraint(
                name="an_ended_invitation_says_when",
                condition=Q(outcome="OPEN", ended_at=None) | (~Q(outcome="OPEN") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="an_invitation_offers_a_role", condition=Q(roles__len__gt=0)),
            models.CheckConstraint(name="an_invitation_offers_known_roles", condition=only_known_roles()),
            models.CheckConstraint(name="only_sales_are_invited_limited", condition=a_limit_is_for_sales()),
            models.CheckConstraint(name="invited_address_in_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="an_invitation_keeps_a_digest", condition=is_a_digest("secret_digest")),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="open_invitations_by_end", condition=Q(outcome="OPEN")),
            models.Index(
                fields=["expires_at"],
                name="invitations_to_be_reminded_of",
                condition=Q(outcome="OPEN", reminded_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organization_id}"

    @property
    def public_id(self) -> str:
        return public_id("ivt", self.id)

    @property
    def role_names(self) -> list[str]:
        return [str(role.label) for role in Role if role.value in self.roles]

    def standing(self, at: datetime) -> Outcome:
        """An open one that is past its end counts as expired before the tick says so."""
        is_late = self.outcome == Invitation.Outcome.OPEN and at >= self.expires_at
        return Invitation.Outcome.EXPIRED if is_late else Invitation.Outcome(self.outcome)

    def is_open(self, at: datetime) -> bool:
        """Past its end it is closed, even if the tick has not come by yet."""
        return self.outcome == Invitation.Outcome.OPEN and at < self.expires_at


class ApiKey(LocalRow):
    """A program's way in: shown once, kept as a digest, never more than its maker may."""

    class Standing(models.TextChoices):
        ACTIVE = "ACTIVE", _("In use")
        EXPIRES_SOON = "EXPIRES_SOON", _("Ends soon")
        EXPIRED = "EXPIRED", _("Expired")
        ENDED = "ENDED", _("Ended")

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    name = models.CharField(max_length=100)
    shown_prefix = models.CharField(max_length=16)
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.CharField(max_length=60))
    made_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    expiry_told_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.CharField(max_length=45, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_key_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="a_key_opens_something", condition=Q(scopes__len__gt=0)),
            models.CheckConstraint(name="a_key_expires", condition=Q(expires_at__gt=F("made_at"))),
            models.CheckConstraint(name="a_key_keeps_a_digest", condition=is_a_digest("digest")),
            models.CheckConstraint(
                name="a_key_is_ended_by_someone_at_some_time",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], name="keys_to_be_warned_of", condition=Q(ended_at=None, warned_at=None)
            ),
            models.Index(
                fields=["expires_at"], name="keys_whose_end_is_untold", condition=Q(ended_at=None, expiry_told_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("key", self.id)

    def is_alive(self, at: datetime) -> bool:
        return self.ended_at is None and at < self.expires_at

    def standing(self, at: datetime) -> Standing:
        if self.ended_at is not None:
            return ApiKey.Standing.ENDED
        if at >= self.expires_at:
            return ApiKey.Standing.EXPIRED
        return ApiKey.Standing.EXPIRES_SOON if self.expires_at - at <= KEY_ENDS_SOON else ApiKey.Standing.ACTIVE


class SignInAttempt(LocalRow):
    """Every try to sign in, good or bad, for its owner to see (ID-3)."""

    append_only = True

    class Outcome(models.TextChoices):
        SIGNED_IN = "SIGNED_IN", _("Signed in")
        WRONG_PASSWORD = "WRONG_PASSWORD", _("Wrong password")
        WRONG_CODE = "WRONG_CODE", _("Wrong code")
        CODE_ASKED = "CODE_ASKED", _("Password right, second step asked for")
        LOCKED = "LOCKED", _("Locked")
        NOT_VERIFIED = "NOT_VERIFIED", _("E-mail not verified")
        CLOSED = "CLOSED", _("Account closed")
        UNKNOWN_ADDRESS = "UNKNOWN_ADDRESS", _("Unknown address")

    person = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    email = models.CharField(max_length=254)
    tried_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    method = models.CharField(max_length=20)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["person", "-tried_at", "-id"], name="sign_ins_of_a_person")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.tried_at:%F %T}"
