"""Text that the papers' font can show.

PDF/A refuses a letter that would print as an empty box, and people's names and notes may hold anything. What the font
lacks is printed as a question mark; the screen and the sheets have it whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

LACKING = "?"
LATIN, VIETNAMESE = range(0x20, 0x180), range(0x1EA0, 0x1EFA)
WITH_HORN = (
    "\N{LATIN CAPITAL LETTER O WITH HORN}\N{LATIN SMALL LETTER O WITH HORN}"
    "\N{LATIN CAPITAL LETTER U WITH HORN}\N{LATIN SMALL LETTER U WITH HORN}"
)
SIGNS = (
    "\N{EN DASH}\N{EM DASH}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{BULLET}\N{HORIZONTAL ELLIPSIS}"
    "\N{DONG SIGN}\N{EURO SIGN}\N{MINUS SIGN}\N{RIGHTWARDS ARROW}\N{NUMERO SIGN}"
)
SHOWN = frozenset({*map(chr, LATIN), *map(chr, VIETNAMESE), *WITH_HORN, *SIGNS})
BREAKS = frozenset("\n\r\t\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")


def printable(value: Any) -> Any:
    """Through lists and mappings, down to each text."""
    match value:
        case str():
            return _text(value)
        case Mapping():
            return {key: printable(each) for key, each in value.items()}
        case list() | tuple():
            return [printable(each) for each in value]
        case _:
            return value


def _text(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(_letter(letter) for letter in composed if unicodedata.category(letter) != "Cf")


def _letter(letter: str) -> str:
    if letter in BREAKS:
        return " "
    is_control = unicodedata.category(letter) == "Cc"
    return LACKING if is_control or letter not in SHOWN else letter
