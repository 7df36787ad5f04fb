"""Add an item to a service: what it is in a configuration, its unit, and in which quantities it is ordered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.catalog.models import DiscountGroup, Item, ItemKind, Service, TaxGroup
from kanal.catalog.naming import Naming, add_named
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal

LONGEST_UNIT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    kind: ItemKind
    tax_group: TaxGroup
    unit_vi: str
    unit_en: str
    group: DiscountGroup | None = None
    specs: Mapping[str, int | str] = field(default_factory=dict)
    least_ordered: Decimal = Decimal(1)
    ordered_by: Decimal = Decimal(1)


@dataclass(eq=False)
class UnitMissing(Refusal):
    code = "unit_missing"
    field = "unit"
    most: int = LONGEST_UNIT

    def __str__(self) -> str:
        return (
            _("Say in both languages what one of it is, such as GB or address, in at most %(most)d characters.")
            % self.words()
        )


@dataclass(eq=False)
class GroupOfAnotherProduct(Refusal):
    code = "group_of_another_product"
    field = "group"
    name: str

    def __str__(self) -> str:
        return _("“%(name)s” is a discount group of another product. Choose one of this product.") % self.words()


@dataclass(eq=False)
class OrderedInNothing(Refusal):
    code = "ordered_in_nothing"
    field = "ordered_by"

    def __str__(self) -> str:
        return _("The least that is ordered is not below zero, and the step of it is above zero.")


@transaction.atomic
def add_item(*, service: Service, naming: Naming, facts: ItemFacts, by: Actor, at: datetime) -> Item:
    """DISC-3 Its discount group is one of its own product. ALL-2"""
    units = {"unit_vi": tidy(facts.unit_vi), "unit_en": tidy(facts.unit_en)}
    if not all(0 < len(unit) <= LONGEST_UNIT for unit in units.values()):
        raise UnitMissing
    if facts.group is not None and facts.group.product_id != service.product_id:
        raise GroupOfAnotherProduct(name=facts.group.name)
    if facts.least_ordered < 0 or facts.ordered_by <= 0:
        raise OrderedInNothing
    return add_named(
        Item,
        naming,
        by=by,
        at=at,
        service=service,
        group=facts.group,
        tax_group=facts.tax_group,
        kind=facts.kind.value,
        specs=dict(facts.specs),
        least_ordered=facts.least_ordered,
        ordered_by=facts.ordered_by,
        **units,
    )
