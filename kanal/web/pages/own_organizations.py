"""A partner's further organizations: added by the partner, confirmed or rejected by the desk (PROG-5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.identity.models import Organization
from kanal.kit.refusal import Refusal
from kanal.onboarding.confirm_own_account import confirm_own_account
from kanal.partners.add_own_organization import add_own_organization
from kanal.partners.decide_own_organization import reject_own_organization, withdraw_own_organization
from kanal.partners.models import OwnOrganization
from kanal.partners.operator_queries import all_own_organizations
from kanal.partners.queries import organizations_to_add, own_organization_seen_by, own_organizations_of
from kanal.partners.register_own_organization import register_own_organization
from kanal.partners.subjects import own_organization_subject
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing, Status, Two, words
from kanal.web.pages.here import add_refusal, form_page
from kanal.web.pages.organization import SHOWN, RegistrationForm
from kanal.web.pages.partner_applications import FORM, May, WhyForm, decide, posted, tabs
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest


def listing(door: Door) -> Listing[OwnOrganization]:
    """At the desk also whose they are."""
    whose = Column[OwnOrganization](
        "partner", gettext_lazy("Partner"), lambda row: row.partner.name, sort="partner__sort_key"
    )
    return Listing[OwnOrganization](
        name="own_organizations",
        title=gettext_lazy("Own organizations"),
        columns=[
            Column(
                "name",
                gettext_lazy("Name"),
                lambda row: Two(row.organization.name, row.organization.tax_code),
                sort="organization__sort_key",
            ),
            *([whose] if door is Door.DESK else []),
            Column(
                "state", gettext_lazy("State"), lambda row: Status(row.state, row.get_state_display()), kind=Kind.BADGE
            ),
            Column("asked", gettext_lazy("Added on"), lambda row: row.asked_at, kind=Kind.MOMENT, sort="asked_at"),
            Column("by", gettext_lazy("Added by"), lambda row: str(row.asked_by)),
        ],
        order="-asked",
        filters=[
            Choice(
                "state",
                gettext_lazy("State"),
                OwnOrganization.State.choices,
                lambda rows, state: rows.filter(state=state),
            ),
            Days("asked", gettext_lazy("Added on"), "asked_at"),
        ],
        search=words("organization__search_key"),
        search_label=gettext_lazy("Name, tax code or e-mail"),
        link=lambda row: reverse(f"{door}_own_organization", args=[row.id]),
        empty=Empty(
            gettext_lazy("No own organizations"),
            gettext_lazy("Further organizations of a partner stand here; the desk confirms each."),
        ),
    )


@require_safe
@page(door=Door.PARTNER, may=May.OWN_ORGANIZATIONS_READ)
def own_organizations(request: PortalRequest) -> HttpResponseBase:
    facts = {
        "title": _("Our organizations"),
        "lead": _("Further organizations of your own buy through you. The provider confirms each."),
        "actions": [
            adding(request, Action(_("Register a new one"), reverse("partner_register_own_organization"), icon="plus")),
            adding(
                request,
                Action(_("Add an organization"), reverse("partner_add_own_organization"), icon="link", kind="primary"),
            ),
        ],
    }
    rows = own_organizations_of(request.organization)
    return listing(Door.PARTNER).answer(request, rows, "partners/list.html", facts)


def adding(request: PortalRequest, action: Action) -> Action:
    if May.OWN_ORGANIZATIONS_ADD in request.permissions:
        return action
    return Action(action.label, icon=action.icon, reason=_("Only an administrator adds organizations."))


@require_safe
@page(door=Door.DESK, may=May.OWN_ORGANIZATIONS_READ)
def all_of_them(request: PortalRequest) -> HttpResponseBase:
    facts = {"title": _("Partners"), "tabs": tabs("own")}
    return listing(Door.DESK).answer(request, all_own_organizations(), "partners/list.html", facts)


def own_of(request: PortalRequest, own_id: UUID) -> OwnOrganization:
    found = own_organization_seen_by(request.organization, own_id)
    if found is None:
        raise Http404
    return found


@require_safe
def own_organization(request: PortalRequest, own_id: UUID) -> HttpResponse:
    own = own_of(request, own_id)
    records = timeline_of(own_organization_subject(own), books=[own.organization.book_id])
    facts = {
        "title": own.organization.name,
        "status": Status(own.state, own.get_state_display()),
        "trail": trail_to(request),
        "facts": facts_of(own),
        "actions": actions_of(request, own),
        "timeline": happened(records[:SHOWN]),
    }
    return render(request, "detail.html", facts)


def trail_to(request: PortalRequest, own: OwnOrganization | None = None) -> tuple[Step, ...]:
    title = _("Own organizations") if request.door is Door.DESK else _("Our organizations")
    steps = [Step(title, reverse(f"{request.door}_own_organizations"))]
    return (*steps, Step(own.organization.name, url_of(request, own))) if own else tuple(steps)


def url_of(request: PortalRequest, own: OwnOrganization) -> str:
    return reverse(f"{request.door}_own_organization", args=[own.id])


def facts_of(own: OwnOrganization) -> list[Fact]:
    decided = [Fact(_("Answered by"), str(own.decided_by)), Fact(_("Answered on"), own.decided_at)]
    return [
        Fact(_("Partner"), own.partner.name),
        Fact(_("Legal form"), own.organization.get_legal_form_display()),
        Fact(_("Tax code"), own.organization.tax_code),
        Fact(_("Address"), own.organization.address),
        Fact(_("Added by"), str(own.asked_by)),
        Fact(_("Added on"), own.asked_at),
        *([] if own.is_open else decided),
        *([Fact(_("Reason"), own.why)] if own.why else []),
    ]


def actions_of(request: PortalRequest, own: OwnOrganization) -> list[Action]:
    if not own.is_open:
        return []
    if request.door is Door.PARTNER:
        return [
            adding(
                request,
                Action(
                    _("Withdraw"),
                    reverse("partner_withdraw_own_organization", args=[own.id]),
                    icon="undo-2",
                    kind="danger",
                    is_asked=True,
                ),
            )
        ]
    reject = Action(
        _("Reject"), reverse("desk_reject_own_organization", args=[own.id]), icon="x", kind="danger", is_asked=True
    )
    confirm = Action(
        pgettext("own organization", "Confirm"),
        reverse("desk_confirm_own_organization", args=[own.id]),
        icon="check",
        kind="primary",
        is_asked=True,
    )
    if May.OWN_ORGANIZATIONS_DECIDE in request.permissions:
        return [reject, confirm]
    reason = _("Only an administrator or sales decides.")
    return [Action(each.label, icon=each.icon, reason=reason) for each in (reject, confirm)]


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.OWN_ORGANIZATIONS_DECIDE)
def confirm(request: PortalRequest, own_id: UUID) -> HttpResponse:
    own = own_of(request, own_id)
    names = {"name": own.organization.name, "partner": own.partner.name}
    asked = Confirm(
        _("Confirm that %(name)s belongs to %(partner)s?") % names,
        pgettext("own organization", "Confirm"),
        url=request.path,
        cancel_url=url_of(request, own),
        text=_("It buys through the partner from now on, and its accounts open in the partner's book."),
        form=forms.Form(posted(request)),
    )

    def act(_said: dict[str, Any]) -> str:
        confirm_own_account(own=own, by=request.actor, at=request.at)
        return asked.cancel_url

    done = _("%(name)s belongs to %(partner)s.") % names
    return decide(request, str(asked.submit), asked, act, done, *trail_to(request, own))


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.OWN_ORGANIZATIONS_DECIDE)
def reject(request: PortalRequest, own_id: UUID) -> HttpResponse:
    own = own_of(request, own_id)
    name = {"name": own.organization.name}
    asked = Confirm(
        _("Reject %(name)s?") % name,
        _("Reject"),
        url=request.path,
        cancel_url=url_of(request, own),
        text=_("The partner reads the reason, and may add it again."),
        kind="destroy",
        form=WhyForm(posted(request)),
    )

    def act(said: dict[str, Any]) -> str:
        reject_own_organization(own=own, why=said["why"], by=request.actor, at=request.at)
        return asked.cancel_url

    return decide(request, _("Reject"), asked, act, _("%(name)s is rejected.") % name, *trail_to(request, own))


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.OWN_ORGANIZATIONS_ADD)
def withdraw(request: PortalRequest, own_id: UUID) -> HttpResponse:
    own = own_of(request, own_id)
    name = {"name": own.organization.name}
    asked = Confirm(
        _("No longer ask for %(name)s?") % name,
        _("Withdraw"),
        url=request.path,
        cancel_url=url_of(request, own),
        text=_("It stays an organization of its own; you may add it again."),
        kind="danger",
        form=forms.Form(posted(request)),
    )

    def act(_said: dict[str, Any]) -> str:
        withdraw_own_organization(own=own, by=request.actor, at=request.at)
        return asked.cancel_url

    return decide(request, _("Withdraw"), asked, act, _("%(name)s is withdrawn.") % name, *trail_to(request, own))


class AddForm(forms.Form):
    organization: forms.ModelChoiceField[Organization] = forms.ModelChoiceField(
        label=gettext_lazy("Organization"),
        help_text=gettext_lazy("One that you own and that buys from the provider directly"),
        queryset=None,
    )

    def __init__(self, offered: QuerySet[Organization], *args: Any) -> None:
        super().__init__(*args)
        self.fields["organization"].queryset = offered  # type: ignore[attr-defined]


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.OWN_ORGANIZATIONS_ADD)
def add(request: PortalRequest) -> HttpResponse:
    form = AddForm(organizations_to_add(request.organization, request.person), posted(request))
    if form.is_valid():
        try:
            own = add_own_organization(
                partner=request.organization,
                organization=form.cleaned_data["organization"],
                by=request.actor,
                at=request.at,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return added(request, own)
    return form_page(
        request,
        _("Add an organization"),
        form,
        submit=_("Add"),
        cancel_url=reverse("partner_own_organizations"),
        trail=trail_to(request),
    )


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.OWN_ORGANIZATIONS_ADD)
def register(request: PortalRequest) -> HttpResponse:
    form = RegistrationForm(posted(request))
    if form.is_valid():
        try:
            own = register_own_organization(
                partner=request.organization,
                legal_form=form.cleaned_data["legal_form"],
                profile=form.profile(),
                by=request.actor,
                at=request.at,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            return added(request, own)
    return form_page(
        request,
        _("Register a new organization of your own"),
        form,
        submit=_("Register and add"),
        cancel_url=reverse("partner_own_organizations"),
        trail=trail_to(request),
    )


def added(request: PortalRequest, own: OwnOrganization) -> HttpResponse:
    messages.success(request, _("%(name)s is added. The provider confirms it.") % {"name": own.organization.name})
    return redirect("partner_own_organization", own.id)
