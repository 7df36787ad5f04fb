"""The desk's answers about customers of partners: one by one, or many at once, each by itself.

LINK-3 The conditions are checked again before the answer. LINK-4 Approved or rejected, with a reason for the latter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from kanal.customers.models import CustomerLink
from kanal.customers.operator_queries import all_links
from kanal.identity.permissions import Permission
from kanal.kit.ids import UnknownId, parse_public_id
from kanal.kit.refusal import Refusal
from kanal.onboarding.conditions import Checked
from kanal.onboarding.decide_customer_link import approve_customer_link, approve_customer_links, reject_customer_link
from kanal.onboarding.queries import choices_for_desk
from kanal.web.access import Door, page
from kanal.web.listing import Status
from kanal.web.pages.account import FORM
from kanal.web.pages.customer_links import called, desk_link_of, desk_trail_to, status_of, url_of
from kanal.web.pages.here import UNPROCESSABLE, sent
from kanal.web.pages.partner_applications import decide
from kanal.web.parts.shapes import Confirm
from kanal.web.request import PortalRequest

May, State = Permission, CustomerLink.State
MOST = 100


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner and the customer read it; do not name a condition that only one may know"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_DECIDE)
def approve(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = desk_link_of(customer_id)
    names = {"name": called(link), "partner": link.partner.name}
    asked = Confirm(
        _("Approve %(name)s as a customer of %(partner)s?") % names,
        _("Approve"),
        url=request.path,
        cancel_url=url_of(link),
        text=_("It buys through the partner from now on: its accounts open in the partner's book, and it can no "
               "longer add credit itself."),
        form=forms.Form(sent(request)),
    )  # fmt: skip

    def act(_said: dict[str, Any]) -> str:
        approve_customer_link(link=link, by=request.actor, at=request.at)
        return asked.cancel_url

    done = _("%(name)s is a customer of %(partner)s now.") % names
    return decide(request, _("Approve"), asked, act, done, *desk_trail_to(link))


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_DECIDE)
def reject(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = desk_link_of(customer_id)
    name = {"name": called(link)}
    asked = Confirm(
        _("Reject %(name)s?") % name,
        _("Reject"),
        url=request.path,
        cancel_url=url_of(link),
        text=_("Nothing changes for the account. The partner may add it again."),
        kind="destroy",
        form=WhyForm(sent(request)),
    )

    def act(said: dict[str, Any]) -> str:
        reject_customer_link(link=link, why=said["why"], by=request.actor, at=request.at)
        return asked.cancel_url

    return decide(request, _("Reject"), asked, act, _("%(name)s is rejected.") % name, *desk_trail_to(link))


@dataclass(frozen=True, slots=True)
class Chosen:
    link: CustomerLink
    name: str
    status: Status
    conditions: list[Checked]

    @property
    def waits(self) -> bool:
        return self.link.state == State.AWAITING_PROVIDER

    @property
    def failing(self) -> list[Checked]:
        return [each for each in self.conditions if not each.met]


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_DECIDE)
def decide_many(request: PortalRequest) -> HttpResponse:
    """The chosen ones as they stand now: before the answer what it would meet, afterwards what came of it."""
    data = request.POST if request.method == "POST" else request.GET
    links = chosen_links(data.getlist("customer"))
    if not links:
        messages.warning(request, _("Choose at least one customer that waits."))
        return redirect("desk_customers")
    form = WhyForm(sent(request) if request.POST.get("act") == "reject" else None)
    if request.method == "POST" and (request.POST.get("act") != "reject" or form.is_valid()):
        tell_how_it_went(request, carry_out(request, [link for link in links if link.state == State.AWAITING_PROVIDER]))
        return redirect(f"{request.path}?{urlencode([('customer', link.public_id) for link in links])}")
    rows = [chosen(request, link) for link in links]
    facts = {
        "title": _("Decide about several customers"),
        "trail": desk_trail_to(),
        "rows": rows,
        "form": form,
        "any_waits": any(row.waits for row in rows),
        "cancel_url": reverse("desk_customers"),
    }
    return render(request, "customers/decide_many.html", facts, status=UNPROCESSABLE if form.errors else 200)


def chosen_links(told: list[str]) -> list[CustomerLink]:
    ids = []
    for text in told[:MOST]:
        try:
            ids.append(parse_public_id(text, "cus")[1])
        except UnknownId:
            continue
    return list(all_links().filter(id__in=ids).order_by("answered_at", "id"))


def chosen(request: PortalRequest, link: CustomerLink) -> Chosen:
    waits = link.state == State.AWAITING_PROVIDER
    conditions = [each for choice in choices_for_desk(link) for each in choice.conditions] if waits else []
    return Chosen(link, called(link), status_of(link, request.at), conditions)


def carry_out(request: PortalRequest, links: list[CustomerLink]) -> list[Refusal | None]:
    by, at = request.actor, request.at
    if request.POST.get("act") != "reject":
        return [refusal for _link, refusal in approve_customer_links(links=links, by=by, at=at)]
    refusals: list[Refusal | None] = []
    for link in links:
        try:
            reject_customer_link(link=link, why=request.POST["why"], by=by, at=at)
            refusals.append(None)
        except Refusal as refusal:
            refusals.append(refusal)
    return refusals


def tell_how_it_went(request: PortalRequest, refusals: list[Refusal | None]) -> None:
    done, left = refusals.count(None), len(refusals) - refusals.count(None)
    if done:
        messages.success(request, ngettext("%(n)d is decided.", "%(n)d are decided.", done) % {"n": done})
    if left:
        words = ngettext("%(n)d could not be; the reason stands beside it.",
                         "%(n)d could not be; the reason stands beside each.", left)  # fmt: skip
        messages.warning(request, words % {"n": left})
