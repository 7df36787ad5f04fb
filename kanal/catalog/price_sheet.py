"""A price list as a sheet: its columns, a row read into a rate, and every price of a moment written.

ALL-3 What cannot be read for certain is refused with its line, and nothing is guessed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from kanal.catalog.cells import read_choice, read_number, read_tiers, read_yes, write_number, write_tiers
from kanal.catalog.models import COUNTED, SPANS, TIERINGS
from kanal.catalog.queries import Offer
from kanal.catalog.set_price import Rate
from kanal.catalog.tariff import CountedPer, Span, Tariff, Tiering
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import SheetColumn
from kanal.kit.sheets.write import csv_of

MOST_ROWS = 5_000
COLUMNS = [
    SheetColumn(name="item", label=lazy("Item code"), example="s-general-2x4"),
    SheetColumn(name="name", label=lazy("Item name"), example=lazy("General server"), is_required=False),
    SheetColumn(name="unit_price", label=lazy("Unit price"), example="90000", is_required=False),
    SheetColumn(name="span", label=lazy("Span"), example=lazy("30 days"), is_required=False),
    SheetColumn(name="includes_tax", label=lazy("Includes tax"), example=lazy("No"), is_required=False),
    SheetColumn(name="tiering", label=lazy("Tiering"), example="", is_required=False),
    SheetColumn(name="tiers", label=lazy("Tiers"), example="", is_required=False),
    SheetColumn(name="size", label=lazy("Package size"), example="", is_required=False),
    SheetColumn(name="free", label=lazy("Free amount"), example="", is_required=False),
    SheetColumn(name="least", label=lazy("Least amount billed"), example="", is_required=False),
    SheetColumn(name="whole_units", label=lazy("Whole units only"), example="", is_required=False),
    SheetColumn(name="counted_per", label=lazy("Counted for"), example="", is_required=False),
]
LABELS = {column.name: column.label for column in COLUMNS}


@dataclass(eq=False)
class TariffSaysNothing(Refusal):
    code = "tariff_says_nothing"

    def __str__(self) -> str:
        return _(
            "These tiers, package and amounts do not make a price. Tiers go up, the last has no end, they belong to "
            "graduated prices and prices by volume only, and a package holds something."
        )


def rate_in(cells: Mapping[str, str], *, currency: str, language: str) -> Rate:
    """An empty cell says what is usual: nothing free, one price, each resource by itself."""

    def number(name: str, usual: str = "0") -> Any:
        return read_number(cells.get(name) or usual, column=str(LABELS[name]), language=language)

    def choice(name: str, choices: Any) -> str:
        return read_choice(cells.get(name, ""), choices, column=str(LABELS[name]))

    try:
        tariff = Tariff(
            unit_price=number("unit_price"),
            currency=currency,
            span=Span(choice("span", SPANS)),
            tiering=Tiering(choice("tiering", TIERINGS)),
            tiers=read_tiers(cells.get("tiers", ""), column=str(LABELS["tiers"]), language=language),
            size=number("size", "1"),
            free=number("free"),
            least=number("least"),
            whole_units=read_yes(cells.get("whole_units", ""), column=str(LABELS["whole_units"])),
            counted_per=CountedPer(choice("counted_per", COUNTED)),
        )
    except ValueError as wrong:
        raise TariffSaysNothing from wrong
    return Rate(tariff, read_yes(cells.get("includes_tax", ""), column=str(LABELS["includes_tax"])))


def export_prices(offers: Iterable[Offer], *, language: str) -> str:
    """A CSV that can be changed and read in again; what has no price has an empty line to fill in."""
    lines = [[str(column.label) for column in COLUMNS]]
    lines += [[_cells_of(offer, language)[column.name] for column in COLUMNS] for offer in offers]
    return csv_of(lines)


def _cells_of(offer: Offer, language: str) -> dict[str, str]:
    cells = dict.fromkeys(LABELS, "") | {"item": offer.item.code, "name": offer.item.name}
    if offer.price is None:
        return cells
    tariff = offer.tariff
    numbers = {"unit_price": tariff.unit_price, "size": tariff.size, "free": tariff.free, "least": tariff.least}
    choices = (("span", SPANS), ("tiering", TIERINGS), ("counted_per", COUNTED))
    return (
        cells
        | {name: write_number(number, language) for name, number in numbers.items()}
        | {name: str(dict(words)[getattr(tariff, name).value]) for name, words in choices}
        | {name: _yes_or_no(value) for name, value in _flags(offer, tariff)}
        | {"tiers": write_tiers(tariff.tiers, language)}
    )


def _flags(offer: Offer, tariff: Tariff) -> list[tuple[str, bool]]:
    assert offer.price is not None
    return [("includes_tax", offer.price.includes_tax), ("whole_units", tariff.whole_units)]


def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")
