"""My partner, in the customer's console: whose customer it is, who asks it to be, and the answer.

LINK-3 The account's owner sees which condition fails. LINK-4 Accepted or declined by an owner.
LINK-7 The past stays readable. ALL-1 Only invitations to one's own owners exist here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.customers.models import CustomerLink, Unlinking
from kanal.customers.queries import (
    book_of,
    invitation_to,
    invitations_to,
    links_of_customer,
    open_unlinking_of,
    partner_link_of,
)
from kanal.customers.subjects import customer_link_subject
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.kit.refusal import Refusal
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decline_partner import decline_partner
from kanal.onboarding.queries import choice_of
from kanal.partners.queries import owning_partner_of
from kanal.web.access import Door, page
from kanal.web.listing import Column, Empty, Kind, Listing, Status
from kanal.web.pages.account import FORM
from kanal.web.pages.here import UNPROCESSABLE
from kanal.web.pages.organization import SHOWN
from kanal.web.pages.partner_applications import decide
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

May, State = Permission, CustomerLink.State
PAST = {State.REJECTED, State.UNLINKED}


@require_safe
@page(door=Door.CONSOLE, may=May.MY_PARTNER_READ)
def my_partner(request: PortalRequest) -> HttpResponse:
    own = request.organization
    link = partner_link_of(own)
    history = list(links_of_customer(own)[:SHOWN])
    unlinking = open_unlinking_of(link) if link else None
    facts = {
        "title": _("My partner"),
        "link": link,
        "owner": owning_partner_of(own) if link is None else None,
        "facts": facts_of_partner(link.partner, link) if link else [],
        "actions": [unlink_action(request)] if link else [],
        "unlinking": unlinking,
        "unlinking_is_ours": unlinking is not None and unlinking.side == Unlinking.Side.CUSTOMER,
        "may_answer": May.PARTNER_INVITATIONS_ANSWER in request.permissions,
        "waiting": [each for each in history if each.state == State.AWAITING_PROVIDER],
        "invitations": list(invitations_to(own, request.at)[:SHOWN]),
        "past": [(each, shown_status(each, request)) for each in history if each.state in PAST],
        "timeline": timeline_for(history),
    }
    return render(request, "customers/my_partner.html", facts)


def facts_of_partner(partner: Organization, link: CustomerLink) -> list[Fact]:
    return [
        Fact(_("Partner"), partner.name),
        Fact(_("Customer since"), link.confirmed_at),
        Fact(_("E-mail"), partner.email),
        Fact(_("Telephone"), partner.phone),
        Fact(_("Address"), partner.address),
        Fact(_("Accepted by"), str(link.answered_by) if link.answered_by else None),
    ]


def unlink_action(request: PortalRequest) -> Action:
    if May.PARTNER_INVITATIONS_ANSWER in request.permissions:
        return Action(_("Unlink"), reverse("console_unlink"), icon="unlink")
    return Action(_("Unlink"), icon="unlink", reason=_("Only an owner of the organization does this."))


def timeline_for(links: list[CustomerLink]) -> list[Any]:
    """What both sides may read; what a partner keeps for itself is not in it."""
    if not links:
        return []
    books = {book_of(link) for link in links}
    return happened(timeline_of(*map(customer_link_subject, links), books=books)[:SHOWN])


def shown_status(link: CustomerLink, request: PortalRequest) -> Status:
    """As the one who is asked reads it: an invitation can be answered for as long as its link works."""
    if link.is_answerable(request.at):
        return Status("WAITING", _("Waits for your answer"))
    standing = link.standing(request.at)
    return Status(standing.value, standing.label)


def listing(request: PortalRequest) -> Listing[CustomerLink]:
    return Listing[CustomerLink](
        name="partner_invitations",
        title=gettext_lazy("Invitations from partners"),
        columns=[
            Column("partner", gettext_lazy("Partner"), lambda link: link.partner.name, sort="partner__sort_key"),
            Column("email", gettext_lazy("Sent to"), lambda link: link.email),
            Column("state", gettext_lazy("State"), lambda link: shown_status(link, request), kind=Kind.BADGE),
            Column("sent", gettext_lazy("Sent on"), lambda link: link.sent_at, kind=Kind.MOMENT, sort="sent_at"),
            Column("until", gettext_lazy("Link works until"), lambda link: link.answerable_until, kind=Kind.MOMENT),
        ],
        order="-sent",
        link=lambda link: reverse("console_partner_invitation", args=[link.id]),
        empty=Empty(
            gettext_lazy("No partner asks you now"),
            gettext_lazy("An invitation to become a partner's customer stands here until it is answered."),
            icon="mail-open",
        ),
    )


@require_safe
@page(door=Door.CONSOLE, may=May.MY_PARTNER_READ)
def invitations(request: PortalRequest) -> HttpResponseBase:
    rows = invitations_to(request.organization, request.at)
    facts = {"title": _("Invitations from partners")}
    return listing(request).answer(request, rows, "partners/list.html", facts)


def invitation_of(request: PortalRequest, customer_id: UUID) -> CustomerLink:
    """One to answer, or one that this organization has said yes to."""
    own = request.organization
    found = invitation_to(own, customer_id, request.at) or links_of_customer(own).filter(id=customer_id).first()
    if found is None:
        raise Http404
    return found


def trail_to(link: CustomerLink | None = None) -> tuple[Step, ...]:
    steps = (Step(_("Invitations from partners"), reverse("console_partner_invitations")),)
    return (*steps, Step(link.partner.name, url_of(link))) if link else steps


def url_of(link: CustomerLink) -> str:
    return reverse("console_partner_invitation", args=[link.id])


@require_http_methods(FORM)
@page(door=Door.CONSOLE, may=May.MY_PARTNER_READ)
def invitation(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    return shown(request, invitation_of(request, customer_id))


def shown(request: PortalRequest, link: CustomerLink, refusal: str = "") -> HttpResponse:
    is_open = link.is_answerable(request.at)
    choice = choice_of(link, request.organization) if is_open else None
    facts = {
        "title": link.partner.name,
        "status": shown_status(link, request),
        "trail": trail_to(),
        "link": link,
        "facts": facts_of_invitation(link),
        "choice": choice,
        "may_answer": May.PARTNER_INVITATIONS_ANSWER in request.permissions,
        "refusal": refusal,
        "accept_url": reverse("console_accept_partner", args=[link.id]),
        "decline_url": reverse("console_decline_partner", args=[link.id]),
    }
    return render(request, "customers/invitation.html", facts, status=UNPROCESSABLE if refusal else 200)


def facts_of_invitation(link: CustomerLink) -> list[Fact]:
    partner = link.partner
    return [
        Fact(_("Partner"), partner.name),
        Fact(_("Tax code"), partner.tax_code),
        Fact(_("E-mail"), partner.email),
        Fact(_("Telephone"), partner.phone),
        Fact(_("Address"), partner.address),
        Fact(_("Sent to"), link.email),
        Fact(_("Sent on"), link.sent_at),
        Fact(_("Link works until"), link.answerable_until),
    ]


@require_http_methods(FORM)
@page(door=Door.CONSOLE, may=May.PARTNER_INVITATIONS_ANSWER)
def accept(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    """What it means stands on the page of the invitation, where the button is."""
    link = invitation_of(request, customer_id)
    if request.method != "POST":
        return redirect(url_of(link))
    try:
        accept_partner(link=link, customer=request.organization, by=request.actor, at=request.at)
    except Refusal as refusal:
        return shown(request, link, str(refusal))
    messages.success(request, _("You accepted. The provider decides next, and you are told."))
    return redirect("console_my_partner")


@require_http_methods(FORM)
@page(door=Door.CONSOLE, may=May.PARTNER_INVITATIONS_ANSWER)
def decline(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = invitation_of(request, customer_id)
    asked = Confirm(
        _("Decline the invitation of %(partner)s?") % {"partner": link.partner.name},
        _("Decline"),
        url=request.path,
        cancel_url=url_of(link),
        text=_("Nothing changes for you. The partner reads that you declined."),
        kind="danger",
        form=forms.Form(request.POST if request.method == "POST" else None),
    )

    def act(_said: dict[str, Any]) -> str:
        decline_partner(link=link, by=request.actor, at=request.at)
        return reverse("console_partner_invitations")

    return decide(request, _("Decline"), asked, act, _("The invitation is declined."), *trail_to(link))
