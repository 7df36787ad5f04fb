"""The credit history of a wallet, a line or a grant, at every door.

CRED-5 The same transfer stands in both histories; the private reference only in its owner's.
ALL-1  An account that is not the asker's to read does not exist here.
ALL-4  Lines stand in the recorded order; a period holds what takes effect in it, as reports count it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from kanal.customers.models import Account as CustomerAccount
from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.queries import organization_seen_by, trading_book_of
from kanal.kit.ids import public_id
from kanal.kit.money import Money
from kanal.kit.period import Period, start_of_day
from kanal.ledger.flows import Kind as AccountKind
from kanal.ledger.models import Account
from kanal.ledger.names import AccountName
from kanal.reports import scope
from kanal.reports.history import EVER, has_dated_back, movements_of, no_movements, taking_effect_in, turnover_of
from kanal.reports.models import Movement
from kanal.reports.naming import Naming
from kanal.reports.scope import Shown, Whose
from kanal.reports.words import account_in_words, action_in_words, actions_of, code_of, description_of
from kanal.web.access import Door, page
from kanal.web.converters import BookId
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing
from kanal.web.overview import Figure
from kanal.web.pages.account_parts import ACTIONS
from kanal.web.parts.export import as_pdf
from kanal.web.parts.paper import Paper
from kanal.web.parts.shapes import Action, Step, Tab
from kanal.web.request import PortalRequest

May = Permission.CREDIT_READ
CHOICES_MOST = 200  # of accounts; further ones are found in the list of accounts
Row = Movement


# --- The pages -----------------------------------------------------------------------------------------------------


@require_safe
@page(door=Door.PARTNER, may=May)
def partners_own(request: PortalRequest) -> HttpResponseBase:
    found = scope.wallets_for_partner(request.organization, request.membership, Whose.BOTH)
    return first_of(request, found, "partner_credit_history_of")


@require_safe
@page(door=Door.PARTNER, may=May)
def partners(request: PortalRequest, account_id: BookId) -> HttpResponseBase:
    shown = scope.account_for_partner(request.organization, request.membership, *account_id)
    if shown is None:
        raise Http404
    others = scope.wallets_for_partner(request.organization, request.membership, Whose.BOTH)
    same = scope.accounts_of_holder(request.organization, shown.holder)
    place = Place("partner_credit_history_of", same, others)
    return history(request, shown, place)


@require_safe
@page(door=Door.CONSOLE, may=May)
def customers_own(request: PortalRequest) -> HttpResponseBase:
    return first_of(request, scope.accounts_of_itself(request.organization), "console_credit_history_of")


@require_safe
@page(door=Door.CONSOLE, may=May)
def customers(request: PortalRequest, account_id: BookId) -> HttpResponseBase:
    found = scope.accounts_of_itself(request.organization)
    return history(request, one_of(found, account_id), Place("console_credit_history_of", found))


@require_safe
@page(door=Door.DESK, may=May)
def at_the_desk(request: PortalRequest, organization_id: UUID) -> HttpResponseBase:
    organization = seen(request, organization_id)
    return first_of(request, scope.accounts_of_itself(organization), "desk_credit_history_of", organization.id)


@require_safe
@page(door=Door.DESK, may=May)
def one_at_the_desk(request: PortalRequest, organization_id: UUID, account_id: BookId) -> HttpResponseBase:
    organization = seen(request, organization_id)
    found = scope.accounts_of_itself(organization)
    trail = [
        Step(_("Organizations"), reverse("desk_organizations")),
        Step(organization.name, reverse("desk_organization_of", args=[organization.id])),
    ]
    place = Place("desk_credit_history_of", found, before=(organization.id,), trail=trail)
    return history(request, one_of(found, account_id), place)


def seen(request: PortalRequest, organization_id: UUID) -> Organization:
    found = organization_seen_by(request.organization, organization_id)
    if found is None:
        raise Http404
    return found


def one_of(found: Sequence[Shown], account_id: BookId) -> Shown:
    for shown in found:
        if (shown.account.book_id, shown.account.id) == account_id:
            return shown
    raise Http404


def first_of(request: PortalRequest, found: Sequence[Shown], url_name: str, *before: UUID) -> HttpResponseBase:
    """The first one, the one that was chosen, or the empty page that says when there will be one."""
    asked = request.GET.get("account", "")
    chosen = [shown for shown in found if public_id_of(shown) == asked] if asked else found
    if chosen:
        return HttpResponseRedirect(url_of(url_name, chosen[0], *before))
    if asked:
        raise Http404
    listing = listing_of(None, Naming(request.organization))
    return listing.answer(request, no_movements(), "reports/history.html", {"title": _("Credit history")})


# --- One history ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a history is shown: the same owner's other accounts, other owners, and what the address begins with."""

    url_name: str
    same: Sequence[Shown]
    others: Sequence[Shown] = ()
    before: tuple[UUID, ...] = ()
    trail: Sequence[Step] = ()


def history(request: PortalRequest, shown: Shown, place: Place) -> HttpResponseBase:
    account, naming = shown.account, Naming(request.organization)
    rows = movements_of(account).beside(naming.load)
    listing = listing_of(account, naming)
    period = period_filter(account).period(request.GET)
    figures = figures_of(account, period)
    title = _("Credit history")
    if request.GET.get("export") == "pdf":
        facts = [(_("Account"), f"{shown.holder.name} · {account_in_words(account)}")]
        paper = Paper(
            title=title, facts=facts, figures=[[(str(each.label), each.value) for each in figures]],
            remarks=[str(ORDER_NOTE)],
        )  # fmt: skip
        return as_pdf(listing.page(request, rows), paper)
    context = {
        "title": title,
        "trail": place.trail,
        "lead": f"{shown.holder.name} · {account_in_words(account)}",
        "figures": figures,
        "tabs": tabs_of(shown, place),
        "choices": choices_of(shown, place),
        "choose_url": reverse("partner_credit_history") if place.others else "",
        "has_more": len(place.others) > CHOICES_MOST,
        "note": ORDER_NOTE if has_dated_back(account, period) else "",
    }
    answer = listing.answer(request, rows, "reports/history.html", context)
    if isinstance(answer, HttpResponse) and "HX-Push-Url" in answer:  # only the list was asked for: figures beside it
        answer.write(render_to_string("reports/figures.html", {"figures": figures, "is_out_of_band": True}, request))
    return answer


ORDER_NOTE = gettext_lazy(
    "Lines stand in the order in which they were recorded, and so do the balances beside them. The date is when a "
    "line counts; reports and periods follow it."
)


def figures_of(account: Account, period: Period) -> list[Figure]:
    if period == EVER:
        return [
            Figure(_("Balance"), str(account.balance)),
            Figure(_("Held"), str(account.held)),
            Figure(_("Available"), str(account.available)),
        ]
    turnover = turnover_of(account, period)
    told = [
        (_("Opening balance"), turnover.opening),
        (pgettext("credit", "In"), turnover.came_in),
        (pgettext("credit", "Out"), turnover.went_out),
        (_("Closing balance"), turnover.closing),
    ]
    return [Figure(label, str(Money(amount, account.currency))) for label, amount in told]


def tabs_of(shown: Shown, place: Place) -> list[Tab]:
    if len(place.same) < 2:  # noqa: PLR2004 - nothing to choose
        return []
    sellers = scope.sellers_in({each.account.book_id for each in place.same})
    several = len(sellers) > 1
    return [
        Tab(
            account_in_words(each.account) + (f" · {sellers[each.account.book_id]}" if several else ""),
            url_of(place.url_name, each, *place.before),
            each.account == shown.account,
        )
        for each in place.same
    ]


def choices_of(shown: Shown, place: Place) -> list[tuple[str, str, bool]]:
    near = list(place.others[:CHOICES_MOST])
    if shown.holder.id not in {each.holder.id for each in near}:
        near.insert(0, shown)
    return [
        (
            public_id_of(each),
            f"{each.holder.name} · {account_in_words(each.account)}",
            each.holder.id == shown.holder.id,
        )
        for each in near
    ]


def public_id_of(shown: Shown) -> str:
    return public_id("acc", shown.account.id, shown.account.book_id)


def url_of(url_name: str, shown: Shown, *before: UUID) -> str:
    return reverse(url_name, args=[*before, (shown.account.book_id, shown.account.id)])


# --- The list ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PeriodOf(Days):
    """Days by when lines count; the stretch of the account is found at once."""

    account: Account | None = None

    def period(self, asked: QueryDict) -> Period:
        return period_of_days(*self.span(asked))

    def apply(self, rows: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
        period = self.period(asked)
        return rows if period == EVER or self.account is None else rows.filter(taking_effect_in(self.account, period))


def period_filter(account: Account | None) -> PeriodOf:
    return PeriodOf("day", pgettext_lazy("report", "Period"), "effective_at", account=account)


SIGNS = [("in", pgettext_lazy("credit", "In")), ("out", pgettext_lazy("credit", "Out"))]


def listing_of(account: Account | None, naming: Naming) -> Listing[Row]:
    currency = account.currency if account else "VND"
    return Listing[Row](
        name="credit_history",
        title=gettext_lazy("Credit history"),
        columns=columns_of(naming, lambda _row: currency),
        order="-sequence",
        key="sequence",
        filters=[
            period_filter(account),
            Choice(
                "action",
                pgettext_lazy("credit", "Action"),
                actions_of(account),
                lambda rows, action: rows.filter(action=action),
            ),
            Choice(
                "sign",
                pgettext_lazy("credit", "In or out"),
                SIGNS,
                lambda rows, sign: rows.filter(is_in=sign == "in"),
            ),
        ],
        search=lambda rows, text: rows.filter(note__icontains=text),
        search_label=gettext_lazy("Search the descriptions"),
        empty=Empty(
            gettext_lazy("No credit has moved yet"),
            gettext_lazy("Every top-up, use and refund will stand here with the balance after it."),
            icon="history",
        ),
        has_pdf=True,
    )


def columns_of(
    naming: Naming, currency: Callable[[Row], str], *before: Column[Row], date_sort: str = ""
) -> list[Column[Row]]:
    return [
        Column("date", pgettext_lazy("credit", "Date"), lambda row: row.effective_at, kind=Kind.MOMENT, sort=date_sort),
        *before,
        Column("action", pgettext_lazy("credit", "Action"), action_in_words),
        Column("counterparty", pgettext_lazy("credit", "Counterparty"), naming.other_side),
        Column("description", gettext_lazy("Description"), description_of),
        Column("amount", gettext_lazy("Amount"), lambda row: Money(row.amount, currency(row)), kind=Kind.MONEY),
        Column(
            "balance", gettext_lazy("Balance after"), lambda row: Money(row.balance, currency(row)), kind=Kind.MONEY
        ),
        Column("operator", pgettext_lazy("credit", "Done by"), naming.operator),
        Column("reference", pgettext_lazy("credit", "Reference"), naming.reference),
        Column("code", gettext_lazy("Transaction code"), code_of, kind=Kind.CODE),
        Column("recorded", gettext_lazy("Recorded"), lambda row: row.recorded_at, kind=Kind.MOMENT, shown=False),
    ]


def period_of_days(first: date | None, last: date | None) -> Period:
    """From a day to a day, both included, of the provider's calendar; without either, for ever."""
    zone = ZoneInfo(settings.TIME_ZONE)
    start = start_of_day(first, zone) if first else EVER.start
    end = start_of_day(last + timedelta(days=1), zone) if last else EVER.end
    return Period(start, max(start, end))


# --- The way there from a customer's page --------------------------------------------------------------------------


def history_action(request: PortalRequest, row: CustomerLink | CustomerAccount) -> list[Action]:
    """LINK-7 Also of one that is a customer no more; not in the list, where each row has enough to do."""
    if not isinstance(row, CustomerLink) or row.confirmed_at is None or row.customer_id is None:
        return []
    wallet = AccountName(trading_book_of(request.organization), AccountKind.WALLET, "VND", row.customer_id)
    url = reverse("partner_credit_history_of", args=[(wallet.book_id, wallet.id)])
    return [Action(_("Credit history"), url, icon="history")] if May in request.permissions else []


ACTIONS.append(history_action)
