"""What is sold: product → service → item, discount groups, what a configuration is made of, prices and taxes.

PRICE-1 A price is for a unit over a span, with its tax rate and whether it includes tax, effective-dated.
DISC-3  Discounts are per product and group.
ID-9    One price list has one currency; percentages are whole basis points.

Prices and rates of tax are only ever added to: what holds at a moment is an answer (the latest that takes effect by
then), so nothing has to happen for a price to begin. What was set again for the same moment has the higher turn.
"""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kanal.catalog.tariff import CountedPer, Span, Tariff, Tier, Tiering
from kanal.catalog.tax import WHOLE, Tax
from kanal.kit.currency import CURRENCIES
from kanal.kit.db.rows import SharedRow
from kanal.kit.ids import public_id, uuid7

LONGEST_CODE, LONGEST_NAME = 60, 120
DIGITS, DECIMALS = 20, 6
PRICED_IN = sorted(code for code, currency in CURRENCIES.items() if not currency.is_limit)
SPANS = [(Span.THIRTY_DAYS.value, _("30 days")), (Span.HOUR.value, _("Hour")), (Span.ONCE.value, _("Once"))]
TIERINGS = [
    (Tiering.FLAT.value, pgettext_lazy("tiering", "One price")),
    (Tiering.GRADUATED.value, pgettext_lazy("tiering", "Graduated")),
    (Tiering.VOLUME.value, pgettext_lazy("tiering", "By volume")),
    (Tiering.PACKAGE.value, pgettext_lazy("tiering", "By package")),
]
COUNTED = [(CountedPer.RESOURCE.value, _("Each resource")), (CountedPer.CUSTOMER.value, _("All of a customer"))]


def exact_number(**said: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, **said)


class Named(SharedRow):
    """Called by a code in files and programs, by its names on pages, each in its language."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=LONGEST_CODE, unique=True)
    name_vi = models.CharField(max_length=LONGEST_NAME)
    name_en = models.CharField(max_length=LONGEST_NAME)
    added_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if (get_language() or "vi").startswith("en") else self.name_vi


class Product(Named):
    """How what belongs to it may be paid, what a deletion gives back and how long the bin keeps it."""

    place = models.PositiveSmallIntegerField(default=0)
    is_prepaid = models.BooleanField(default=True)
    is_postpaid = models.BooleanField(default=True)
    is_priced_by_use = models.BooleanField(default=False)
    is_refundable = models.BooleanField(default=True)
    bin_days = models.PositiveSmallIntegerField(default=7)
    allows_poc = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_product_can_be_paid_somehow", condition=Q(is_prepaid=True) | Q(is_postpaid=True)
            ),
            models.CheckConstraint(name="a_bin_keeps_for_a_year_at_most", condition=Q(bin_days__lte=366)),
            models.CheckConstraint(
                name="a_product_retires_after_it_began", condition=Q(retired_at=None) | Q(retired_at__gte=F("added_at"))
            ),
        ]

    @property
    def public_id(self) -> str:
        return public_id("pro", self.id)


class DiscountGroup(Named):
    """Items of a product that have one rate of discount (DISC-3)."""

    product = models.ForeignKey(Product, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["product"], name="groups_of_a_product")]

    @property
    def public_id(self) -> str:
        return public_id("dgr", self.id)


class ItemKind(models.TextChoices):
    """What an item is in a configuration."""

    FLAVOR = "FLAVOR", _("Flavor")
    IMAGE = "IMAGE", _("Image")
    DISK = "DISK", _("Disk")
    ADDRESS = "ADDRESS", _("IP address")
    BANDWIDTH = "BANDWIDTH", _("Bandwidth")
    STORAGE = "STORAGE", _("Storage")
    SNAPSHOT = "SNAPSHOT", _("Snapshot")
    BROKER = "BROKER", _("Broker")
    QUOTA = "QUOTA", _("Quota")
    LICENCE = "LICENCE", _("Licence")


class Service(Named):
    """What one resource of it is: a server, a volume, a bucket."""

    product = models.ForeignKey(Product, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["product"], name="services_of_a_product")]

    @property
    def public_id(self) -> str:
        return public_id("srv", self.id)


class Part(SharedRow):
    """How many items of a kind one resource of a service is made of: a server of one flavor and 1 to 16 disks."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="+")
    kind = models.CharField(max_length=9, choices=ItemKind.choices)
    least = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="a_service_says_once_how_many_of_a_kind", fields=["service", "kind"]),
            models.CheckConstraint(name="a_part_may_be_there", condition=Q(most__gte=F("least")) & Q(most__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.least}–{self.most} {self.kind}"


class TaxGroup(Named):
    """Items that are taxed alike; its rates are dated."""

    @property
    def public_id(self) -> str:
        return public_id("txg", self.id)


class Item(Named):
    """One thing with a price. `specs` are its facts as the driver wants them: {"vcpu": 1, "ram_gb": 1}."""

    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="+")
    group = models.ForeignKey(DiscountGroup, null=True, on_delete=models.RESTRICT, related_name="+")
    tax_group = models.ForeignKey(TaxGroup, on_delete=models.RESTRICT, related_name="+")
    kind = models.CharField(max_length=9, choices=ItemKind.choices)
    unit_vi = models.CharField(max_length=40)
    unit_en = models.CharField(max_length=40)
    specs = models.JSONField(default=dict)
    least_ordered = exact_number(default=Decimal(1))
    ordered_by = exact_number(default=Decimal(1))
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_item_is_ordered_in_some_quantity", condition=Q(least_ordered__gte=0, ordered_by__gt=0)
            ),
            models.CheckConstraint(
                name="an_item_retires_after_it_began", condition=Q(retired_at=None) | Q(retired_at__gte=F("added_at"))
            ),
        ]
        indexes = [models.Index(fields=["service"], name="items_of_a_service")]

    @property
    def public_id(self) -> str:
        return public_id("itm", self.id)

    @property
    def unit(self) -> str:
        return self.unit_en if (get_language() or "vi").startswith("en") else self.unit_vi


class PriceList(Named):
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_price_list_is_in_known_money", condition=Q(currency__in=PRICED_IN))
        ]

    @property
    def public_id(self) -> str:
        return public_id("prl", self.id)


class Dated(SharedRow):
    """From when it holds, who set it and when: never changed, only followed by another."""

    append_only = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    effective_at = models.DateTimeField()
    turn = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)
    why = models.TextField(blank=True)

    class Meta:
        abstract = True


class TaxRate(Dated):
    group = models.ForeignKey(TaxGroup, on_delete=models.RESTRICT, related_name="+")
    rate = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rates_of_a_moment_have_turns", fields=["group", "effective_at", "turn"]),
            models.CheckConstraint(name="a_tax_is_at_most_the_whole", condition=Q(rate__lte=WHOLE)),
            models.CheckConstraint(name="a_rate_is_set_before_it_holds", condition=Q(effective_at__gte=F("set_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.rate}"


class Price(Dated):
    """What one item costs by one list from a moment on. Its tariff as columns, so that SQL can read it too."""

    price_list = models.ForeignKey(PriceList, on_delete=models.RESTRICT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.RESTRICT, related_name="+")
    includes_tax = models.BooleanField()
    unit_price = exact_number(default=Decimal(0))
    span = models.CharField(max_length=11, choices=SPANS)
    tiering = models.CharField(max_length=9, choices=TIERINGS)
    tiers = models.JSONField(default=list)
    size = exact_number(default=Decimal(1))
    free = exact_number(default=Decimal(0))
    least = exact_number(default=Decimal(0))
    whole_units = models.BooleanField(default=False)
    counted_per = models.CharField(max_length=8, choices=COUNTED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="prices_of_a_moment_have_turns", fields=["price_list", "item", "effective_at", "turn"]
            ),
            models.CheckConstraint(name="a_price_is_set_before_it_holds", condition=Q(effective_at__gte=F("set_at"))),
            models.CheckConstraint(
                name="a_price_is_never_below_zero",
                condition=Q(unit_price__gte=0, free__gte=0, least__gte=0, size__gt=0),
            ),
            models.CheckConstraint(
                name="a_price_has_a_known_span", condition=Q(span__in=[span.value for span in Span])
            ),
            models.CheckConstraint(
                name="tiers_are_there_where_they_count",
                condition=Q(tiering__in=["FLAT", "PACKAGE"], tiers=[])
                | (Q(tiering__in=["GRADUATED", "VOLUME"]) & ~Q(tiers=[])),
            ),
        ]
        indexes = [models.Index(fields=["item", "-effective_at", "-turn"], name="prices_of_an_item")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.unit_price}"

    @property
    def tariff(self) -> Tariff:
        return Tariff(
            unit_price=self.unit_price,
            currency=self.price_list.currency,
            span=Span(self.span),
            tiering=Tiering(self.tiering),
            tiers=tuple(tier_of(tier) for tier in self.tiers),
            size=self.size,
            free=self.free,
            least=self.least,
            whole_units=self.whole_units,
            counted_per=CountedPer(self.counted_per),
        )

    def taxed_at(self, rate: int) -> Tax:
        return Tax(self.item.tax_group.code, rate, is_inclusive=self.includes_tax)


def tier_of(kept: dict[str, str | None]) -> Tier:
    up_to, price, flat = kept["up_to"], kept["unit_price"], kept["flat"]
    return Tier(None if up_to is None else Decimal(up_to), Decimal(price or 0), Decimal(flat or 0))
