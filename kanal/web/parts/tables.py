"""A table that is whole in memory, as CSV, XLSX or PDF: the figures of the page, and their total as the last row."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import xlsxwriter
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kanal.kit import clock
from kanal.kit.money import Money
from kanal.web.parts.export import BYTE_ORDER_MARK, Pen, cell_in_csv, money_cells, plain_cell
from kanal.web.parts.paper import Paper, PaperColumn, pdf_response

ROWS_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class Table:
    """Where a row's address is "", it leads nowhere."""

    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[Any]]
    urls: Sequence[str]
    totals: Sequence[Any]

    @property
    def shown_rows(self) -> list[tuple[str, list[tuple[PaperColumn, Any]]]]:
        """As many as a page bears."""
        some = zip(self.urls[:ROWS_SHOWN], self.rows[:ROWS_SHOWN], strict=True)
        return [(url, list(zip(self.columns, row, strict=True))) for url, row in some]

    @property
    def shown_totals(self) -> list[tuple[PaperColumn, Any]]:
        return list(zip(self.columns, self.totals, strict=True))

    @property
    def has_more(self) -> bool:
        return len(self.rows) > ROWS_SHOWN

    @property
    def heads(self) -> list[str]:
        """One currency for the whole table, said once."""
        return [*(column.label for column in self.columns), _("Currency")]

    @property
    def lines(self) -> list[list[Any]]:
        return [self._line(row) for row in (*self.rows, self.totals)]

    def _line(self, row: Sequence[Any]) -> list[Any]:
        currencies = {value.unit.money.code for value in row if isinstance(value, Money)}
        cells = [money_cells(value)[0] if isinstance(value, Money) else plain_cell(value) for value in row]
        return [*cells, *sorted(currencies)]


def answer_table(request: HttpRequest, table: Table, name: str, paper: Paper) -> HttpResponseBase:
    how = request.GET.get("export", "")
    at = getattr(request, "at", None) or clock.now()
    file_name = f"kanal-{name}-{timezone.localtime(at):%Y-%m-%d}.{how}"
    if how == "csv":
        return as_csv(table, file_name)
    if how == "xlsx":
        return as_xlsx(table, file_name)
    if how == "pdf":
        whole = replace(paper, columns=table.columns, rows=table.rows, totals=table.totals)
        return pdf_response(request, whole, file_name)
    raise BadRequest(f"there is no export as {how!r}")


def as_csv(table: Table, file_name: str) -> HttpResponse:
    buffer = io.StringIO()
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    for line in (table.heads, *table.lines):
        writer.writerow([cell_in_csv(value) for value in line])
    response = HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    return response


def as_xlsx(table: Table, file_name: str) -> FileResponse:
    file = tempfile.TemporaryFile(prefix="kanal-export-")  # noqa: SIM115 - the answer closes it when it was sent
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(file, options) as book:
        pen, sheet = Pen(book), book.add_worksheet()
        pen.write_heads(sheet, table.heads)
        for at, line in enumerate(table.lines, start=1):
            pen.write_row(sheet, at, line)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=file_name)
