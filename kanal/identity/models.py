"""People, organizations, and who may act for which.

ID-5  An organization is ENTERPRISE or PERSONAL and starts PREPAID.
ID-6  Members hold roles.
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kanal.identity.roles import Role
from kanal.kit.db.rows import LocalRow, TableClass


class People(BaseUserManager["Person"]):
    """Only what Django and allauth call by name; acts are verbs of their own."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, LocalRow):
    """Someone who signs in. What one may do comes from memberships, never from here."""

    class Theme(models.TextChoices):
        SYSTEM = "SYSTEM", _("As the system")
        LIGHT = "LIGHT", _("Light")
        DARK = "DARK", _("Dark")

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi")
    theme = models.CharField(max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    time_zone = models.CharField(max_length=64, default="Asia/Ho_Chi_Minh")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = People()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="email_is_kept_in_lower_case", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Book(models.Model):
    """The unit that is never split: a partner with its customers, or a direct customer alone (scale.md)."""

    table_class = TableClass.LOCAL
    append_only = True

    id = models.BigAutoField(primary_key=True)
    opened_at = models.DateTimeField()


class Organization(LocalRow):
    """The provider, a partner or a customer: what is billed, and what a person acts for."""

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
    billing_default = models.CharField(
        max_length=10, choices=BillingDefault.choices, default=BillingDefault.PREPAID
    )
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
    sort_key = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_the_provider_has_no_seller",
                condition=Q(kind="PROVIDER", seller=None) | (~Q(kind="PROVIDER") & Q(seller__isnull=False)),
            ),
            models.CheckConstraint(name="nobody_sells_to_itself", condition=~Q(seller=F("id"))),
            models.UniqueConstraint(name="there_is_one_provider", fields=["kind"], condition=Q(kind="PROVIDER")),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="organization_by_name")]

    def __str__(self) -> str:
        return self.name


class OrganizationBook(LocalRow):
    """A book in which an organization has, or ever had, accounts: it reads all of them for ever."""

    append_only = True

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.RESTRICT, related_name="+")
    since_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_book_is_listed_once", fields=["organization", "book"])]


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
        ]
        indexes = [models.Index(fields=["person"], name="memberships_of_a_person")]


class Invitation(LocalRow):
    """A colleague asked by mail to join; only a digest of the link's secret is kept."""

    class Outcome(models.TextChoices):
        OPEN = "OPEN", _("Open")
        ACCEPTED = "ACCEPTED", _("Accepted")
        DECLINED = "DECLINED", _("Declined")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        EXPIRED = "EXPIRED", _("Expired")

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices))
    own_customers_only = models.BooleanField(default=False)
    secret_digest = models.BinaryField(unique=True)
    invited_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
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
        ]
        indexes = [models.Index(fields=["expires_at"], name="open_invitations_by_end", condition=Q(outcome="OPEN"))]


class ApiKey(LocalRow):
    """A program's way in: shown once, kept as a digest, never more than its maker may."""

    organization = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    name = models.CharField(max_length=100)
    shown_prefix = models.CharField(max_length=16)
    digest = models.BinaryField(unique=True)
    scopes = ArrayField(models.CharField(max_length=60))
    made_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    expiry_told_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.CharField(max_length=45, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], name="living_keys_by_end", condition=Q(ended_at=None)),
        ]


class SignInAttempt(LocalRow):
    """Every try to sign in, good or bad, for its owner to see (ID-3)."""

    append_only = True

    class Outcome(models.TextChoices):
        SIGNED_IN = "SIGNED_IN", _("Signed in")
        WRONG_PASSWORD = "WRONG_PASSWORD", _("Wrong password")
        WRONG_CODE = "WRONG_CODE", _("Wrong code")
        LOCKED = "LOCKED", _("Locked")
        NOT_VERIFIED = "NOT_VERIFIED", _("E-mail not verified")
        UNKNOWN_ADDRESS = "UNKNOWN_ADDRESS", _("Unknown address")

    person = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    email = models.CharField(max_length=254)
    tried_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    method = models.CharField(max_length=20)
    address = models.CharField(max_length=45)
    device = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["person", "-tried_at"], name="sign_ins_of_a_person")]
