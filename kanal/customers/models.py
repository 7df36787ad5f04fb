"""A partner's customers: the link between the two, from the invitation to the end, and the asking to end it.

LINK-1 A partner adds customers by e-mail, friendly name (private to the partner, optional) and role.
LINK-4 AWAITING_CUSTOMER → DECLINED | NO_RESPONSE | AWAITING_PROVIDER → CONFIRMED → UNLINKED, | REJECTED.
LINK-5 A confirmed link has its approval date.
LINK-7 Unlinking needs both sides to agree, or the desk with a reason.
"""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kanal.identity.models import Organization, Person, is_a_digest
from kanal.kit.db.rows import LocalRow, TableClass
from kanal.kit.ids import public_id


class CustomerLink(LocalRow):
    """One partner and one address it wants as its customer; asked again after the end, it is another row.

    What the partner may read of it is `state`, its own entries and the moments of its own acts. `answerable_until`,
    `secret_digest` and `asked_to_register` would tell it whether the address has an account (LINK-3).
    """

    class State(models.TextChoices):
        AWAITING_CUSTOMER = "AWAITING_CUSTOMER", pgettext_lazy("customer link", "Awaiting customer")
        DECLINED = "DECLINED", pgettext_lazy("customer link", "Declined")
        NO_RESPONSE = "NO_RESPONSE", pgettext_lazy("customer link", "No response")
        AWAITING_PROVIDER = "AWAITING_PROVIDER", pgettext_lazy("customer link", "Awaiting approval")
        CONFIRMED = "CONFIRMED", pgettext_lazy("customer link", "Confirmed")
        REJECTED = "REJECTED", pgettext_lazy("customer link", "Rejected")
        UNLINKED = "UNLINKED", pgettext_lazy("customer link", "Unlinked")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("customer link", "Withdrawn")

    class Role(models.TextChoices):
        """What the partner is to the customer."""

        PARTNER = "PARTNER", pgettext_lazy("customer link", "Partner")

    partner = models.ForeignKey(Organization, on_delete=models.RESTRICT, related_name="+")
    email = models.EmailField()
    customer = models.ForeignKey(Organization, null=True, on_delete=models.RESTRICT, related_name="+")
    friendly_name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.PARTNER)
    assigned_to = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    state = models.CharField(max_length=17, choices=State.choices, default=State.AWAITING_CUSTOMER)
    added_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    added_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    secret_digest = models.BinaryField(unique=True)
    answerable_until = models.DateTimeField()
    asked_to_register = models.BooleanField(default=False)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    confirmed_at = models.DateTimeField(null=True)
    unlinked_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)  # when the same address was added again
    search_key = models.TextField()
    sort_key = models.TextField(db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="an_address_stands_in_a_list_once", fields=["partner", "email"], condition=Q(replaced_at=None)
            ),
            models.UniqueConstraint(
                name="a_customer_has_one_partner_at_a_time",
                fields=["customer"],
                condition=Q(state__in=["AWAITING_PROVIDER", "CONFIRMED"]),
            ),
            models.CheckConstraint(
                name="a_link_is_in_a_known_state",
                condition=Q(
                    state__in=[
                        "AWAITING_CUSTOMER",
                        "DECLINED",
                        "NO_RESPONSE",
                        "AWAITING_PROVIDER",
                        "CONFIRMED",
                        "REJECTED",
                        "UNLINKED",
                        "WITHDRAWN",
                    ]
                ),
            ),
            models.CheckConstraint(name="a_link_has_a_known_role", condition=Q(role__in=["PARTNER"])),
            models.CheckConstraint(name="a_link_is_to_an_address_in_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(name="a_link_keeps_a_digest", condition=is_a_digest("secret_digest")),
            models.CheckConstraint(
                name="nobody_is_its_own_customer", condition=Q(customer=None) | ~Q(customer=F("partner"))
            ),
            models.CheckConstraint(
                name="a_link_says_whose_it_is_once_that_is_known",
                condition=Q(state__in=["AWAITING_CUSTOMER", "DECLINED", "NO_RESPONSE"], customer=None)
                | Q(state__in=["AWAITING_PROVIDER", "CONFIRMED", "REJECTED", "UNLINKED"], customer__isnull=False)
                | Q(state="WITHDRAWN"),
            ),
            models.CheckConstraint(
                name="an_answered_link_says_when",
                condition=~Q(state__in=["DECLINED", "AWAITING_PROVIDER", "REJECTED"]) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_confirmed_link_says_since_when",
                condition=Q(state__in=["CONFIRMED", "UNLINKED"], confirmed_at__isnull=False)
                | (~Q(state__in=["CONFIRMED", "UNLINKED"]) & Q(confirmed_at=None)),
            ),
            models.CheckConstraint(
                name="an_unlinked_link_says_when",
                condition=Q(state="UNLINKED", unlinked_at__isnull=False) | (~Q(state="UNLINKED") & Q(unlinked_at=None)),
            ),
            models.CheckConstraint(
                name="a_rejected_link_says_who_and_why",
                condition=~Q(state="REJECTED") | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(why="")),
            ),
            models.CheckConstraint(
                name="an_invitation_ends_after_it_was_sent", condition=Q(expires_at__gt=F("sent_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "sort_key", "id"], name="links_of_a_partner_by_name"),
            models.Index(fields=["partner", "-added_at", "-id"], name="links_of_a_partner_by_age"),
            models.Index(fields=["partner", "-confirmed_at", "-id"], name="links_of_a_partner_by_approval"),
            models.Index(fields=["customer", "-added_at", "-id"], name="links_of_a_customer"),
            models.Index(fields=["email", "-added_at"], name="links_to_an_address"),
            models.Index(fields=["assigned_to"], name="links_of_a_salesperson"),
            models.Index(fields=["-added_at", "-id"], name="links_in_order"),
            models.Index(fields=["expires_at"], name="links_by_their_end", condition=Q(state="AWAITING_CUSTOMER")),
            models.Index(fields=["answered_at", "id"], name="links_waiting", condition=Q(state="AWAITING_PROVIDER")),
            GinIndex(SearchVector("search_key", config="simple"), name="links_by_words"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def public_id(self) -> str:
        return public_id("cus", self.id)

    @property
    def shown_name(self) -> str:
        """How its partner calls it."""
        return self.friendly_name or self.email

    @property
    def is_confirmed(self) -> bool:
        return self.state == CustomerLink.State.CONFIRMED

    def standing(self, at: datetime) -> State:
        """An unanswered one that is past its end counts as such before the tick says so."""
        is_late = self.state == CustomerLink.State.AWAITING_CUSTOMER and at >= self.expires_at
        return CustomerLink.State.NO_RESPONSE if is_late else CustomerLink.State(self.state)

    def is_live(self, at: datetime) -> bool:
        """Its partner need not, and cannot, add the address again."""
        return self.standing(at) in LIVE

    def is_answerable(self, at: datetime) -> bool:
        """Whoever registered late may answer though its partner reads “no response” (LINK-3)."""
        return self.state in UNANSWERED and self.replaced_at is None and at < self.answerable_until


LIVE = frozenset(
    {
        CustomerLink.State.AWAITING_CUSTOMER,
        CustomerLink.State.AWAITING_PROVIDER,
        CustomerLink.State.CONFIRMED,
    }
)
UNANSWERED = frozenset({CustomerLink.State.AWAITING_CUSTOMER, CustomerLink.State.NO_RESPONSE})
TAKEN = frozenset({CustomerLink.State.AWAITING_PROVIDER, CustomerLink.State.CONFIRMED})  # the customer said yes


class Account(models.Model):
    """One line of a partner's accounts, its customers and its own organizations: a row of the view in sql/accounts.sql.

    The id is that of the link, or of the owning.
    """

    table_class: ClassVar = TableClass.LOCAL
    append_only: ClassVar[bool] = True

    class Relation(models.TextChoices):
        CUSTOMER = "CUSTOMER", _("Customers")
        OWN = "OWN", _("Own organizations")

    class Role(models.TextChoices):
        """What the partner is to the account."""

        PARTNER = "PARTNER", _("Partner")
        OWN = "OWN", pgettext_lazy("account", "Own organization")

    id = models.UUIDField(primary_key=True)
    partner = models.ForeignKey(Organization, on_delete=models.DO_NOTHING, related_name="+")
    relation = models.CharField(max_length=8, choices=Relation.choices)
    role = models.CharField(max_length=12, choices=Role.choices)
    state = models.CharField(max_length=17, choices=CustomerLink.State.choices)
    organization = models.ForeignKey(Organization, null=True, on_delete=models.DO_NOTHING, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=200)
    assigned_to = models.ForeignKey(Person, null=True, on_delete=models.DO_NOTHING, related_name="+")
    added_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)
    search_key = models.TextField()
    sort_key = models.TextField(db_collation="C")

    class Meta:
        managed = False
        db_table = "customers_account"

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_own(self) -> bool:
        return self.relation == Account.Relation.OWN

    @property
    def public_id(self) -> str:
        return public_id("own" if self.is_own else "cus", self.id)

    def standing(self, at: datetime) -> CustomerLink.State:
        waits = self.state == CustomerLink.State.AWAITING_CUSTOMER
        is_late = waits and self.expires_at is not None and at >= self.expires_at
        return CustomerLink.State.NO_RESPONSE if is_late else CustomerLink.State(self.state)


class Unlinking(LocalRow):
    """LINK-7 That somebody wants a confirmed link to end, and what became of it."""

    class Side(models.TextChoices):
        PARTNER = "PARTNER", pgettext_lazy("unlinking", "Partner")
        CUSTOMER = "CUSTOMER", pgettext_lazy("unlinking", "Customer")
        DESK = "DESK", pgettext_lazy("unlinking", "Provider")

    class Outcome(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("unlinking", "Waiting for the other side")
        DONE = "DONE", pgettext_lazy("unlinking", "Unlinked")
        REFUSED = "REFUSED", pgettext_lazy("unlinking", "Refused")
        TAKEN_BACK = "TAKEN_BACK", pgettext_lazy("unlinking", "Taken back")

    link = models.ForeignKey(CustomerLink, on_delete=models.RESTRICT, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    asked_by = models.ForeignKey(Person, on_delete=models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField()
    why = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.RESTRICT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_unlinking_is_open_at_a_time", fields=["link"], condition=Q(outcome="OPEN")
            ),
            models.CheckConstraint(
                name="an_unlinking_is_asked_by_a_known_side", condition=Q(side__in=["PARTNER", "CUSTOMER", "DESK"])
            ),
            models.CheckConstraint(
                name="an_unlinking_ends_in_a_known_way",
                condition=Q(outcome__in=["OPEN", "DONE", "REFUSED", "TAKEN_BACK"]),
            ),
            models.CheckConstraint(
                name="an_ended_unlinking_says_who_and_when",
                condition=Q(outcome="OPEN", ended_by=None, ended_at=None)
                | (~Q(outcome="OPEN") & Q(ended_by__isnull=False, ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="the_desk_unlinks_with_a_reason", condition=~Q(side="DESK") | ~Q(why="")),
        ]
        indexes = [models.Index(fields=["link", "-asked_at", "-id"], name="unlinkings_of_a_link")]

    def __str__(self) -> str:
        return f"{self.side} asks to end {self.link_id}"

    @property
    def is_open(self) -> bool:
        return self.outcome == Unlinking.Outcome.OPEN
