"""What credit keeps beside the ledger: grants, sales as they were paid, and what a customer's line may do.

PAY-1   Each payer's part is stored with what it paid.
PROMO-1 Promotional credit has an end and an account of its own.
SETTLE-5 A sale keeps how it was settled; a refund takes back that, not today's rules.
LINE-4  What happens at and below an available of 0 is the customer's policy.
LINE-11 The partner may stop and allow a customer's new purchases.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from kanal.kit.currency import CURRENCIES
from kanal.kit.db.rows import BookForeignKey, BookRow
from kanal.kit.ids import public_id
from kanal.kit.money import Money
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName


class Grant(BookRow):
    """Promotional or trial money with an end; the ledger has an account for each."""

    class Kind(models.TextChoices):
        PROMO = "PROMO", pgettext_lazy("grant", "Promotional credit")
        POC = "POC", pgettext_lazy("grant", "Trial credit (POC)")

    kind = models.CharField(max_length=5, choices=Kind.choices)
    owner_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    why = models.TextField()
    granted_by = models.CharField(max_length=120)
    granted_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_grant_is_of_a_known_kind", condition=Q(kind__in=["PROMO", "POC"])),
            models.CheckConstraint(name="a_grant_gives_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="a_grant_ends_after_it_begins", condition=Q(ends_at__gt=F("granted_at"))),
            models.CheckConstraint(name="a_grant_says_why", condition=~Q(why="")),
        ]
        indexes = [
            models.Index(fields=["book_id", "owner_id", "ends_at"], name="grants_of_an_owner_by_end"),
            models.Index(fields=["ends_at"], name="grants_by_their_end", condition=Q(lapsed_at=None)),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("grt", self.id, self.book_id)

    @property
    def account(self) -> AccountName:
        return AccountName(self.book_id, Kind(self.kind), self.currency, self.owner_id, self.id.hex)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class CustomerTerms(BookRow):
    """What its partner settled for one customer; without a row, the defaults hold."""

    class OverLine(models.TextChoices):
        KEEP_OPEN = "KEEP_OPEN", pgettext_lazy("over line", "Keep open: services and purchases go on")
        WITHIN_LINE = "WITHIN_LINE", pgettext_lazy("over line", "Within the line: services go on, purchases wait")
        SUSPEND = "SUSPEND", pgettext_lazy("over line", "Suspend below zero, resume above")

    customer_id = models.UUIDField()
    partner_id = models.UUIDField()
    over_line = models.CharField(max_length=11, choices=OverLine.choices, default=OverLine.KEEP_OPEN)
    purchases_stopped_at = models.DateTimeField(null=True)
    purchases_stopped_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_customer_has_one_set_of_terms", fields=["book_id", "customer_id"]),
            models.CheckConstraint(
                name="a_line_has_a_known_policy", condition=Q(over_line__in=["KEEP_OPEN", "WITHIN_LINE", "SUSPEND"])
            ),
            models.CheckConstraint(
                name="stopped_purchases_say_why",
                condition=Q(purchases_stopped_at=None, purchases_stopped_why="")
                | (Q(purchases_stopped_at__isnull=False) & ~Q(purchases_stopped_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} in {self.book_id}"


class Spending(BookRow):
    """One thing that was paid: what it cost, who paid how much, how that was settled, and what it holds until then.

    Everything but `state` and `ended_at` is as it was on the first day.
    """

    class State(models.TextChoices):
        HELD = "HELD", pgettext_lazy("spending", "Held")
        CAPTURED = "CAPTURED", pgettext_lazy("spending", "Paid")
        RELEASED = "RELEASED", pgettext_lazy("spending", "Released")

    customer_id = models.UUIDField()
    partner_id = models.UUIDField(null=True)
    currency = models.CharField(max_length=3)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    minutes = models.BigIntegerField()
    is_poc = models.BooleanField(default=False)
    sale = models.JSONField()
    payment = models.JSONField()
    split = models.JSONField()
    holds = models.JSONField()
    replaces_id = models.UUIDField(null=True)
    gives_back = models.JSONField(null=True)  # what the term that it replaces gives back when this is captured
    state = models.CharField(max_length=8, choices=State.choices, default=State.HELD)
    held_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_spending_is_in_a_known_state", condition=Q(state__in=["HELD", "CAPTURED", "RELEASED"])
            ),
            models.CheckConstraint(
                name="an_ended_spending_says_when",
                condition=Q(state="HELD", ended_at=None) | (~Q(state="HELD") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(name="a_spending_is_for_some_time", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="a_replacement_knows_what_comes_back",
                condition=Q(replaces_id=None, gives_back=None) | Q(replaces_id__isnull=False, gives_back__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["book_id", "subject_id"], name="spendings_of_a_subject"),
            models.Index(fields=["book_id", "customer_id", "-held_at"], name="spendings_of_a_customer"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("spd", self.id, self.book_id)

    @property
    def limit_currency(self) -> str:
        return CURRENCIES[self.currency].limit.code


class SpendingRefund(BookRow):
    """So many minutes of a spending that came back, and to whom: as it was settled then."""

    append_only: ClassVar[bool] = True

    spending_id = models.UUIDField()
    number = models.PositiveIntegerField()
    minutes = models.BigIntegerField()
    lines = models.JSONField()
    split = models.JSONField()
    group_id = models.UUIDField(null=True)
    why = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            BookForeignKey(name="a_refund_is_of_a_spending", field="spending_id", to="credit_spending"),
            models.UniqueConstraint(
                name="refunds_of_a_spending_are_counted", fields=["book_id", "spending_id", "number"]
            ),
            models.CheckConstraint(name="a_refund_gives_minutes_back", condition=Q(minutes__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.spending_id} refund {self.number}"


class Clearing(BookRow):
    """Part of what a line paid that is settled: by the customer with its partner, or by the partner with the provider.

    What is settled is no longer open, so a refund of it frees no limit again. An undoing is a row below zero.
    """

    append_only: ClassVar[bool] = True

    class Side(models.TextChoices):
        CUSTOMER = "CUSTOMER", pgettext_lazy("clearing", "Customer paid its partner")
        COST = "COST", pgettext_lazy("clearing", "Partner paid the provider")

    spending_id = models.UUIDField()
    side = models.CharField(max_length=8, choices=Side.choices)
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=120)
    undoes_id = models.UUIDField(null=True)
    why = models.TextField(blank=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    group_id = models.UUIDField()

    class Meta:
        constraints = [
            BookForeignKey(name="a_clearing_is_of_a_spending", field="spending_id", to="credit_spending"),
            models.UniqueConstraint(name="a_clearing_is_undone_once", fields=["book_id", "undoes_id"]),
            models.CheckConstraint(name="a_clearing_is_on_a_known_side", condition=Q(side__in=["CUSTOMER", "COST"])),
            models.CheckConstraint(
                name="an_undoing_says_why_and_takes_away",
                condition=Q(undoes_id=None, amount__gt=0) | (Q(undoes_id__isnull=False, amount__lt=0) & ~Q(why="")),
            ),
        ]
        indexes = [models.Index(fields=["book_id", "spending_id"], name="clearings_of_a_spending")]

    def __str__(self) -> str:
        return f"{self.spending_id} {self.side} {self.amount}"


class TransferReference(BookRow):
    """CRED-5 What whoever moved money calls it in its own books; nobody else reads it. The id is the transfer's."""

    append_only: ClassVar[bool] = True

    owner_id = models.UUIDField()
    reference = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.reference


class DeskOrder(BookRow):
    """CRED-7 What the desk does with a wallet, or a partner's pool: above an amount it waits for a second person."""

    class Kind(models.TextChoices):
        FUNDING = "FUNDING", pgettext_lazy("desk order", "Funding")
        ADVANCE = "ADVANCE", pgettext_lazy("desk order", "Advance")
        REPAYMENT = "REPAYMENT", pgettext_lazy("desk order", "Repayment of an advance")
        REVERSAL = "REVERSAL", pgettext_lazy("desk order", "Reversal of a funding")
        PROMO = "PROMO", pgettext_lazy("desk order", "Promotional credit")
        POC = "POC", pgettext_lazy("desk order", "Trial credit (POC)")
        POOL = "POOL", pgettext_lazy("desk order", "Pool granted")
        POOL_CUT = "POOL_CUT", pgettext_lazy("desk order", "Pool reduced")

    class State(models.TextChoices):
        WAITING = "WAITING", pgettext_lazy("desk order", "Waits for a second person")
        DONE = "DONE", pgettext_lazy("desk order", "Done")
        REJECTED = "REJECTED", pgettext_lazy("desk order", "Rejected")

    kind = models.CharField(max_length=9, choices=Kind.choices)
    organization_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    bank_reference = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)  # the organization reads it in its history
    why = models.TextField(blank=True)
    receipt_id = models.UUIDField(null=True)
    repays_advance = models.BooleanField(default=True)
    ends_at = models.DateTimeField(null=True)
    reverses_id = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices)
    asked_by = models.CharField(max_length=120)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_name = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    rejected_why = models.TextField(blank=True)
    group_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_desk_order_is_of_a_known_kind",
                condition=Q(
                    kind__in=[
                        "FUNDING",
                        "ADVANCE",
                        "REPAYMENT",
                        "REVERSAL",
                        "PROMO",
                        "POC",
                        "POOL",
                        "POOL_CUT",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="a_desk_order_is_in_a_known_state", condition=Q(state__in=["WAITING", "DONE", "REJECTED"])
            ),
            models.CheckConstraint(name="a_desk_order_moves_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="the_second_person_is_another_one", condition=Q(decided_by="") | ~Q(decided_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="a_done_desk_order_names_its_transfers",
                condition=Q(state="DONE", group_id__isnull=False) | (~Q(state="DONE") & Q(group_id=None)),
            ),
            models.CheckConstraint(
                name="a_rejected_desk_order_says_why",
                condition=~Q(state="REJECTED") | (~Q(rejected_why="") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_reversal_names_its_funding_and_says_why",
                condition=Q(kind="REVERSAL", reverses_id__isnull=False) & ~Q(why="")
                | (~Q(kind="REVERSAL") & Q(reverses_id=None)),
            ),
            models.CheckConstraint(
                name="a_grant_by_the_desk_has_an_end_and_says_why",
                condition=(Q(kind__in=["PROMO", "POC"], ends_at__isnull=False) & ~Q(why=""))
                | (~Q(kind__in=["PROMO", "POC"]) & Q(ends_at=None)),
            ),
            models.UniqueConstraint(
                name="a_funding_is_reversed_once",
                fields=["book_id", "reverses_id"],
                condition=Q(reverses_id__isnull=False) & ~Q(state="REJECTED"),
            ),
        ]
        indexes = [
            models.Index(fields=["book_id", "organization_id", "-asked_at"], name="desk_orders_of_an_organization"),
            models.Index(fields=["-asked_at", "id"], name="desk_orders_in_order"),
            models.Index(fields=["asked_at"], name="desk_orders_that_wait", condition=Q(state="WAITING")),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("dor", self.id, self.book_id)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def waits(self) -> bool:
        return self.state == DeskOrder.State.WAITING


class CreditRequest(BookRow):
    """CRED-12 A customer asks its partner for credit, for an order that waits or without one."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("credit request", "Waits for the partner")
        TOPPED_UP = "TOPPED_UP", pgettext_lazy("credit request", "Topped up")
        DECLINED = "DECLINED", pgettext_lazy("credit request", "Declined by the partner")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("credit request", "Taken back")

    customer_id = models.UUIDField()
    partner_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.TextField(blank=True)
    waiting_kind = models.CharField(max_length=40, blank=True)
    waiting_id = models.UUIDField(null=True)  # the order, or invoice, that waits for it
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    asked_by = models.CharField(max_length=120)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    answered_by_name = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)
    given = models.BigIntegerField(null=True)
    transfer_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_credit_request_is_in_a_known_state",
                condition=Q(state__in=["OPEN", "TOPPED_UP", "DECLINED", "WITHDRAWN"]),
            ),
            models.CheckConstraint(name="a_credit_request_asks_for_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="an_answered_credit_request_says_when",
                condition=Q(state="OPEN", answered_at=None) | (~Q(state="OPEN") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_topped_up_request_names_its_transfer",
                condition=Q(state="TOPPED_UP", transfer_id__isnull=False, given__gt=0)
                | (~Q(state="TOPPED_UP") & Q(transfer_id=None, given=None)),
            ),
            models.CheckConstraint(name="a_declined_request_says_why", condition=~Q(state="DECLINED") | ~Q(why="")),
        ]
        indexes = [
            models.Index(fields=["book_id", "customer_id", "-asked_at"], name="credit_requests_of_a_customer"),
            models.Index(
                fields=["book_id", "partner_id", "asked_at"],
                name="credit_requests_that_wait",
                condition=Q(state="OPEN"),
            ),
            models.Index(fields=["book_id", "partner_id", "-asked_at"], name="credit_requests_of_a_partner"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("crq", self.id, self.book_id)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_open(self) -> bool:
        return self.state == CreditRequest.State.OPEN


class FundingRequest(BookRow):
    """CRED-10 Money that a partner or a direct customer is about to transfer, under a code of its own."""

    class State(models.TextChoices):
        PENDING = "PENDING", pgettext_lazy("funding request", "Waits for the transfer")
        FUNDED = "FUNDED", pgettext_lazy("funding request", "Funded")
        EXPIRED = "EXPIRED", pgettext_lazy("funding request", "Expired")
        CANCELLED = "CANCELLED", pgettext_lazy("funding request", "Cancelled")

    organization_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    code = models.CharField(max_length=25)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    asked_by = models.CharField(max_length=120)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    order_id = models.UUIDField(null=True)  # of the desk, which matched the transfer

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_transfer_code_means_one_request", fields=["book_id", "code"]),
            models.CheckConstraint(
                name="a_funding_request_is_in_a_known_state",
                condition=Q(state__in=["PENDING", "FUNDED", "EXPIRED", "CANCELLED"]),
            ),
            models.CheckConstraint(name="a_funding_request_asks_for_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="an_ended_funding_request_says_when",
                condition=Q(state="PENDING", ended_at=None) | (~Q(state="PENDING") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_funded_request_names_its_order", condition=~Q(state="FUNDED") | Q(order_id__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["book_id", "organization_id", "-asked_at"], name="funding_requests_of_one"),
            models.Index(fields=["book_id", "order_id"], name="funding_requests_by_order"),
            models.Index(
                fields=["expires_at"],
                name="funding_requests_by_their_end",
                condition=Q(state="PENDING", order_id=None),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def public_id(self) -> str:
        return public_id("frq", self.id, self.book_id)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_pending(self) -> bool:
        return self.state == FundingRequest.State.PENDING


class PartnerDefaults(BookRow):
    """LINE-4 What a partner wants for customers that it gives a line from now on."""

    partner_id = models.UUIDField()
    over_line = models.CharField(max_length=11, choices=CustomerTerms.OverLine.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_partner_has_one_set_of_defaults", fields=["book_id", "partner_id"]),
            models.CheckConstraint(
                name="a_default_is_a_known_policy", condition=Q(over_line__in=["KEEP_OPEN", "WITHIN_LINE", "SUSPEND"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id}: {self.over_line}"


class Allocation(BookRow):
    """LINE-5 One change of a customer's line: what it was, by whom, and what stood there afterwards."""

    append_only: ClassVar[bool] = True

    class Kind(models.TextChoices):
        BY_PARTNER = "BY_PARTNER", pgettext_lazy("allocation", "Set by the partner")
        TEMPORARY = "TEMPORARY", pgettext_lazy("allocation", "Temporary line")
        TEMPORARY_ENDED = "TEMPORARY_ENDED", pgettext_lazy("allocation", "End of a temporary line")

    kind = models.CharField(max_length=15, choices=Kind.choices)
    partner_id = models.UUIDField()
    customer_id = models.UUIDField()
    currency = models.CharField(max_length=9)
    change = models.BigIntegerField()
    total_after = models.BigIntegerField()
    available_after = models.BigIntegerField()
    remark = models.TextField(blank=True)
    operator = models.CharField(max_length=120)
    operator_name = models.CharField(max_length=120)
    at = models.DateTimeField()
    group_id = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_allocation_is_of_a_known_kind",
                condition=Q(kind__in=["BY_PARTNER", "TEMPORARY", "TEMPORARY_ENDED"]),
            ),
            models.CheckConstraint(name="an_allocation_changes_something", condition=~Q(change=0)),
            models.UniqueConstraint(name="an_allocation_is_asked_once", fields=["book_id", "group_id"]),
        ]
        indexes = [
            models.Index(fields=["book_id", "partner_id", "-at", "-id"], name="allocations_of_a_partner"),
            models.Index(fields=["book_id", "customer_id", "-at"], name="allocations_of_a_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.change:+} for {self.customer_id}"

    @property
    def public_id(self) -> str:
        return public_id("alc", self.id, self.book_id)


class TemporaryLine(BookRow):
    """LINE-7 Part of a line that reverts by itself. The id is its allocation's."""

    partner_id = models.UUIDField()
    customer_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=9)
    ends_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)  # cleared once both sides were told
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="a_temporary_line_gives_something", condition=Q(amount__gt=0))]
        indexes = [
            models.Index(fields=["ends_at"], name="temporary_lines_by_their_end", condition=Q(ended_at=None)),
            models.Index(
                fields=["warn_at"], name="temporary_lines_to_warn_of", condition=Q(ended_at=None, warn_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.customer_id} until {self.ends_at}"


class PoolRequest(BookRow):
    """LINE-9 A partner asks for a larger pool, for customers and not for its own use."""

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("pool request", "Waits for the provider")
        SIGNED = "SIGNED", pgettext_lazy("pool request", "Waits for a second person")
        GRANTED = "GRANTED", pgettext_lazy("pool request", "Granted")
        DECLINED = "DECLINED", pgettext_lazy("pool request", "Declined")

    partner_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    why = models.TextField()
    needed_on = models.DateField()
    asked_by = models.CharField(max_length=120)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    granted = models.BigIntegerField(null=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    order_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_pool_request_waits_at_a_time",
                fields=["book_id", "partner_id"],
                condition=Q(state__in=["OPEN", "SIGNED"]),
            ),
            models.CheckConstraint(
                name="a_pool_request_is_in_a_known_state",
                condition=Q(state__in=["OPEN", "SIGNED", "GRANTED", "DECLINED"]),
            ),
            models.CheckConstraint(name="a_pool_request_asks_for_something", condition=Q(amount__gt=0) & ~Q(why="")),
            models.CheckConstraint(
                name="a_pool_request_that_is_not_granted_whole_says_why",
                condition=Q(state__in=["OPEN", "SIGNED"]) | Q(granted=F("amount")) | ~Q(answer=""),
            ),
        ]
        indexes = [
            models.Index(fields=["book_id", "partner_id", "-asked_at"], name="pool_requests_of_a_partner"),
            models.Index(fields=["due_at"], name="pool_requests_that_wait", condition=Q(state="OPEN")),
            models.Index(fields=["book_id", "order_id"], name="pool_requests_by_order"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_id(self) -> str:
        return public_id("prq", self.id, self.book_id)

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)


class WarningLine(BookRow):
    """WARN-3 Where somebody wants to be told, beside the standard: a percent of a line, or an amount of a wallet."""

    class Of(models.TextChoices):
        LINE = "LINE", pgettext_lazy("warning", "Credit line")
        WALLET = "WALLET", pgettext_lazy("warning", "Wallet")

    of = models.CharField(max_length=6, choices=Of.choices)
    owner_id = models.UUIDField()
    at_value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_warning_line_is_set_once", fields=["book_id", "of", "owner_id", "at_value"]
            ),
            models.CheckConstraint(
                name="a_line_warns_at_a_whole_percent",
                condition=Q(of="WALLET") | Q(of="LINE", at_value__gte=1, at_value__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of} of {self.owner_id} at {self.at_value}"


class WarningMark(BookRow):
    """WARN-2 On which side of a warning line somebody stands, and on which day it fired last."""

    of = models.CharField(max_length=6, choices=WarningLine.Of.choices)
    owner_id = models.UUIDField()
    at_value = models.BigIntegerField()
    is_over = models.BooleanField()
    fired_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="a_warning_line_has_one_mark", fields=["book_id", "of", "owner_id", "at_value"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.of} of {self.owner_id} at {self.at_value}: {self.is_over}"
