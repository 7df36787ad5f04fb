"""The rows of the ledger: accounts with their sums, transfers that never change, and the proof beside them.

CHART-3  An account never goes below its floor: the database holds the deepest one, posting the ordinary one.
LEDGER-1 A transfer moves a positive amount from one account to another, and is never changed or deleted.
LEDGER-2 A hold is resolved at most once, whole, by a row of its own.
LEDGER-3 A transfer is reversed at most once, with a reason.
"""

from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kanal.kit.db.rows import BookRow, LocalRow, TableClass
from kanal.kit.money import Money
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName


class Account(BookRow):
    """Posted and held sums on both sides. No column that moves stands in an index, so an update stays on its page."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        FROZEN = "FROZEN", _("Frozen")
        CLOSED = "CLOSED", _("Closed")

    owner_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    currency = models.CharField(max_length=9)
    detail = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    floor = models.BigIntegerField(null=True)
    deep_floor = models.BigIntegerField(null=True)
    posted_in = models.BigIntegerField(default=0)
    posted_out = models.BigIntegerField(default=0)
    held_in = models.BigIntegerField(default=0)
    held_out = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)  # how many transfers it has; the last one's sequence
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # recorded_at of its last transfer: within an account it never goes back

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_account_per_owner_kind_currency_and_detail",
                fields=["book_id", "owner_id", "kind", "currency", "detail"],
            ),
            models.CheckConstraint(
                name="account_never_below_its_floor",
                condition=Q(deep_floor=None) | Q(deep_floor__lte=F("posted_in") - F("posted_out") - F("held_out")),
            ),
        ]

    @property
    def name(self) -> AccountName:
        return AccountName(self.book_id, Kind(self.kind), self.currency, self.owner_id, self.detail)

    @property
    def balance(self) -> Money:
        return Money(self.posted_in - self.posted_out, self.currency)

    @property
    def held(self) -> Money:
        return Money(self.held_out, self.currency)

    @property
    def available(self) -> Money:
        """Posted less held; what an ordinary act may take is this above the floor."""
        return self.balance - self.held


class Transfer(BookRow):
    """One movement, both sides on one row, with each account's sums and own sequence after it.

    The id is its group's, which derives from the request's key, with its place in the group in the last sixteen
    bits: so the primary key is the idempotency, and a group is a range of it.
    """

    append_only: ClassVar[bool] = True

    class Phase(models.TextChoices):
        POSTED = "POSTED", _("Posted")
        HELD = "HELD", _("Held")
        RELEASED = "RELEASED", _("Released")
        EXPIRED = "EXPIRED", _("Expired")

    phase = models.CharField(max_length=8, choices=Phase.choices)
    act = models.CharField(max_length=60)
    source_id = models.UUIDField()
    target_id = models.UUIDField()
    amount = models.BigIntegerField()
    source_sequence = models.BigIntegerField()
    source_in = models.BigIntegerField()
    source_out = models.BigIntegerField()
    source_held = models.BigIntegerField()
    target_sequence = models.BigIntegerField()
    target_in = models.BigIntegerField()
    target_out = models.BigIntegerField()
    target_held = models.BigIntegerField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    earlier_id = models.UUIDField(null=True)  # the hold it ends, or the transfer it reverses
    subject_kind = models.CharField(max_length=40, null=True)  # noqa: DJ001 - absent, like the id it goes with
    subject_id = models.UUIDField(null=True)
    note = models.TextField()
    actor = models.CharField(max_length=120)
    key = models.TextField(null=True)  # noqa: DJ001 - the group's request, on its first transfer only
    content = models.UUIDField(null=True)  # and half a SHA-256 of what it asked for, in a column of fixed width

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_transfer_moves_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="a_transfer_joins_two_accounts", condition=~Q(source_id=F("target_id"))),
            models.CheckConstraint(
                name="nothing_counts_later_than_it_was_recorded", condition=Q(effective_at__lte=F("recorded_at"))
            ),
            models.UniqueConstraint(
                name="one_line_per_source_sequence", fields=["book_id", "source_id", "source_sequence"]
            ),
            models.UniqueConstraint(
                name="one_line_per_target_sequence", fields=["book_id", "target_id", "target_sequence"]
            ),
        ]
        indexes = [
            models.Index(
                fields=["book_id", "subject_id"], name="transfers_of_a_subject", condition=Q(subject_id__isnull=False)
            ),
            models.Index(
                fields=["book_id", "recorded_at"],
                name="back_dated_transfers",
                condition=Q(effective_at__lt=F("recorded_at")),
            ),
            # A few bytes per megabyte: the desk asks for the transfers of a day, whatever book they are of.
            BrinIndex(fields=["recorded_at"], name="transfers_by_day", autosummarize=True, pages_per_range=32),
        ]


class Entry(models.Model):
    """A transfer as one of its accounts sees it: a row of the view in sql/entries.sql."""

    table_class: ClassVar = TableClass.BOOK
    append_only: ClassVar[bool] = True

    pk = models.CompositePrimaryKey("book_id", "account_id", "sequence")
    book_id = models.BigIntegerField()
    account_id = models.UUIDField()
    sequence = models.BigIntegerField()
    id = models.UUIDField()
    phase = models.CharField(max_length=8, choices=Transfer.Phase.choices)
    act = models.CharField(max_length=60)
    other_id = models.UUIDField()
    change = models.BigIntegerField()
    posted_in = models.BigIntegerField()
    posted_out = models.BigIntegerField()
    held = models.BigIntegerField()
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    note = models.TextField()
    actor = models.CharField(max_length=120)

    class Meta:
        managed = False
        db_table = "ledger_entry"

    def __str__(self) -> str:
        return f"{self.account_id} line {self.sequence}"


class Resolution(BookRow):
    """The end of a hold, or the reversal of a transfer, beside the transfer of the same id that brought it about.

    It is a row of its own so that the transfers, of which there are a thousand times as many, need no index for it.
    """

    append_only: ClassVar[bool] = True

    class Way(models.TextChoices):
        RELEASED = "RELEASED", _("Released")
        EXPIRED = "EXPIRED", _("Expired")
        REVERSED = "REVERSED", _("Reversed")

    resolves_id = models.UUIDField()
    way = models.CharField(max_length=8, choices=Way.choices)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_transfer_is_resolved_once", fields=["book_id", "resolves_id"]),
            models.CheckConstraint(name="a_reversal_gives_its_reason", condition=~Q(way="REVERSED") | ~Q(reason="")),
        ]


class ExpiringHold(BookRow):
    """A hold that ends by itself and is not resolved yet; the id is the hold's. Gone when it is resolved."""

    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at", "book_id", "id"], name="holds_by_their_end")]


class Closing(BookRow):
    """A period that takes no back-dated transfer any more (ALL-4)."""

    append_only: ClassVar[bool] = True

    through_at = models.DateTimeField()  # what counts before this moment is closed
    closed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="a_period_is_closed_once", fields=["book_id", "through_at"])]


class Link(BookRow):
    """An account's transfers up to a sequence under a running SHA-256, made behind the writers.

    `marks` are the first bytes of each transfer's own digest in this stretch, so that a broken link names its row.
    """

    append_only: ClassVar[bool] = True

    account_id = models.UUIDField()
    after = models.BigIntegerField()
    through = models.BigIntegerField()
    digest = models.BinaryField()
    marks = models.BinaryField()
    proved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_link_per_stretch", fields=["book_id", "account_id", "through"]),
            models.CheckConstraint(name="a_link_goes_forward", condition=Q(through__gt=F("after"))),
        ]


class Proof(LocalRow):
    """One run over the books: what was looked at, and the first thing found wrong, if any."""

    class Outcome(models.TextChoices):
        RUNNING = "RUNNING", _("Running")
        TRUE = "TRUE", _("True")
        BROKEN = "BROKEN", _("Broken")
        STOPPED = "STOPPED", _("Stopped")

    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.RUNNING)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)
    books = models.IntegerField(default=0)
    books_done = models.IntegerField(default=0)
    accounts = models.BigIntegerField(default=0)
    transfers = models.BigIntegerField(default=0)
    first_fault = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="proofs_newest_first")]
        constraints = [
            models.CheckConstraint(
                name="a_broken_proof_names_its_first_fault",
                condition=~Q(outcome="BROKEN") | Q(first_fault__isnull=False),
            ),
        ]


class Checkpoint(LocalRow):
    """The heads of every account's chain on a day, signed: from then on the past can be proved to an outsider."""

    append_only: ClassVar[bool] = True

    day = models.DateField(unique=True)
    made_at = models.DateTimeField()
    statement = models.TextField()  # canonical JSON, the very text that is signed
    signature = models.BinaryField()
    public_key = models.BinaryField()
