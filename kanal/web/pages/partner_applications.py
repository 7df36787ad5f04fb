"""The desk's queue of those who want to be partners, with its clock, and the two answers (PROG-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.identity.permissions import Permission
from kanal.identity.subjects import organization_subject
from kanal.kit.refusal import Refusal
from kanal.partners.approve_partner import approve_partner
from kanal.partners.conditions import conditions_of
from kanal.partners.models import PartnerApplication
from kanal.partners.operator_queries import all_applications, application_by_id, waiting_applications
from kanal.partners.queries import partner_of
from kanal.partners.reject_partner import reject_partner
from kanal.partners.subjects import application_subject
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing, Status, Two, words
from kanal.web.pages.here import add_refusal, ask
from kanal.web.pages.organization import SHOWN, facts_of
from kanal.web.parts.shapes import Action, Confirm, Fact, Step, Tab
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

FORM = ["GET", "HEAD", "POST"]
May = Permission


def status_of(application: PartnerApplication, at: datetime) -> Status:
    if application.is_overdue(at):
        return Status("OVERDUE", _("Overdue"))
    return Status(application.state, application.get_state_display())


def listing(at: datetime, *, waiting: bool) -> Listing[PartnerApplication]:
    """What waits is ordered by its clock, the rest by when it was asked."""
    return Listing[PartnerApplication](
        name="partner_applications",
        title=gettext_lazy("Applications to be a partner"),
        columns=[
            Column(
                "name",
                gettext_lazy("Name"),
                lambda row: Two(row.organization.name, row.organization.tax_code),
                sort="organization__sort_key",
            ),
            Column("state", gettext_lazy("State"), lambda row: status_of(row, at), kind=Kind.BADGE),
            Column("asked", gettext_lazy("Asked on"), lambda row: row.asked_at, kind=Kind.MOMENT, sort="asked_at"),
            Column("due", gettext_lazy("Answer until"), lambda row: row.due_at, kind=Kind.MOMENT, sort="due_at"),
            Column("by", gettext_lazy("Asked by"), lambda row: str(row.asked_by), shown=not waiting),
            Column(
                "decided",
                gettext_lazy("Answered by"),
                lambda row: str(row.decided_by) if row.decided_by else None,
                shown=not waiting,
            ),
        ],
        order="due" if waiting else "-asked",
        filters=[]
        if waiting
        else [
            Choice(
                "state",
                gettext_lazy("State"),
                PartnerApplication.State.choices,
                lambda rows, state: rows.filter(state=state),
            ),
            Days("asked", gettext_lazy("Asked on"), "asked_at"),
        ],
        search=words("organization__search_key"),
        search_label=gettext_lazy("Name, tax code or e-mail"),
        link=lambda row: reverse("desk_partner_application", args=[row.id]),
        empty=Empty(
            gettext_lazy("No applications"), gettext_lazy("They appear here as customers apply in their console.")
        ),
    )


@require_safe
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_READ)
def applications(request: PortalRequest) -> HttpResponseBase:
    rows = waiting_applications()
    return listing(request.at, waiting=True).answer(
        request, rows, "partners/list.html", {"title": _("Partners"), "tabs": tabs("waiting")}
    )


@require_safe
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_READ)
def every_application(request: PortalRequest) -> HttpResponseBase:
    return listing(request.at, waiting=False).answer(
        request, all_applications(), "partners/list.html", {"title": _("Partners"), "tabs": tabs("all")}
    )


def tabs(current: str) -> list[Tab]:
    """The three lists of the programme, and what waits in the first."""
    names = {
        "partners": (_("Partners"), "desk_partners"),
        "waiting": (_("Applications that wait"), "desk_partner_applications"),
        "all": (_("All applications"), "desk_all_partner_applications"),
        "own": (_("Own organizations"), "desk_own_organizations"),
    }
    waiting = waiting_applications().count()
    return [
        Tab(label, reverse(name), is_current=key == current, count=(waiting or None) if key == "waiting" else None)
        for key, (label, name) in names.items()
    ]


def application_of(application_id: UUID) -> PartnerApplication:
    found = application_by_id(application_id)
    if found is None:
        raise Http404
    return found


@require_safe
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_READ)
def application(request: PortalRequest, application_id: UUID) -> HttpResponse:
    found = application_of(application_id)
    organization = found.organization
    subjects = [application_subject(found), organization_subject(organization)]
    facts = {
        "title": organization.name,
        "status": status_of(found, request.at),
        "trail": [Step(_("Applications that wait"), reverse("desk_partner_applications"))],
        "facts": [*facts_of_application(found), *facts_of(organization)],
        "conditions": conditions_of(organization) if found.is_open else [],
        "actions": actions_of(request, found),
        "timeline": happened(timeline_of(*subjects, books=[organization.book_id])[:SHOWN]),
    }
    return render(request, "partners/application.html", facts)


def facts_of_application(application: PartnerApplication) -> list[Fact]:
    facts = [
        Fact(_("Asked by"), Two(str(application.asked_by), application.asked_by.email)),
        Fact(_("Asked on"), application.asked_at),
        Fact(_("Answer until"), application.due_at),
        Fact(_("Edition of the terms"), application.terms_edition),
    ]
    if not application.is_open:
        facts += [Fact(_("Answered by"), str(application.decided_by)), Fact(_("Answered on"), application.decided_at)]
    return [*facts, Fact(_("Reason"), application.why)] if application.why else facts


def actions_of(request: PortalRequest, application: PartnerApplication) -> list[Action]:
    if not application.is_open:
        partner = partner_of(application.organization)
        return [Action(_("Open the partner"), reverse("desk_partner", args=[partner.id]))] if partner else []
    reject = Action(
        _("Reject"),
        reverse("desk_reject_partner", args=[application.id]),
        icon="x",
        kind="danger",
        is_asked=True,
    )
    approve = Action(
        _("Approve"),
        reverse("desk_approve_partner", args=[application.id]),
        icon="check",
        kind="primary",
        is_asked=True,
    )
    if May.PARTNER_APPLICATIONS_DECIDE in request.permissions:
        return [reject, approve]
    reason = _("Only an administrator or sales decides.")
    return [Action(each.label, icon=each.icon, reason=reason) for each in (reject, approve)]


def posted(request: PortalRequest) -> QueryDict | None:
    """A form without fields is sent too: what tells it from one that is only shown is the method."""
    return request.POST if request.method == "POST" else None


class WhyForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The organization and the auditor read it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_DECIDE)
def approve(request: PortalRequest, application_id: UUID) -> HttpResponse:
    found = application_of(application_id)
    name = found.organization.name
    confirm = Confirm(
        _("Approve %(name)s?") % {"name": name},
        _("Approve"),
        url=request.path,
        cancel_url=reverse("desk_partner_application", args=[found.id]),
        text=_("The partner portal opens to its members at once, and its book becomes the partner's."),
        form=forms.Form(posted(request)),
    )
    done = _("%(name)s is a partner now.") % {"name": name}

    def act(_said: dict[str, Any]) -> str:
        partner = approve_partner(application=found, by=request.actor, at=request.at)
        return reverse("desk_partner", args=[partner.id])

    return decide(request, _("Approve"), confirm, act, done, Step(name, confirm.cancel_url))


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_DECIDE)
def reject(request: PortalRequest, application_id: UUID) -> HttpResponse:
    found = application_of(application_id)
    name = found.organization.name
    confirm = Confirm(
        _("Reject the application of %(name)s?") % {"name": name},
        _("Reject"),
        url=request.path,
        cancel_url=reverse("desk_partner_application", args=[found.id]),
        text=_("It reads the reason, and may apply again."),
        kind="destroy",
        form=WhyForm(posted(request)),
    )
    done = _("The application of %(name)s is rejected.") % {"name": name}

    def act(said: dict[str, Any]) -> str:
        reject_partner(application=found, why=said["why"], by=request.actor, at=request.at)
        return reverse("desk_partner_applications")

    return decide(request, _("Reject"), confirm, act, done, Step(name, confirm.cancel_url))


def decide(
    request: PortalRequest,
    title: str,
    confirm: Confirm,
    act: Callable[[dict[str, Any]], str],
    done: str,
    *trail: Step,
) -> HttpResponse:
    """Ask; carry out what was confirmed and say so; or say why not. `act` answers where to go on."""
    if request.method == "POST" and confirm.form.is_valid():
        try:
            on = act(confirm.form.cleaned_data)
        except Refusal as refusal:
            add_refusal(confirm.form, refusal)
        else:
            messages.success(request, done)
            return redirect(on)
    return ask(request, title, confirm, *trail)
