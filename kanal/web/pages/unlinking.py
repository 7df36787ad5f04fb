"""Ending the relation of a partner and its customer: what is still open, asking, answering; at the desk with a reason.

LINK-7 Both sides agree, or the desk says why. The page lists what is still open; asking is possible all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kanal.customers.models import CustomerLink, Unlinking
from kanal.customers.queries import open_unlinking_of, partner_link_of
from kanal.identity.permissions import Permission
from kanal.kit.refusal import Refusal
from kanal.onboarding.conditions import Checked
from kanal.onboarding.open_matters import matters_of
from kanal.onboarding.unlink_customer import (
    agree_to_unlink,
    ask_to_unlink,
    refuse_unlinking,
    take_back_unlinking,
    unlink_by_the_desk,
)
from kanal.web.access import Door, page
from kanal.web.pages.account import FORM, link_of, trail_to, url_of
from kanal.web.pages.customer_links import desk_link_of, desk_trail_to
from kanal.web.pages.customer_links import url_of as desk_url_of
from kanal.web.pages.here import UNPROCESSABLE, add_refusal, sent
from kanal.web.parts.shapes import Step
from kanal.web.request import PortalRequest

May, Side = Permission, Unlinking.Side


class ReasonForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The other side reads it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DeskReasonForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The partner, the customer and the auditor read it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True)
class Parting:
    """One side's view of a link that may end."""

    link: CustomerLink
    side: Unlinking.Side
    other: str
    back: str
    trail: tuple[Step, ...]

    @property
    def asked(self) -> Unlinking | None:
        return open_unlinking_of(self.link)


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.CUSTOMERS_UNLINK)
def by_partner(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = link_of(request, customer_id)
    return parted(request, Parting(link, Side.PARTNER, link.shown_name, url_of(link), trail_to(link)))


@require_http_methods(FORM)
@page(door=Door.CONSOLE, may=May.PARTNER_INVITATIONS_ANSWER)
def by_customer(request: PortalRequest) -> HttpResponse:
    back = reverse("console_my_partner")
    link = partner_link_of(request.organization)
    if link is None:
        return redirect(back)
    return parted(request, Parting(link, Side.CUSTOMER, link.partner.name, back, (Step(_("My partner"), back),)))


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_DECIDE)
def by_desk(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = desk_link_of(customer_id)
    return parted(request, Parting(link, Side.DESK, str(link.customer), desk_url_of(link), desk_trail_to(link)))


def parted(request: PortalRequest, parting: Parting) -> HttpResponse:
    if not parting.link.is_confirmed:
        messages.warning(request, _("Only a confirmed customer can be unlinked."))
        return redirect(parting.back)
    form = (DeskReasonForm if parting.side is Side.DESK else ReasonForm)(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            done = carry_out(request, parting, form.cleaned_data["why"])
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, done)
            return redirect(parting.back)
    return shown(request, parting, form)


def carry_out(request: PortalRequest, parting: Parting, why: str) -> str:
    link, by, at = parting.link, request.actor, request.at
    names = {"other": parting.other}
    if parting.side is Side.DESK:
        unlink_by_the_desk(link=link, why=why, by=by, at=at)
        return _("%(other)s is unlinked.") % names
    match request.POST.get("act"):
        case "agree":
            agree_to_unlink(link=link, by=by, at=at)
            return _("You and %(other)s are no longer linked.") % names
        case "refuse":
            refuse_unlinking(link=link, by=by, at=at, why=why)
            return _("%(other)s is told that you do not agree.") % names
        case "take_back":
            take_back_unlinking(link=link, by=by, at=at)
            return _("You no longer ask to unlink; %(other)s is told.") % names
        case _:
            ask_to_unlink(link=link, by=by, at=at, why=why)
            return _("%(other)s is asked to agree.") % names


def shown(request: PortalRequest, parting: Parting, form: forms.Form) -> HttpResponse:
    matters, asked = matters_of(parting.link), parting.asked
    facts = {
        "title": title_for(parting),
        "trail": parting.trail,
        "matters": matters,
        "still_open": [matter for matter in matters if not matter.met],
        "asked": asked,
        "stage": stage_of(parting, asked),
        "consequences": consequences_for(parting),
        "form": form,
        "cancel_url": parting.back,
        "settled": is_settled(matters),
    }
    return render(request, "customers/unlink.html", facts, status=UNPROCESSABLE if form.errors else 200)


def title_for(parting: Parting) -> str:
    if parting.side is Side.CUSTOMER:
        return _("Unlink from %(partner)s") % {"partner": parting.other}
    return _("Unlink %(customer)s") % {"customer": parting.other}


def stage_of(parting: Parting, asked: Unlinking | None) -> str:
    if parting.side is Side.DESK:
        return "desk"
    if asked is None:
        return "ask"
    return "ours" if asked.side == parting.side else "theirs"


def is_settled(matters: list[Checked]) -> bool:
    return all(matter.met for matter in matters)


def consequences_for(parting: Parting) -> list[str]:
    keep = _("What happened until then stays readable for both sides. A bill for use until then may still come.")
    if parting.side is Side.CUSTOMER:
        return [
            _("You buy from the provider directly, at its own prices, and add credit yourself again."),
            _("Credit lines and discounts of your partner end."),
            keep,
        ]
    return [
        _("The customer buys from the provider directly, and adds credit itself again."),
        _("Its credit line and its discounts end; promotional credit lapses."),
        keep,
    ]
