"""What stands in a cell, as text."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

# Programs that open a CSV calculate what begins like this; an apostrophe before it keeps it text.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_DIGITS_OF_A_SHEET = 15  # what a spreadsheet itself holds and shows of a number


def tidied(text: str) -> str:
    """One spelling of each letter, words one blank apart, nothing that cannot be seen."""
    seen = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def guarded(text: str) -> str:
    """As it is written into a file that a spreadsheet opens; `unguarded` takes it back exactly."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def text_of_cell(value: object, language: str) -> str:  # noqa: PLR0911 - one line for each kind of value
    """A number in the reader's notation and a day as dd/mm/yyyy, as if they had been typed."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int():
            return str(value)
        case float():
            plain = f"{Decimal(f'{value:.{_DIGITS_OF_A_SHEET}g}'):f}"
            return plain if language.startswith("en") else plain.replace(".", ",")
        case datetime() if value.time() == time():
            return f"{value:%d/%m/%Y}"
        case datetime():
            return f"{value:%d/%m/%Y %H:%M:%S}"
        case date():
            return f"{value:%d/%m/%Y}"
        case _:
            return tidied(str(value))
