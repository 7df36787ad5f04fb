"""Who acts for an organization: the list, one member, other roles, the end; and asking colleagues to join (ID-6)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.identity import queries
from kanal.identity.end_membership import end_membership
from kanal.identity.holding_roles import LastHead, check_a_head_stays
from kanal.identity.models import Membership, Organization
from kanal.identity.permissions import Permission
from kanal.identity.roles import roles_of_kind
from kanal.identity.subjects import member_subject
from kanal.kit.refusal import Refusal
from kanal.web.access import Door
from kanal.web.listing import Choice, Codes, Column, Empty, Kind, Listing, Two, words
from kanal.web.pages.here import ask, here, sent, url
from kanal.web.parts.shapes import Action, Confirm, Fact, Step, Tab
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

FORM = ["GET", "HEAD", "POST"]


@cache
def listing(door: Door) -> Listing[Membership]:
    return Listing[Membership](
        name="members",
        title=gettext_lazy("Members"),
        columns=[
            Column(
                "name",
                gettext_lazy("Name"),
                lambda row: Two(str(row.person), row.person.email),
                sort="person__sort_key",
            ),
            Column("roles", gettext_lazy("Roles"), lambda row: Codes(tuple(row.role_names))),
            Column("limit", gettext_lazy("Own customers only"), lambda row: row.own_customers_only, shown=False),
            Column("since", gettext_lazy("Since"), lambda row: row.since_at, kind=Kind.MOMENT, sort="since_at"),
        ],
        order="name",
        filters=[
            Choice(
                "role",
                gettext_lazy("Role"),
                [(role.value, role.label) for role in roles_of_kind(door.kind)],
                lambda rows, role: rows.filter(roles__contains=[role]),
            )
        ],
        search=words("person__search_key"),
        link=lambda row: url(door, "member", membership_id=row.id),
        empty=Empty(gettext_lazy("No members"), gettext_lazy("Invite a colleague to work with you.")),
    )


@require_safe
def members(request: PortalRequest) -> HttpResponseBase:
    facts = {
        "title": _("Members"),
        "tabs": tabs(request, "members"),
        "actions": [invite_action(request)],
    }
    return listing(request.door).answer(request, queries.members_of(request.organization), "members/list.html", facts)


def tabs(request: PortalRequest, current: str) -> list[Tab]:
    waiting = queries.open_invitations_of(request.organization).count()
    return [
        Tab(_("Members"), here(request, "members"), is_current=current == "members"),
        Tab(_("Invitations"), here(request, "invitations"), is_current=current == "invitations", count=waiting or None),
    ]


def invite_action(request: PortalRequest) -> Action:
    return managing(request, Action(_("Invite a colleague"), here(request, "invite"), icon="user-plus", kind="primary"))


def managing(request: PortalRequest, action: Action) -> Action:
    """As it is for whoever manages members; for others with the reason why not."""
    if Permission.MEMBERS_MANAGE in request.permissions:
        return action
    return Action(action.label, icon=action.icon, reason=_("Only an administrator or owner manages members."))


# --- One member --------------------------------------------------------------------------------------------------


def member_of(request: PortalRequest, membership_id: UUID) -> Membership:
    found = queries.members_of(request.organization).filter(id=membership_id).first()
    if found is None:
        raise Http404
    return found


def trail_to(request: PortalRequest, membership: Membership | None = None) -> tuple[Step, ...]:
    steps = [Step(_("Members"), here(request, "members"))]
    if membership:
        steps.append(Step(str(membership.person), here(request, "member", membership_id=membership.id)))
    return tuple(steps)


@require_safe
def member(request: PortalRequest, membership_id: UUID) -> HttpResponse:
    membership = member_of(request, membership_id)
    records = timeline_of(member_subject(membership), books=[request.organization.book_id])
    facts = {
        "title": str(membership.person),
        "trail": trail_to(request),
        "facts": member_facts(membership),
        "actions": member_actions(request, membership),
        "timeline": happened(records),
    }
    return render(request, "detail.html", facts)


def member_facts(membership: Membership) -> list[Fact]:
    limit = [Fact(_("Own customers only"), value=True)] if membership.own_customers_only else []
    return [
        Fact(_("E-mail"), membership.person.email),
        Fact(_("Roles"), Codes(tuple(membership.role_names))),
        *limit,
        Fact(_("Member since"), membership.since_at),
    ]


def member_actions(request: PortalRequest, membership: Membership) -> list[Action]:
    stays = reason_to_stay(request.organization, membership)
    change = Action(_("Change roles"), here(request, "member_roles", membership_id=membership.id), icon="shield")
    if membership.person_id == request.person.id:
        leave = Action(_("Leave"), here(request, "leave"), icon="log-out", kind="danger", is_asked=True)
        return [managing(request, change), Action(leave.label, icon=leave.icon, reason=stays) if stays else leave]
    end = Action(
        _("End membership"),
        "" if stays else here(request, "member_end", membership_id=membership.id),
        icon="ban",
        kind="danger",
        reason=stays,
        is_asked=True,
    )
    return [managing(request, change), managing(request, end)]


def reason_to_stay(organization: Organization, membership: Membership) -> str:
    try:
        check_a_head_stays(organization, membership)
    except LastHead as refusal:
        return str(refusal)
    return ""


# --- The end -----------------------------------------------------------------------------------------------------


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Stands in the history, and in the mail to whom it concerns"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(FORM)
def end(request: PortalRequest, membership_id: UUID) -> HttpResponse:
    membership = member_of(request, membership_id)
    name = str(membership.person)
    confirm = Confirm(
        _("End the membership of %(name)s?") % {"name": name},
        _("End membership"),
        url=request.path,
        cancel_url=here(request, "member", membership_id=membership.id),
        text=_("They lose access at once, and the API keys they made here end too. You can invite them again."),
        kind="destroy",
        form=WhyForm(sent(request)),
    )
    return _carry_out_end(request, membership, confirm, _("The membership of %(name)s has ended.") % {"name": name})


@require_http_methods(FORM)
def leave(request: PortalRequest) -> HttpResponse:
    name = request.organization.name
    confirm = Confirm(
        _("Leave %(organization)s?") % {"organization": name},
        _("Leave"),
        url=request.path,
        cancel_url=here(request, "members"),
        text=_("You lose access at once, and the API keys you made here end too."),
        kind="destroy",
        form=WhyForm(sent(request)),
    )
    return _carry_out_end(
        request, request.membership, confirm, _("You have left %(organization)s.") % {"organization": name}
    )


def _carry_out_end(request: PortalRequest, membership: Membership, confirm: Confirm, done: str) -> HttpResponse:
    refusal = ""
    if request.method == "POST" and confirm.form.is_valid():
        try:
            end_membership(membership=membership, by=request.actor, at=request.at, why=confirm.form.cleaned_data["why"])
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, done)
            left = membership.person_id == request.person.id
            return redirect("home" if left else here(request, "members"))
    return ask(request, str(confirm.submit), with_refusal(confirm, refusal), *trail_to(request))


def with_refusal(confirm: Confirm, refusal: str) -> Confirm:
    return replace(confirm, refusal=refusal)
