"""A workbook as lines of text, read as a stream by openpyxl with defusedxml beneath (docs/decisions/0010).

Before it is opened, everything in it is unpacked once against a limit, since a few kilobytes can unpack to gigabytes.
Of a formula its last result is read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import DEFUSEDXML, load_workbook

from kanal.kit.files import MEBIBYTE
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.read_csv import Line
from kanal.kit.sheets.text import text_of_cell

assert DEFUSEDXML, "workbooks are read without expanding entities"

LARGEST_UNPACKED = 64 * MEBIBYTE
MOST_TAGS = 3_000_000  # 10,000 rows of 20 columns have half of it, in cells and texts
MOST_COLUMNS = 100
MOST_SHEETS = 10
LAST_ROW = 1_048_576  # of a workbook; a file may claim any
_PIECE = 256 * 1024


@dataclass(eq=False)
class SheetUnreadable(Refusal):
    code = "sheet_unreadable"
    field = "file"
    name: str

    def __str__(self) -> str:
        return (
            _("“%(name)s” cannot be opened as a workbook. Open it in a spreadsheet program, save it as XLSX or CSV.")
            % self.words()
        )


@dataclass(eq=False)
class SheetTooMuch(Refusal):
    code = "sheet_too_much"
    field = "file"
    name: str

    def __str__(self) -> str:
        return (
            _(
                "“%(name)s” holds more than can be read at once, perhaps formats of empty cells. "
                "Copy the rows into the template, or save it as CSV."
            )
            % self.words()
        )


def xlsx_sheets(content: bytes, *, name: str, language: str) -> Iterator[Iterator[Line]]:
    """Each visible sheet of the workbook, in their order."""
    _check_size(content, name)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible[:MOST_SHEETS]:
            sheet.reset_dimensions()  # what a file says of its own size need not be so
            yield _lines(sheet, name, language)
    except Refusal:
        raise
    except Exception as problem:  # whatever it stumbles over in a broken file
        raise SheetUnreadable(name=name) from problem


def _lines(sheet: Any, name: str, language: str) -> Iterator[Line]:
    try:
        rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        for number, values in enumerate(rows, start=1):
            if values.count(None) < len(values):  # between two far rows there may be a million empty ones
                yield Line(number, [text_of_cell(value, language) for value in values])
    except Exception as problem:  # as above
        raise SheetUnreadable(name=name) from problem


def _check_size(content: bytes, name: str) -> None:
    left, tags = LARGEST_UNPACKED, 0
    broken = zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                with archive.open(member) as file:
                    while piece := file.read(_PIECE):
                        left, tags = left - len(piece), tags + piece.count(b"<")
                        if left < 0 or tags > MOST_TAGS:
                            raise SheetTooMuch(name=name)
    except broken as problem:
        raise SheetUnreadable(name=name) from problem
