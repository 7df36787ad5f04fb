"""Credit topped up, credit used and credit summary, for a partner, its own organizations and its customers.

REP-1 By period, account type and account, with totals and a chart; opening + in − out = closing.
REP-2 Page, sheet and paper have the same figures, since they are the same.
REP-3 A transfer to a customer is the partner's use; pairs inside what is asked about are left out of its total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from kanal.identity.permissions import Permission
from kanal.identity.queries import trading_book_of
from kanal.kit.currency import CURRENCIES
from kanal.kit.ids import public_id
from kanal.kit.money import Money
from kanal.kit.period import Period
from kanal.reports.figures import (
    IN,
    OUT,
    TAKEN_FROM_TOPPED_UP,
    TAKEN_FROM_USED,
    TOPPED_UP,
    USED,
    Figures,
    Stood,
    Sums,
    figures_of,
)
from kanal.reports.history import movements_among, no_movements
from kanal.reports.models import Action, Movement
from kanal.reports.naming import Naming
from kanal.reports.scope import Shown, Whose, wallets_for_partner
from kanal.web.access import Door, page
from kanal.web.listing import Column, Days, Empty, Kind, Listing
from kanal.web.overview import Figure
from kanal.web.pages.credit_history import CHOICES_MOST, columns_of, period_of_days
from kanal.web.parts.charts import Chart, Series, short
from kanal.web.parts.export import as_pdf
from kanal.web.parts.filters import Control
from kanal.web.parts.paper import Paper, PaperColumn
from kanal.web.parts.tables import Table, answer_table
from kanal.web.request import PortalRequest

May = Permission.CREDIT_REPORTS_READ
DAYS_DRAWN = 62  # a longer period is drawn by month
LONGEST = timedelta(days=366 * 5)
DAYS = Days("day", pgettext_lazy("report", "Period"), "effective_at")


@dataclass(frozen=True)
class Report:
    """What one of the three shows; `plus` and `minus` are the actions whose sums make its figure."""

    name: str
    title: Promise
    plus: tuple[Action, ...]
    minus: tuple[Action, ...]
    text: Promise

    @property
    def actions(self) -> tuple[Action, ...]:
        return (*self.plus, *self.minus)

    def of(self, sums: Sums) -> int:
        return sums.of(self.plus) - sums.of(self.minus)


TOPPED_UP_REPORT = Report(
    "credit_topped_up",
    gettext_lazy("Credit topped up"),
    TOPPED_UP,
    TAKEN_FROM_TOPPED_UP,
    gettext_lazy("What came into the wallets in the period, less what was corrected or repaid."),
)
USED_REPORT = Report(
    "credit_used",
    gettext_lazy("Credit used"),
    USED,
    TAKEN_FROM_USED,
    gettext_lazy("What was bought, paid and transferred to customers in the period, less what was refunded."),
)
SUMMARY_REPORT = Report(
    "credit_summary",
    gettext_lazy("Credit summary"),
    IN,
    OUT,
    gettext_lazy("What stood in each wallet, came in, went out and stands there at the end."),
)


@require_safe
@page(door=Door.PARTNER, may=May)
def topped_up(request: PortalRequest) -> HttpResponseBase:
    return by_line(request, TOPPED_UP_REPORT)


@require_safe
@page(door=Door.PARTNER, may=May)
def used(request: PortalRequest) -> HttpResponseBase:
    return by_line(request, USED_REPORT)


@require_safe
@page(door=Door.PARTNER, may=May)
def summary(request: PortalRequest) -> HttpResponseBase:
    asked = Asked(request)
    table = summary_table(asked)
    if request.GET.get("export"):
        return answer_table(request, table, SUMMARY_REPORT.name, paper_of(asked, SUMMARY_REPORT))
    return shown(request, asked, SUMMARY_REPORT, table, {})


# --- What is asked -------------------------------------------------------------------------------------------------


class Asked:
    """Period, whose and which account, as the address says it; unless it says, this month so far and everybody."""

    def __init__(self, request: PortalRequest) -> None:
        self.request, self.get = request, request.GET
        self.today = timezone.localdate(request.at)

    @cached_property
    def days(self) -> tuple[date, date]:
        first, last = DAYS.span(self.get)
        last = last or max(self.today, first or self.today)
        first = first or last.replace(day=1)
        return max(first, last - LONGEST), last

    @cached_property
    def period(self) -> Period:
        return period_of_days(*self.days)

    @cached_property
    def whose(self) -> Whose:
        told = self.get.get("whose", "")
        return Whose(told) if told in Whose.values else Whose.BOTH

    @cached_property
    def of_this_type(self) -> list[Shown]:
        """Wallets in the currency that is asked about; each currency is a report of its own (ID-9)."""
        return [each for each in self._every_wallet if each.account.currency == self.currency]

    @cached_property
    def _every_wallet(self) -> list[Shown]:
        return wallets_for_partner(self.request.organization, self.request.membership, self.whose)

    @cached_property
    def currencies(self) -> list[str]:
        return [code for code in CURRENCIES if code in {each.account.currency for each in self._every_wallet}] or [
            "VND"
        ]

    @cached_property
    def currency(self) -> str:
        told = self.get.get("currency", "")
        return told if told in self.currencies else self.currencies[0]

    @cached_property
    def wallets(self) -> list[Shown]:
        """ALL-1 One that is not the asker's to read does not exist."""
        told = self.get.get("account", "")
        if not told:
            return self.of_this_type
        found = [each for each in self.of_this_type if code_of(each) == told]
        if not found:
            raise Http404
        return found

    @cached_property
    def figures(self) -> Figures:
        book_id = trading_book_of(self.request.organization)
        step = "day" if self.days[1] - self.days[0] <= timedelta(days=DAYS_DRAWN) else "month"
        return figures_of(book_id, [each.account.id for each in self.wallets], self.period, step=step)

    @property
    def is_by_day(self) -> bool:
        return self.days[1] - self.days[0] <= timedelta(days=DAYS_DRAWN)

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)

    @property
    def controls(self) -> list[Control]:
        asked = self.get.copy()
        asked["day_from"], asked["day_to"] = (f"{day:%d/%m/%Y}" for day in self.days)
        whose = [(code, str(label), code == self.whose) for code, label in Whose.choices if code != Whose.BOTH]
        controls = [DAYS.control(asked), Control("choice", "whose", pgettext_lazy("report", "Account type"), whose, {})]
        if self.whose_accounts:
            controls.append(Control("choice", "account", gettext_lazy("Account"), self.whose_accounts, {}))
        if len(self.currencies) > 1:
            listed = [(code, code, code == self.currency) for code in self.currencies]
            controls.append(Control("choice", "currency", gettext_lazy("Currency"), listed, {}))
        return controls

    @property
    def whose_accounts(self) -> list[tuple[str, str, bool]]:
        told = self.get.get("account", "")
        near = self.of_this_type[:CHOICES_MOST]
        near += [each for each in self.of_this_type[CHOICES_MOST:] if code_of(each) == told]
        return [(code_of(each), each.holder.name, code_of(each) == told) for each in near]

    @property
    def in_words(self) -> list[tuple[str, str]]:
        first, last = (formats.date_format(day, "SHORT_DATE_FORMAT") for day in self.days)
        accounts = self.wallets[0].holder.name if self.get.get("account") else str(self.whose.label)
        return [
            (pgettext("report", "Period"), f"{first} – {last}"),
            (pgettext("report", "Accounts"), accounts),
            (_("Currency"), self.currency),
        ]


def code_of(shown: Shown) -> str:
    return public_id("acc", shown.account.id, shown.account.book_id)


# --- By account ----------------------------------------------------------------------------------------------------


def summary_table(asked: Asked) -> Table:
    heads = [
        PaperColumn(_("Account")),
        PaperColumn(_("Opening balance"), Kind.MONEY),
        PaperColumn(pgettext("credit", "Topped up"), Kind.MONEY),
        PaperColumn(pgettext("credit", "Refunded"), Kind.MONEY),
        PaperColumn(pgettext("credit", "In"), Kind.MONEY),
        PaperColumn(pgettext("credit", "Used"), Kind.MONEY),
        PaperColumn(pgettext("credit", "Transferred"), Kind.MONEY),
        PaperColumn(pgettext("credit", "Corrected and repaid"), Kind.MONEY),
        PaperColumn(pgettext("credit", "Out"), Kind.MONEY),
        PaperColumn(_("Closing balance"), Kind.MONEY),
    ]
    return table_of(asked, heads, summary_cells)


def summary_cells(stood: Stood) -> list[int]:
    return [
        stood.opening,
        stood.of(TOPPED_UP),
        stood.of(TAKEN_FROM_USED),
        stood.came_in,
        stood.of(USED) - stood.of([Action.GIVEN]),
        stood.of([Action.GIVEN]),
        stood.of(TAKEN_FROM_TOPPED_UP),
        stood.went_out,
        stood.closing,
    ]


def report_table(asked: Asked, report: Report) -> Table:
    """Only the actions that happened have a column; what lowers the figure stands there below zero."""
    every = asked.figures.accounts.values()
    happened = [action for action in report.actions if any(action in stood.by_action for stood in every)]
    heads = [
        PaperColumn(_("Account")),
        *(PaperColumn(str(action.label), Kind.MONEY) for action in happened),
        PaperColumn(pgettext("report", "Total"), Kind.MONEY),
    ]

    def cells(stood: Stood) -> list[int]:
        signed = [stood.of([action]) * (-1 if action in report.minus else 1) for action in happened]
        return [*signed, report.of(stood)]

    return table_of(asked, heads, cells)


def table_of(asked: Asked, heads: list[PaperColumn], cells: Any) -> Table:
    figures = asked.figures
    rows, urls = [], []
    for each in asked.wallets:
        stood = figures.accounts.get(each.account.id, Stood())
        rows.append([each.holder.name, *map(asked.money, cells(stood))])
        urls.append(history_url(asked, each))
    total = [pgettext("report", "Total"), *map(asked.money, cells(figures.total))]
    return Table(columns=heads, rows=rows, urls=urls, totals=total)


def history_url(asked: Asked, each: Shown) -> str:
    """Drill-down: the very lines of the figure."""
    first, last = (f"{day:%d/%m/%Y}" for day in asked.days)
    url = reverse("partner_credit_history_of", args=[(each.account.book_id, each.account.id)])
    return f"{url}?day_from={first}&day_to={last}"


# --- By line -------------------------------------------------------------------------------------------------------


def by_line(request: PortalRequest, report: Report) -> HttpResponseBase:
    asked = Asked(request)
    naming = Naming(request.organization)
    accounts = [each.account for each in asked.wallets]
    rows: QuerySet[Movement] = no_movements()
    if accounts:
        rows = movements_among(accounts, asked.period, report.actions).beside(naming.load)
    listing = lines_of(asked, report, naming)
    if request.GET.get("export") == "pdf":
        return as_pdf(listing.page(request, rows), paper_of(asked, report))
    if request.GET.get("export") or "keep" in request.GET:
        return listing.answer(request, rows, "reports/credit.html")
    page_of_lines = listing.page(request, rows)
    if page_of_lines.is_fragment:
        return listing.answer(request, rows, "reports/credit.html")
    return shown(request, asked, report, report_table(asked, report), {"list": page_of_lines})


def lines_of(asked: Asked, report: Report, naming: Naming) -> Listing[Movement]:
    names = {each.account.id: each.holder.name for each in asked.wallets}
    among = set(names)
    account = Column[Movement]("account", _("Account"), lambda row: names.get(row.account_id, ""))
    counted = Column[Movement](
        "counted", pgettext_lazy("report", "In the total"), lambda row: is_counted(row, among), shown=len(among) > 1
    )
    columns = [*columns_of(naming, lambda _row: asked.currency, account, date_sort="effective_at"), counted]
    return Listing[Movement](
        name=report.name,
        title=report.title,
        columns=[signed(column, report, asked) if column.name == "amount" else column for column in columns],
        order="-date",
        filters=[],
        empty=Empty(
            gettext_lazy("Nothing in this period"),
            gettext_lazy("Choose a longer period, or other accounts."),
            icon="calendar-search",
        ),
        has_pdf=True,
    )


def signed(column: Column[Movement], report: Report, asked: Asked) -> Column[Movement]:
    """As the report counts it: what lowers its figure is below zero."""

    def value(row: Movement) -> Money:
        return asked.money(abs(row.amount) * (-1 if row.action in report.minus else 1))

    return Column(column.name, column.label, value, kind=Kind.MONEY)


def is_counted(row: Movement, among: set[UUID]) -> bool:
    """REP-3"""
    return row.other_id not in among


# --- The page ------------------------------------------------------------------------------------------------------


def shown(request: PortalRequest, asked: Asked, report: Report, table: Table, more: dict[str, Any]) -> HttpResponse:
    facts = {
        "title": report.title,
        "lead": report.text,
        "controls": asked.controls,
        "figures": figures_shown(asked, report),
        "between": between_in_words(asked),
        "chart": chart_of(asked, report),
        "table": table,
        "has_more_accounts": len(asked.of_this_type) > CHOICES_MOST,
        "note": ORDER_NOTE,
        "exports": exports_of(request),
        **more,
    }
    return render(request, "reports/credit.html", facts)


def exports_of(request: PortalRequest) -> list[tuple[str, str, str, str]]:
    """Of the table by account, as it is asked for."""
    kinds = [("xlsx", "file-spreadsheet", _("Excel (XLSX)")), ("csv", "file-text", "CSV"), ("pdf", "file-type", "PDF")]
    found = []
    for kind, icon, label in kinds:
        asked = request.GET.copy()
        asked["export"] = kind
        found.append((kind, f"{request.path}?{asked.urlencode()}", icon, label))
    return found


ORDER_NOTE = gettext_lazy(
    "Reports count by when a movement takes effect. What was recorded later and dated back is in the period in which "
    "it counts; the balance beside a line in the history is that of the order of recording."
)


def figures_shown(asked: Asked, report: Report) -> list[Figure]:
    total = asked.figures.total
    if report is SUMMARY_REPORT:
        told: list[tuple[str, int]] = [
            (_("Opening balance"), total.opening),
            (pgettext("credit", "In"), total.came_in),
            (pgettext("credit", "Out"), total.went_out),
            (_("Closing balance"), total.closing),
        ]
    else:
        happened = [action for action in report.actions if action in total.by_action]
        told = [(pgettext("report", "Total"), report.of(total))]
        told += [(str(action.label), total.of([action]) * (-1 if action in report.minus else 1)) for action in happened]
    return [Figure(label, str(asked.money(amount))) for label, amount in told]


def between_in_words(asked: Asked) -> str:
    if not asked.figures.between:
        return ""
    words = {"amount": asked.money(asked.figures.between)}
    return _("%(amount)s moved between these accounts and is left out of the total, at both sides.") % words


def chart_of(asked: Asked, report: Report) -> Chart | None:
    figures = asked.figures
    if not figures.steps:
        return None
    steps = steps_of(asked)
    nothing = Sums()
    sums = [figures.steps.get(step, nothing) for step in steps]
    if report is SUMMARY_REPORT:
        series = [
            Series(pgettext("credit", "In"), [each.came_in for each in sums]),
            Series(pgettext("credit", "Out"), [each.went_out for each in sums]),
        ]
    else:
        series = [Series(report.title, [report.of(each) for each in sums])]
    pattern = "d/m" if asked.is_by_day else "m/Y"
    return Chart(
        element=f"chart-{report.name}",
        title=_("By day") if asked.is_by_day else _("By month"),
        description=str(report.text),
        labels=[formats.date_format(step, pattern) for step in steps],
        series=series,
        label_of_labels=_("Day") if asked.is_by_day else _("Month"),
        write=lambda amount: str(asked.money(amount)),
        write_level=lambda amount: short(amount // 10 ** CURRENCIES[asked.currency].decimals),
    )


def steps_of(asked: Asked) -> Sequence[date]:
    first, last = asked.days
    if asked.is_by_day:
        return [first + timedelta(days=day) for day in range((last - first).days + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def paper_of(asked: Asked, report: Report) -> Paper:
    told = [[(str(each.label), each.value) for each in figures_shown(asked, report)]]
    remarks = [text for text in (between_in_words(asked), str(ORDER_NOTE)) if text]
    return Paper(title=str(report.title), facts=asked.in_words, figures=told, remarks=remarks)
