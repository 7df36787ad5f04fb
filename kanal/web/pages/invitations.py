"""Invitations of an organization: the list, one of them, sending it again, taking it back."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.identity import queries
from kanal.identity.models import Invitation
from kanal.identity.resend_invitation import resend_invitation
from kanal.identity.subjects import invitation_subject
from kanal.identity.withdraw_invitation import InvitationEnded, withdraw_invitation
from kanal.kit import clock
from kanal.kit.refusal import Refusal
from kanal.web.access import Door
from kanal.web.listing import Choice, Codes, Column, Empty, Kind, Listing, Status
from kanal.web.pages.here import ask, here, url
from kanal.web.pages.members import FORM, invite_action, managing, tabs, trail_to
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest


@cache
def listing(door: Door) -> Listing[Invitation]:
    return Listing[Invitation](
        name="invitations",
        title=gettext_lazy("Invitations"),
        columns=[
            Column("email", gettext_lazy("E-mail"), lambda row: row.email, sort="email"),
            Column("roles", gettext_lazy("Roles"), lambda row: Codes(tuple(row.role_names))),
            Column("standing", gettext_lazy("State"), status_of, kind=Kind.BADGE),
            Column("by", gettext_lazy("Invited by"), lambda row: str(row.invited_by)),
            Column("invited", gettext_lazy("Invited"), lambda row: row.invited_at, kind=Kind.MOMENT, sort="invited_at"),
            Column(
                "ends",
                gettext_lazy("Link works until"),
                lambda row: row.expires_at,
                kind=Kind.MOMENT,
                sort="expires_at",
            ),
        ],
        order="-invited",
        filters=[
            Choice(
                "standing",
                gettext_lazy("State"),
                Invitation.Outcome.choices,
                lambda rows, outcome: rows.filter(outcome=outcome),
            )
        ],
        search=lambda rows, text: rows.filter(email__startswith=text.lower()),
        search_label=gettext_lazy("Beginning of the e-mail"),
        link=lambda row: url(door, "invitation", invitation_id=row.id),
        empty=Empty(gettext_lazy("Nobody has been invited yet"), gettext_lazy("Invite a colleague to work with you.")),
    )


def status_of(invitation: Invitation) -> Status:
    standing = invitation.standing(clock.now())
    return Status(standing.value, standing.label)


@require_safe
def invitations(request: PortalRequest) -> HttpResponseBase:
    facts = {
        "title": _("Invitations"),
        "tabs": tabs(request, "invitations"),
        "actions": [invite_action(request)],
    }
    rows = queries.invitations_of(request.organization)
    return listing(request.door).answer(request, rows, "members/list.html", facts)


def invitation_of(request: PortalRequest, invitation_id: UUID) -> Invitation:
    found = queries.invitations_of(request.organization).filter(id=invitation_id).first()
    if found is None:
        raise Http404
    return found


def trail_of(request: PortalRequest, invitation: Invitation | None = None) -> tuple[Step, ...]:
    steps = [*trail_to(request), Step(_("Invitations"), here(request, "invitations"))]
    if invitation:
        steps.append(Step(invitation.email, here(request, "invitation", invitation_id=invitation.id)))
    return tuple(steps)


@require_safe
def invitation(request: PortalRequest, invitation_id: UUID) -> HttpResponse:
    found = invitation_of(request, invitation_id)
    facts = {
        "title": found.email,
        "status": status_of(found),
        "trail": trail_of(request),
        "facts": facts_of(found),
        "actions": actions_of(request, found),
        "timeline": happened(timeline_of(invitation_subject(found), books=[request.organization.book_id])),
    }
    return render(request, "detail.html", facts)


def facts_of(invitation: Invitation) -> list[Fact]:
    limit = [Fact(_("Own customers only"), value=True)] if invitation.own_customers_only else []
    return [
        Fact(_("Roles"), Codes(tuple(invitation.role_names))),
        *limit,
        Fact(_("Invited by"), str(invitation.invited_by)),
        Fact(_("Last sent"), invitation.sent_at),
        Fact(_("Times sent"), invitation.times_sent),
        Fact(_("Link works until"), invitation.expires_at),
    ]


def actions_of(request: PortalRequest, invitation: Invitation) -> list[Action]:
    over = "" if invitation.is_open(request.at) else str(InvitationEnded(outcome=invitation.standing(request.at)))
    listed = [
        Action(_("Send again"), here(request, "invite_again", invitation_id=invitation.id), icon="send", is_asked=True),
        Action(
            _("Withdraw"),
            here(request, "withdraw", invitation_id=invitation.id),
            icon="ban",
            kind="danger",
            is_asked=True,
        ),
    ]
    possible = [replace(action, url="", reason=over) if over else action for action in listed]
    return [managing(request, action) for action in possible]


@require_http_methods(FORM)
def again(request: PortalRequest, invitation_id: UUID) -> HttpResponse:
    found = invitation_of(request, invitation_id)
    confirm = Confirm(
        _("Send the invitation to %(email)s again?") % {"email": found.email},
        _("Send again"),
        url=request.path,
        cancel_url=here(request, "invitation", invitation_id=found.id),
        text=_("The mail has a new link, which works for fourteen days. The old link stops working."),
    )
    if request.method == "POST":
        try:
            resend_invitation(invitation=found, by=request.actor, at=request.at)
        except Refusal as refusal:
            confirm = replace(confirm, refusal=str(refusal))
        else:
            messages.success(request, _("A new link is on its way to %(email)s.") % {"email": found.email})
            return redirect(confirm.cancel_url)
    return ask(request, _("Send again"), confirm, *trail_of(request, found))


@require_http_methods(FORM)
def withdraw(request: PortalRequest, invitation_id: UUID) -> HttpResponse:
    found = invitation_of(request, invitation_id)
    confirm = Confirm(
        _("Withdraw the invitation of %(email)s?") % {"email": found.email},
        _("Withdraw"),
        url=request.path,
        cancel_url=here(request, "invitation", invitation_id=found.id),
        text=_("Its link stops working. Nobody is told."),
        kind="destroy",
    )
    if request.method == "POST":
        try:
            withdraw_invitation(invitation=found, by=request.actor, at=request.at)
        except Refusal as refusal:
            confirm = replace(confirm, refusal=str(refusal))
        else:
            messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": found.email})
            return redirect(confirm.cancel_url)
    return ask(request, _("Withdraw"), confirm, *trail_of(request, found))
