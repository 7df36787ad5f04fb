"""A list as a file: exactly the rows that are filtered, in the order and with the columns that are shown.

Amounts are numbers and dates are dates, so that a sheet can add and sort them. A text that a spreadsheet would take
for a formula is written so that it does not.
"""

from __future__ import annotations

import csv
import enum
import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import singledispatch
from typing import IO, Any

import xlsxwriter
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from kanal.kit import clock
from kanal.kit.money import Money
from kanal.kit.period import Period
from kanal.kit.plain import rfc3339
from kanal.web.parts.cells import Codes, Kind, Link, Status, Two
from kanal.web.parts.keyset import every_row
from kanal.web.parts.list_page import ListPage
from kanal.web.parts.paper import Paper, PaperColumn, pdf_response

BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as something else
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
PDF_ROWS = 5_000  # a hundred pages, in about a second
XLSX_ROWS = 50_000  # a few seconds; far below the 1,048,576 of one sheet
CHUNK = 64 * 1024


def export(shown: ListPage[Any], how: str) -> HttpResponseBase:
    if how == "csv":
        return as_csv(shown)
    if how == "xlsx":
        return as_xlsx(shown)
    if how == "pdf" and shown.listing.has_pdf:
        return as_pdf(shown)
    raise BadRequest(f"there is no export as {how!r}")


def as_csv(shown: ListPage[Any]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_csv(shown, get_language(), timezone.get_current_timezone()))
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Content-Disposition"] = content_disposition_header(True, file_name(shown, "csv"))
    return response


def _csv(shown: ListPage[Any], language: str | None, zone: tzinfo) -> Iterator[str]:
    """Sent while it is read; language and zone are those of the request, whoever iterates."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    with override(language), timezone.override(zone):
        buffer.write(BYTE_ORDER_MARK)
        writer.writerow(map(_harmless, heads(shown)))
        for row in lines(shown):
            writer.writerow([cell_in_csv(value) for value in row])
            if buffer.tell() > CHUNK:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
    yield buffer.getvalue()


def cell_in_csv(value: Any) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case int() | Decimal():
            return format(value, "f") if isinstance(value, Decimal) else str(value)
        case _:
            return _harmless(str(value))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def as_xlsx(shown: ListPage[Any]) -> HttpResponseBase:
    """Whole before it can be sent; what would take long is said, and CSV offered, which is sent while it is read."""
    if too_many(shown, XLSX_ROWS):
        return HttpResponseRedirect(shown.url())
    file = tempfile.TemporaryFile(prefix="kanal-export-")  # noqa: SIM115 - the answer closes it when it was sent
    write_xlsx(file, shown)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name(shown, "xlsx"))


def as_pdf(shown: ListPage[Any], paper: Paper | None = None) -> HttpResponseBase:
    """`paper` brings what stands around the rows: whose it is, figures, totals."""
    if too_many(shown, PDF_ROWS):
        return HttpResponseRedirect(shown.url())
    paper = paper or Paper(title=str(shown.title), facts=[])
    columns = [PaperColumn(str(column.label), column.kind) for column in _columns(shown)]
    rows = [[column.value(row) for column in _columns(shown)] for row in every_row(shown.rows, shown.order)]
    facts = [*paper.facts, *((chip.label, "") for chip in shown.chips)]
    return pdf_response(shown.request, replace(paper, facts=facts, columns=columns, rows=rows), file_name(shown, "pdf"))


def too_many(shown: ListPage[Any], most: int) -> bool:
    """Said to the reader, with what goes instead."""
    if shown.rows.order_by()[: most + 1].count() <= most:
        return False
    words = {"most": number_format(most, force_grouping=True)}
    messages.warning(shown.request, _("More than %(most)s rows: export them as CSV, or narrow the list.") % words)
    return True


def write_xlsx(file: IO[bytes], shown: ListPage[Any]) -> None:
    """Row by row, in constant memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(file, options) as book:
        pen, sheet = Pen(book), book.add_worksheet()
        pen.write_heads(sheet, heads(shown))
        for at, row in enumerate(lines(shown), start=1):
            pen.write_row(sheet, at, row)


class Pen:
    def __init__(self, book: Any) -> None:
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.fraction = book.add_format({"num_format": "#,##0.00"})
        self.moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self.day = book.add_format({"num_format": "dd/mm/yyyy"})

    def write_heads(self, sheet: Any, labels: list[str]) -> None:
        sheet.freeze_panes(1, 0)
        for column, label in enumerate(labels):
            sheet.set_column(column, column, min(max(len(label) + 2, 14), 40))
            sheet.write_string(0, column, label, self.bold)

    def write_row(self, sheet: Any, at: int, row: list[Any]) -> None:
        for column, value in enumerate(row):
            match value:
                case None | "":
                    continue
                case datetime():
                    sheet.write_datetime(at, column, value, self.moment)
                case date():
                    sheet.write_datetime(at, column, value, self.day)
                case Decimal():
                    sheet.write_number(at, column, value, self.fraction)
                case int():
                    sheet.write_number(at, column, value, self.whole)
                case _:
                    sheet.write_string(at, column, str(value))


def heads(shown: ListPage[Any]) -> list[str]:
    labels: list[str] = []
    for column in _columns(shown):
        label = str(column.label)
        match column.kind:
            case Kind.MONEY:
                labels += [label, _("Currency of “%(column)s”") % {"column": label}]
            case Kind.MOMENT:
                labels.append(f"{label} ({timezone.get_current_timezone_name()})")
            case _:
                labels.append(label)
    return labels


def lines(shown: ListPage[Any]) -> Iterator[list[Any]]:
    columns = _columns(shown)
    for row in every_row(shown.rows, shown.order):
        line: list[Any] = []
        for column in columns:
            value = column.value(row)
            line += money_cells(value) if column.kind is Kind.MONEY else [plain_cell(value)]
        yield line


def _columns(shown: ListPage[Any]) -> list[Any]:
    return [column for column in shown.columns if column.exported and column.label]


def money_cells(value: Any) -> list[Any]:
    if not isinstance(value, Money):
        return [plain_cell(value), None]
    amount = value.amount if not value.unit.decimals else Decimal(value.amount).scaleb(-value.unit.decimals)
    return [amount, value.unit.money.code]


@singledispatch
def plain_cell(value: Any) -> Any:
    """What a sheet holds: numbers and days as they are, anything else as the words of its cell."""
    return str(value)


@plain_cell.register(type(None))
@plain_cell.register(int)
@plain_cell.register(Decimal)
@plain_cell.register(date)
def _as_it_is(value: Any) -> Any:
    return value


@plain_cell.register
def _moment(value: datetime) -> datetime:
    return timezone.make_naive(value)


@plain_cell.register
def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")


@plain_cell.register
def _label(value: enum.Enum) -> str:
    return str(getattr(value, "label", value.value))


@plain_cell.register
def _status(value: Status) -> str:
    return str(value.label)


@plain_cell.register
def _link(value: Link) -> str:
    return str(value.text)


@plain_cell.register
def _two(value: Two) -> str:
    return ", ".join(str(part) for part in (value.first, value.second) if part)


@plain_cell.register
def _codes(value: Codes) -> str:
    return ", ".join(map(str, value.labels))


@plain_cell.register
def _period(value: Period) -> str:
    return f"{rfc3339(value.start)}/{rfc3339(value.end)}"


def file_name(shown: ListPage[Any], ending: str) -> str:
    """Such as kanal-members-2026-03-18.csv, by the day of the reader."""
    at = getattr(shown.request, "at", None) or clock.now()
    return f"kanal-{shown.name}-{timezone.localtime(at):%Y-%m-%d}.{ending}"
