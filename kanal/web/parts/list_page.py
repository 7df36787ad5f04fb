"""One page of a list as its template draws it, and the addresses that lead on from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kanal.web.parts.cells import Kind, Value, cell
from kanal.web.parts.declared import Column, Declared, Row
from kanal.web.parts.filters import Chip, Control
from kanal.web.parts.keyset import Cursor, Order, Slice, cursor_at, one_of, page_of, read_cursor, write_cursor

SIZES = (10, 25, 50, 100)
USUAL_SIZE = 25
COUNTED = 10_000
LONGEST_SEARCH = 100
FITTING = 6  # columns that stand side by side on an ordinary window
NOT_SHARED = ("export", "keep")  # names in the address that ask for something once


@dataclass(frozen=True, slots=True)
class Head:
    name: str
    label: str
    kind: str
    url: str
    direction: str  # as aria-sort says it


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    kind: str
    html: SafeString
    leads: bool = False  # to the row's own page


@dataclass(frozen=True, slots=True)
class ShownRow:
    url: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownChip:
    label: str
    url: str


class ListPage(Generic[Row]):
    def __init__(self, listing: Declared[Row], request: HttpRequest, rows: QuerySet[Row]) -> None:
        self.listing = listing
        self.request = request
        self.asked: QueryDict = request.GET
        self.all_rows = rows
        self.name = listing.name
        self.element = f"list-{listing.name}"
        self.title = listing.title
        self.path = request.path
        self.has_search = listing.search is not None
        self.search_label = listing.search_label or _("Search")
        self._matches: int | None = None  # how many rows the search alone finds, once it is known
        self.is_fragment = request.headers.get("HX-Target") == self.element

    # --- what is asked for ------------------------------------------------------------------------------------
    @property
    def search_text(self) -> str:
        return self.asked.get("q", "").strip()[:LONGEST_SEARCH]

    @cached_property
    def rows(self) -> QuerySet[Row]:
        """All that is filtered, in no order yet."""
        rows = self.all_rows
        if self.listing.search and self.search_text:
            rows = self._matching(self.listing.search(rows, self.search_text))
        for narrowing in self.listing.filters:
            rows = narrowing.apply(rows, self.asked)
        return rows

    def _matching(self, found: QuerySet[Row]) -> QuerySet[Row]:
        """Asked first by themselves, without an order, so that the words' own index answers.

        Together with an order and a limit, PostgreSQL would rather walk the order's index and try each row, which for
        a rare word means all of them. Many matches are soon met on that walk; few are named one by one.
        """
        key = self.listing.key
        keys = list(found.order_by().values_list(key, flat=True)[: COUNTED + 1])
        if len(keys) > COUNTED:
            return found
        self._matches = len(keys)
        return one_of(self.all_rows, key, keys)

    @cached_property
    def order(self) -> Order:
        for told in (self.asked.get("order", ""), self.listing.order):
            column = self.listing.column(told.removeprefix("-"))
            if column and column.sort:
                return Order(column.sort, told.startswith("-"), self.listing.key)
        return Order(self.listing.key, self.listing.order.startswith("-"), self.listing.key)

    @property
    def size(self) -> int:
        told = self.asked.get("size", "") or str(self._kept.get("size", ""))
        return int(told) if told in map(str, SIZES) else USUAL_SIZE

    @cached_property
    def columns(self) -> list[Column[Row]]:
        chosen = self.asked.getlist("column") or self._kept.get("columns", [])
        known = [column for column in self.listing.columns if column.name in chosen or not column.label]
        return known if chosen and known else [column for column in self.listing.columns if column.shown]

    @property
    def _kept(self) -> dict[str, Any]:
        session = getattr(self.request, "session", None)
        kept = session.get("lists", {}).get(self.name, {}) if session is not None else {}
        return kept if isinstance(kept, dict) else {}

    def keep_choices(self) -> HttpResponseRedirect:
        """Columns and page size stay as chosen for the rest of the session; the address stays shareable without."""
        lists = dict(self.request.session.get("lists", {}))
        columns = [name for name in self.asked.getlist("column") if self.listing.column(name)]
        lists[self.name] = {"columns": columns, "size": self.asked.get("size", "")}
        self.request.session["lists"] = lists
        return HttpResponseRedirect(self.url(column=None, size=None))

    # --- what is shown ----------------------------------------------------------------------------------------
    @cached_property
    def slice(self) -> Slice[Row]:
        return page_of(self.rows, self.order, self.size, self.cursor)

    @cached_property
    def cursor(self) -> Cursor | None:
        for name, backwards in (("before", True), ("after", False)):
            if name in self.asked:
                return read_cursor(self.asked.get(name, ""), self.rows, self.order, backwards=backwards)
        return None

    @cached_property
    def total(self) -> int:
        """Exact up to COUNTED; one more than that means "more than that"."""
        if self.cursor is None and not self.slice.has_later:
            return len(self.slice.rows)
        if self._matches is not None and len(self.chips) == 1:
            return self._matches
        return self.rows.order_by()[: COUNTED + 1].count()

    @property
    def count_in_words(self) -> str:
        if self.total > COUNTED:
            return _("more than %(count)s") % {"count": number_format(COUNTED, force_grouping=True)}
        words = ngettext("%(count)s row", "%(count)s rows", self.total)
        return words % {"count": number_format(self.total, force_grouping=True)}

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    def _head(self, column: Column[Row]) -> Head:
        is_current = bool(column.sort) and column.sort == self.order.path
        turned = f"-{column.name}" if is_current and not self.order.descending else column.name
        direction = ("descending" if self.order.descending else "ascending") if is_current else ""
        url = self.url(order=turned) if column.sort else ""
        return Head(column.name, str(column.label), column.kind, url, direction)

    @property
    def fits(self) -> bool:
        return len(self.columns) <= FITTING

    @cached_property
    def rows_shown(self) -> list[ShownRow]:
        link = self.listing.link
        return [ShownRow(link(row) if link else "", self._cells(row)) for row in self.slice.rows]

    def _cells(self, row: Row) -> list[Cell]:
        leading = next((column for column in self.columns if column.kind is not Kind.SELECT), None)
        return [
            Cell(str(column.label), column.kind, self._html(column, row), column is leading) for column in self.columns
        ]

    def _html(self, column: Column[Row], row: Row) -> SafeString:
        value: Value = column.value(row)
        if not column.template:
            return cell(value)
        html = render_to_string(column.template, {"row": row, "value": value}, request=self.request)
        return mark_safe(html)  # noqa: S308 - rendered by a template, which has escaped it

    @property
    def is_narrowed(self) -> bool:
        return bool(self.chips)

    @property
    def empty(self) -> Any:
        return self.listing.empty

    @property
    def empty_url(self) -> str:
        return reverse(self.listing.empty.url_name) if self.listing.empty.url_name else ""

    @cached_property
    def chips(self) -> list[ShownChip]:
        chips = [Chip(f"“{self.search_text}”", ("q",))] if self.listing.search and self.search_text else []
        for narrowing in self.listing.filters:
            chips += narrowing.chips(self.asked)
        return [ShownChip(chip.label, self.url(**dict.fromkeys(chip.names))) for chip in chips]

    @property
    def controls(self) -> list[Control]:
        return [narrowing.control(self.asked) for narrowing in self.listing.filters]

    @property
    def has_choices(self) -> bool:
        """Something to choose by; what only a link elsewhere says has no field to be shown."""
        return any(control.kind != "only" for control in self.controls)

    @property
    def sizes(self) -> list[Option]:
        return [Option(str(size), str(size), size == self.size) for size in SIZES]

    @property
    def choosable(self) -> list[Option]:
        shown = {column.name for column in self.columns}
        return [Option(each.name, str(each.label), each.name in shown) for each in self.listing.columns if each.label]

    # --- where it leads ---------------------------------------------------------------------------------------
    def url(self, **changes: str | None) -> str:
        """This list with other choices; a change of any of them begins at the first page again."""
        params = self.asked.copy()
        for name in ("after", "before", *NOT_SHARED):
            params.pop(name, None)
        for name, value in changes.items():
            if value is None:
                params.pop(name, None)
            else:
                params[name] = value
        return self._address(params)

    @property
    def address(self) -> str:
        """This very page, as short as one would share it."""
        return self._address(self.asked.copy())

    def _address(self, params: QueryDict) -> str:
        """Without what a form sends empty."""
        for name in [name for name in params if not any(params.getlist(name))]:
            del params[name]
        return f"{self.path}?{params.urlencode()}" if params else self.path

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the filter form does not show but must not lose."""
        kept = ("order", "size", "column")
        return [(name, value) for name in kept for value in self.asked.getlist(name)]

    @property
    def narrowed_by(self) -> list[tuple[str, str]]:
        """What the column and size form must not lose: all that filters and orders."""
        dropped = {"after", "before", "size", "column", *NOT_SHARED}
        return [(name, value) for name in self.asked if name not in dropped for value in self.asked.getlist(name)]

    @property
    def first_url(self) -> str:
        return self.url() if self.slice.has_earlier else ""

    @property
    def earlier_url(self) -> str:
        return self._beside(self.slice.rows[:1], "before") if self.slice.has_earlier else ""

    @property
    def later_url(self) -> str:
        return self._beside(self.slice.rows[-1:], "after") if self.slice.has_later else ""

    def _beside(self, edge: list[Row], name: str) -> str:
        if not edge:
            return self.url()
        return self.url(**{name: write_cursor(cursor_at(edge[0], self.order), self.order)})

    @property
    def csv_url(self) -> str:
        return self.url(export="csv")

    @property
    def xlsx_url(self) -> str:
        return self.url(export="xlsx")

    @property
    def pdf_url(self) -> str:
        return self.url(export="pdf") if self.listing.has_pdf else ""

    @property
    def clear_url(self) -> str:
        names = {
            name for narrowing in self.listing.filters for chip in narrowing.chips(self.asked) for name in chip.names
        }
        return self.url(q=None, **dict.fromkeys(names))
