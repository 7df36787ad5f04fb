"""Add customer accounts, several rows at once: typed, checked as it is typed, asked row by row, answered row by row.

LINK-1 Each row succeeds or fails by itself. LINK-3 A row is answered in four words and no more.
ALL-3  Nothing typed is lost.
"""

from __future__ import annotations

from itertools import count

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kanal.identity.permissions import Permission
from kanal.kit.refusal import Refusal
from kanal.onboarding.invite_customer import Wish, invite_customers
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.queries import rows_of_batch
from kanal.web.access import Door, page
from kanal.web.listing import Status
from kanal.web.pages.account import FORM, trail_to
from kanal.web.pages.customer_rows import MOST, RowForm, Sheet
from kanal.web.pages.here import UNPROCESSABLE
from kanal.web.parts.shapes import Action
from kanal.web.request import PortalRequest

May = Permission


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.CUSTOMERS_MANAGE)
def add(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        told = request.GET
        return shown(request, Sheet.empty(email=told.get("email", ""), friendly_name=told.get("name", "")))
    if "remove" in request.POST:
        return shown(request, Sheet.typed(request.POST).without(request.POST["remove"]))
    if request.POST.get("act") == "more":
        return shown(request, Sheet.typed(request.POST).with_another())
    sheet = Sheet.sent(request.POST)
    return asked(request, sheet) if sheet.is_valid() else shown(request, sheet, status=UNPROCESSABLE)


def shown(request: PortalRequest, sheet: Sheet, *, status: int = 200, refusal: str = "") -> HttpResponse:
    facts = {
        "title": _("Add customer account"),
        "trail": trail_to(),
        "sheet": sheet,
        "refusal": refusal,
        "most": MOST,
        "check_url": reverse("partner_check_customer_row"),
        "file_url": reverse("partner_customer_files_new"),
        "cancel_url": reverse("partner_accounts"),
    }
    template = "accounts/add.html#rows" if request.htmx else "accounts/add.html"
    return render(request, template, facts, status=status)


def asked(request: PortalRequest, sheet: Sheet) -> HttpResponse:
    """What is refused as a whole, such as too many rows for a day, loses nothing typed."""
    try:
        invite_customers(
            partner=request.organization,
            wishes=numbered(request, sheet),
            batch=sheet.batch,
            by=request.actor,
            at=request.at,
        )
    except Refusal as refusal:
        return shown(request, sheet, status=UNPROCESSABLE, refusal=str(refusal))
    return redirect("partner_customers_added", sheet.batch)


def numbered(request: PortalRequest, sheet: Sheet) -> dict[int, Wish]:
    """A row that was sent before, and after going back names another address, is another row."""
    told = {each.row: each.email for each in rows_of_batch(request.organization, sheet.batch)}
    fresh = count(max([*told, *(row.number for row in sheet.rows)]) + 1)
    return {
        row.number if told.get(row.number, row.wish.email) == row.wish.email else next(fresh): row.wish
        for row in sheet.rows
    }


@require_POST
@page(door=Door.PARTNER, may=May.CUSTOMERS_MANAGE)
def check_row(request: PortalRequest) -> HttpResponse:
    """What is wrong with one row so far, as its address is left; who it belongs to is not asked (LINK-3)."""
    sheet = Sheet.typed(request.POST)
    number = request.POST.get("checked", "")
    row = next((each for each in sheet.rows if str(each.number) == number), None)
    email = row.initial.get("email", "").strip().lower() if row else ""
    if row is None or not email:
        return HttpResponse()
    bound = RowForm(row.number, request.POST)
    bound.is_valid()
    said = [*bound.errors.get("email", []), *_stands_twice(sheet, row.number, email)]
    return render(request, "accounts/row_said.html", {"said": said, "number": row.number})


def _stands_twice(sheet: Sheet, number: int, email: str) -> list[str]:
    others = [each.number for each in sheet.rows if each.initial.get("email", "").strip().lower() == email]
    return [_("This address stands in the form twice.")] if len(others) > 1 and others[0] != number else []


@require_safe
@page(door=Door.PARTNER, may=May.CUSTOMERS_MANAGE)
def added(request: PortalRequest, batch: str) -> HttpResponse:
    """What each row was answered; the words are all that is told (LINK-3)."""
    rows = list(rows_of_batch(request.organization, batch))
    if not rows:
        raise Http404
    sent = sum(row.answer == InvitedRow.Answer.SENT for row in rows)
    facts = {
        "title": _("Customers added"),
        "trail": trail_to(),
        "lead": lead_for(sent, len(rows)),
        "rows": [(row, Status(row.answer, InvitedRow.Answer(row.answer).label)) for row in rows],
        "actions": [
            Action(_("Add more"), reverse("partner_add_customers"), icon="user-plus"),
            Action(_("To the accounts"), reverse("partner_accounts"), kind="primary"),
        ],
        "any_cannot": any(row.answer == InvitedRow.Answer.CANNOT for row in rows),
    }
    return render(request, "accounts/added.html", facts)


def lead_for(sent: int, every: int) -> str:
    words = ngettext("%(sent)d of %(all)d invitation is sent.", "%(sent)d of %(all)d invitations are sent.", every)
    return words % {"sent": sent, "all": every}
