"""Numbers, choices and tiers as people write them in a sheet of prices, read exactly or refused.

ALL-3 Bad input gets a clear refusal: a number that could be read in two ways is never guessed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kanal.catalog.models import DECIMALS
from kanal.catalog.tariff import Tier
from kanal.kit.currency import Currency
from kanal.kit.notation import AmountTooLarge, AmountUnreadable, read_amount, write_digits
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import heading_key, in_both_languages

YES = frozenset({"co", "yes", "true", "x", "1"})
NO = frozenset({"khong", "no", "false", "0", ""})
_FINE = Currency("VND", DECIMALS, "₫", "₫", english_symbol_leads=False)
_THOUSAND_OR_FRACTION = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(eq=False)
class CellUnreadable(Refusal):
    code = "cell_unreadable"
    column: str
    text: str
    example: str

    def __str__(self) -> str:
        return _("“%(text)s” under “%(column)s” cannot be read. Write it like %(example)s.") % self.words()


def read_number(text: str, *, column: str, language: str) -> Decimal:
    """At most six decimals, in the reader's notation or in one that can mean nothing else.

    In both notations 1.000 and 1,000 look alike: it is a thousand where the mark groups, and refused where it would
    be the reader's decimal mark, since a list of another country's is what it mostly comes from.
    """
    point = "." if language.startswith("en") else ","
    is_unclear = _THOUSAND_OR_FRACTION.fullmatch(text) is not None and point in text
    try:
        number = Decimal(read_amount(text, _FINE, language)).scaleb(-DECIMALS)
    except (AmountUnreadable, AmountTooLarge):
        number = None
    if number is None or number < 0 or is_unclear:
        raise CellUnreadable(column=column, text=text, example=write_number(Decimal("1234.5"), language))
    return number


def write_number(number: Decimal, language: str) -> str:
    """As `read_number` takes it back: three decimals get a fourth, so that they are no thousands."""
    whole = write_digits(int(number), Currency.of("VND"), language)
    fraction = f"{number % 1:.{DECIMALS}f}"[2:].rstrip("0")
    if not fraction:
        return whole
    return f"{whole}{'.' if language.startswith('en') else ','}{fraction + '0' if len(fraction) == 3 else fraction}"  # noqa: PLR2004


def read_choice(text: str, choices: Iterable[tuple[str, str | Promise]], *, column: str) -> str:
    """By its code or its words in either language; nothing written is the first."""
    known = {
        heading_key(said): value
        for value, label in choices
        for said in (value, value.lower(), *in_both_languages(label))
    }
    values = list(known.values())
    if not text:
        return values[0]
    if heading_key(text) not in known:
        raise CellUnreadable(column=column, text=text, example=str(next(iter(choices), ("", ""))[1]))
    return known[heading_key(text)]


def read_yes(text: str, *, column: str) -> bool:
    answer = heading_key(text)
    if answer not in YES | NO:
        raise CellUnreadable(column=column, text=text, example=_("Yes"))
    return answer in YES


def read_tiers(text: str, *, column: str, language: str) -> tuple[Tier, ...]:
    """“100 @ 2 + 10; @ 1”: up to 100 at 2 each and 10 once, above at 1."""

    def number(part: str) -> Decimal:
        return read_number(part.strip(), column=column, language=language)

    tiers = []
    for part in filter(None, (each.strip() for each in text.split(";"))):
        up_to, at, rest = part.partition("@")
        price, _plus, flat = rest.partition("+")
        if not at:
            raise CellUnreadable(column=column, text=text, example="100 @ 2 + 10; @ 1")
        tiers.append(
            Tier(number(up_to) if up_to.strip() else None, number(price), number(flat) if flat.strip() else Decimal(0))
        )
    return tuple(tiers)


def write_tiers(tiers: Iterable[Tier], language: str) -> str:
    def said(tier: Tier) -> str:
        up_to = "" if tier.up_to is None else f"{write_number(tier.up_to, language)} "
        flat = f" + {write_number(tier.flat, language)}" if tier.flat else ""
        return f"{up_to}@ {write_number(tier.unit_price, language)}{flat}"

    return "; ".join(map(said, tiers))
