"""Templates that people fill in: the headings, an example, and what each column takes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kanal.kit.sheets.columns import SheetColumn
from kanal.kit.sheets.text import guarded

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as something else
FORMATS = {"text": "@", "amount": "#,##0", "day": "dd/mm/yyyy"}
STYLED_ROWS = 10_000


def csv_of(lines: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    csv.writer(buffer).writerows([guarded(cell) for cell in line] for line in lines)
    return buffer.getvalue()


def template_csv(columns: Sequence[SheetColumn]) -> str:
    return csv_of([[str(column.label) for column in columns], [str(column.example) for column in columns]])


def template_xlsx(file: IO[bytes], columns: Sequence[SheetColumn]) -> None:
    """Everything as it would be typed, so that an address or a leading nought stays what it is."""
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = book.add_worksheet(pgettext("many rows", "Rows"))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            dress = book.add_format({"num_format": FORMATS[column.kind]})
            sheet.set_column(place, place, max(len(str(column.label)), len(str(column.example))) + 4, dress)
            sheet.write_string(0, place, str(column.label), bold)
            sheet.write_string(1, place, str(column.example), dress)
            if column.choices:
                source = [str(choice) for choice in column.choices]
                sheet.data_validation(1, place, STYLED_ROWS, place, {"validate": "list", "source": source})
        _write_notes(book, bold, columns)


def _write_notes(book: Any, bold: Any, columns: Sequence[SheetColumn]) -> None:
    sheet, wrapped = book.add_worksheet(_("Notes")), book.add_format({"text_wrap": True, "valign": "top"})
    lines = [[_("Column"), _("Needed"), _("What it takes"), _("Example")]]
    lines += [
        [str(column.label), _("Yes") if column.is_required else _("No"), what_it_takes(column), str(column.example)]
        for column in columns
    ]
    for place, width in enumerate((24, 10, 60, 30)):
        sheet.set_column(place, place, width)
    for at, line in enumerate(lines):
        for place, text in enumerate(line):
            sheet.write_string(at, place, text, wrapped if at else bold)
    sheet.write_string(len(lines) + 1, 0, _("The example row is left out when the file is read."))


def what_it_takes(column: SheetColumn) -> str:
    choices = ", ".join(str(choice) for choice in column.choices)
    words = {
        "amount": _("A whole amount, such as 1.000.000"),
        "day": _("A day, such as 31/12/2026"),
        "text": _("One of: %(choices)s") % {"choices": choices} if choices else "",
    }[column.kind]
    return " ".join(f"{part}." for part in (str(column.note).rstrip("."), words) if part)
