"""How a product is sold.

LIFE-5 The unused value is refunded where the product refunds; how long the bin keeps it is the product's setting.
"""

from dataclasses import asdict, dataclass, fields

from django.utils.translation import gettext as _

from kanal.catalog.models import Product
from kanal.kit.refusal import Refusal

LONGEST_BIN = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFacts:
    place: int = 0
    is_prepaid: bool = True
    is_postpaid: bool = True
    is_priced_by_use: bool = False
    is_refundable: bool = True
    bin_days: int = 7
    allows_poc: bool = True

    @classmethod
    def of(cls, product: Product) -> "ProductFacts":
        return cls(**{field.name: getattr(product, field.name) for field in fields(cls)})

    def facts(self) -> dict[str, object]:
        return asdict(self)


@dataclass(eq=False)
class NotPayable(Refusal):
    code = "not_payable"
    field = "is_prepaid"

    def __str__(self) -> str:
        return _("A product is paid before or after its use, or either way. Choose one at least.")


@dataclass(eq=False)
class BinOutOfRange(Refusal):
    code = "bin_out_of_range"
    field = "bin_days"
    most: int = LONGEST_BIN

    def __str__(self) -> str:
        return _("The bin keeps for 0 to %(most)d days.") % self.words()


def checked_product(facts: ProductFacts) -> dict[str, object]:
    if not (facts.is_prepaid or facts.is_postpaid):
        raise NotPayable
    if not 0 <= facts.bin_days <= LONGEST_BIN:
        raise BinOutOfRange
    return facts.facts()
