"""How amounts are written for people, and how what people type is read.

Reading never guesses: a text that could mean two amounts is refused with an example of how to write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from kanal.kit.currency import Currency
from kanal.kit.refusal import Refusal

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
LARGEST_TYPED = 10**15  # minor units; below what JavaScript and spreadsheets still hold exactly
_LONGEST_TYPED = 40

# What separates thousands, and what stands before the fraction.
_MARKS = {"vi": (".", ","), "en": (",", ".")}
_ALL_MARKS = [(".", ","), (",", "."), (" ", ","), (" ", ".")]
_OTHER_NAMES = {"VND": ("đ", "vnđ", "d"), "USD": ("$",), "EUR": ()}


@dataclass(eq=False)
class AmountUnreadable(Refusal):
    code = "amount_unreadable"
    field = "amount"
    text: str
    currency: str
    example: str

    def __str__(self) -> str:
        if not self.text:
            return _("Enter an amount, such as %(example)s.") % self.words()
        return _("“%(text)s” is not an amount in %(currency)s. Write it like %(example)s.") % self.words()


@dataclass(eq=False)
class AmountTooLarge(Refusal):
    code = "amount_too_large"
    field = "amount"
    text: str
    largest: str

    def __str__(self) -> str:
        return _("%(text)s is more than can be entered at once. Enter at most %(largest)s.") % self.words()


def write_amount(amount: int, currency: Currency, language: str) -> str:
    """In Vietnamese `−1.234,56 US$` and `1.000.000 ₫`, in English `−$1,234.56` and `1,000,000 ₫`."""
    sign = MINUS if amount < 0 else ""
    digits = write_digits(abs(amount), currency, language)
    if _is_english(language):
        if currency.english_symbol_leads:
            return f"{sign}{currency.english_symbol}{digits}"
        return f"{sign}{digits}{NO_BREAK_SPACE}{currency.english_symbol}"
    return f"{sign}{digits}{NO_BREAK_SPACE}{currency.symbol}"


def write_digits(amount: int, currency: Currency, language: str) -> str:
    """The amount without its symbol, as an input field holds it."""
    group, point = _marks(language)
    sign = MINUS if amount < 0 else ""
    whole, fraction = divmod(abs(amount), 10**currency.decimals)
    grouped = f"{whole:,}".replace(",", group)
    return f"{sign}{grouped}{point}{fraction:0{currency.decimals}}" if currency.decimals else f"{sign}{grouped}"


def read_amount(text: str, currency: Currency, language: str) -> int:
    """Minor units. The reader's own notation goes first, any other is taken only when nothing else can be meant."""
    typed = re.sub(r"\s", " ", text).strip()  # people paste no-break spaces
    amount = _read(typed, currency, language) if len(typed) <= _LONGEST_TYPED else None
    if amount is None:
        example = write_amount(10**6 if currency.decimals == 0 else 123_456, currency, language)
        raise AmountUnreadable(text=typed[:_LONGEST_TYPED], currency=currency.money.code, example=example)
    if abs(amount) > LARGEST_TYPED:
        raise AmountTooLarge(text=typed, largest=write_amount(LARGEST_TYPED, currency, language))
    return amount


def _read(typed: str, currency: Currency, language: str) -> int | None:
    sign, body = _take_sign(typed)
    number = _without_symbol(body, currency)
    if not sign:
        sign, number = _take_sign(number)  # "$-5" as well as "-$5"
    amount = _read_number(number, currency.decimals, _marks(language))
    return None if amount is None else -amount if sign in ("-", MINUS) else amount


def _read_number(number: str, decimals: int, own: tuple[str, str]) -> int | None:
    mine = _shape(*own).fullmatch(number)
    if mine and (decimals or not mine["fraction"]):
        # Their own notation with three digits after the point ("1,000" dollars in Vietnamese) is more
        # likely a thousand than a fraction, and might be either: only a fraction that can be paid is taken.
        return _minor_units(mine, decimals)
    # What is left mixes marks or has spaces, and can be read in one way only, whichever notation that is.
    matches = filter(None, (_shape(*marks).fullmatch(number) for marks in _ALL_MARKS))
    return next((amount for match in matches if (amount := _minor_units(match, decimals)) is not None), None)


@lru_cache
def _shape(group: str, point: str) -> re.Pattern[str]:
    group, point = re.escape(group), re.escape(point)
    return re.compile(rf"(?P<whole>[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{point}(?P<fraction>[0-9]+))?")


def _minor_units(match: re.Match[str], decimals: int) -> int | None:
    fraction = match["fraction"] or ""
    if len(fraction) > decimals:
        return None
    whole = re.sub(r"[^0-9]", "", match["whole"])
    return int(whole + fraction.ljust(decimals, "0"))


def _take_sign(text: str) -> tuple[str, str]:
    return (text[0], text[1:].strip()) if text[:1] in ("-", MINUS, "+") and text else ("", text)


def _without_symbol(text: str, currency: Currency) -> str:
    code = currency.money.code
    names = {code.lower(), currency.symbol.lower(), currency.english_symbol.lower(), *_OTHER_NAMES.get(code, ())}
    lowered = text.lower()
    for name in sorted(names, key=len, reverse=True):
        if lowered.startswith(name):
            return text[len(name) :].strip()
        if lowered.endswith(name):
            return text[: -len(name)].strip()
    return text


def _marks(language: str) -> tuple[str, str]:
    return _MARKS["en" if _is_english(language) else "vi"]


def _is_english(language: str) -> bool:
    return language.partition("-")[0].lower() == "en"
