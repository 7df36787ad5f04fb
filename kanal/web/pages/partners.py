"""The desk's partners: the list, one of them with its contracts and organizations, its account manager (PROG-4)."""

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

from kanal.audit.queries import history_of
from kanal.customers.queries import confirmed_links_of
from kanal.identity.models import Organization
from kanal.identity.queries import books_of
from kanal.kit.refusal import Refusal
from kanal.partners.assign_account_manager import assign_account_manager
from kanal.partners.models import Partner
from kanal.partners.operator_queries import all_partners, partner_by_id
from kanal.partners.queries import contract_in_force, contracts_of, own_organizations_of, possible_account_managers
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Link, Listing, Status, Two, words
from kanal.web.overview import counted
from kanal.web.pages.here import add_refusal, form_page
from kanal.web.pages.organization import SHOWN
from kanal.web.pages.partner_applications import FORM, May, posted, tabs
from kanal.web.parts.shapes import Action, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest


def managers() -> list[tuple[str, str]]:
    return [(str(member.person_id), str(member.person)) for member in possible_account_managers()]


PARTNERS = Listing[Partner](
    name="partners",
    title=gettext_lazy("Partners"),
    columns=[
        Column(
            "name",
            gettext_lazy("Name"),
            lambda row: Two(row.organization.name, row.organization.tax_code),
            sort="organization__sort_key",
        ),
        Column(
            "manager",
            gettext_lazy("Account manager"),
            lambda row: str(row.account_manager) if row.account_manager else None,
        ),
        Column("email", gettext_lazy("E-mail"), lambda row: row.organization.email, shown=False),
        Column(
            "since", gettext_lazy("Partner since"), lambda row: row.approved_at, kind=Kind.MOMENT, sort="approved_at"
        ),
    ],
    order="name",
    filters=[
        Choice(
            "manager",
            gettext_lazy("Account manager"),
            managers,
            lambda rows, person: rows.filter(account_manager=person),
        ),
        Days("since", gettext_lazy("Partner since"), "approved_at"),
    ],
    search=words("organization__search_key"),
    search_label=gettext_lazy("Name, tax code or e-mail"),
    link=lambda row: reverse("desk_partner", args=[row.id]),
    empty=Empty(
        gettext_lazy("No partners yet"), gettext_lazy("An organization is one once its application is approved.")
    ),
)


@require_safe
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_READ)
def partners(request: PortalRequest) -> HttpResponseBase:
    return PARTNERS.answer(request, all_partners(), "partners/list.html", {"tabs": tabs("partners")})


def partner_seen(partner_id: UUID) -> Partner:
    found = partner_by_id(partner_id)
    if found is None:
        raise Http404
    return found


def trail_to(partner: Partner | None = None) -> tuple[Step, ...]:
    steps = [Step(_("Partners"), reverse("desk_partners"))]
    if partner:
        steps.append(Step(partner.organization.name, reverse("desk_partner", args=[partner.id])))
    return tuple(steps)


@require_safe
@page(door=Door.DESK, may=May.PARTNER_APPLICATIONS_READ)
def partner(request: PortalRequest, partner_id: UUID) -> HttpResponse:
    found = partner_seen(partner_id)
    organization = found.organization
    facts: dict[str, Any] = {
        "title": organization.name,
        "status": Status(organization.kind, organization.get_kind_display()),
        "trail": trail_to(),
        "facts": facts_of(request, found),
        "actions": actions_of(request, found),
        "contracts": list(contracts_of(organization)),
        "in_force": contract_in_force(organization, request.at),
        "own_organizations": list(own_organizations_of(organization)),
        "timeline": happened(history_of(organization.id, books=books_of(organization))[:SHOWN]),
    }
    return render(request, "partners/partner.html", facts)


def facts_of(request: PortalRequest, partner: Partner) -> list[Fact]:
    manager, organization = partner.account_manager, partner.organization
    since = [Fact(_("Looked after since"), partner.managed_since_at)] if manager else []
    in_force = contract_in_force(organization, request.at)
    return [
        Fact(_("Organization"), Link(organization.name, reverse("desk_organization_of", args=[organization.id]))),
        Fact(_("Tax code"), organization.tax_code),
        Fact(_("Partner since"), partner.approved_at),
        Fact(_("Account manager"), Two(str(manager), manager.email) if manager else None),
        *since,
        Fact(_("Contract in force"), in_force.number if in_force else None),
        *customers_of(request, organization),
    ]


def customers_of(request: PortalRequest, organization: Organization) -> list[Fact]:
    """How many are confirmed, and the way to all it ever added."""
    if May.CUSTOMER_LINKS_READ not in request.permissions:
        return []
    url = f"{reverse('desk_all_customers')}?partner={organization.public_id}"
    return [Fact(_("Confirmed customers"), Link(counted(confirmed_links_of(organization)), url))]


def actions_of(request: PortalRequest, partner: Partner) -> list[Action]:
    assign = Action(_("Account manager"), reverse("desk_assign_account_manager", args=[partner.id]), icon="user-check")
    record = Action(
        _("Record a contract"), reverse("desk_record_contract", args=[partner.id]), icon="file-plus", kind="primary"
    )
    reason = _("Only an administrator or sales does this.")
    needed = {assign: May.ACCOUNT_MANAGER_ASSIGN, record: May.CONTRACTS_MANAGE}
    return [
        action if may in request.permissions else Action(action.label, icon=action.icon, reason=reason)
        for action, may in needed.items()
    ]


class ManagerForm(forms.Form):
    person = forms.ChoiceField(
        label=gettext_lazy("Account manager"),
        help_text=gettext_lazy("An administrator or somebody in sales; both sides are told"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = managers()  # type: ignore[attr-defined]


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.ACCOUNT_MANAGER_ASSIGN)
def assign(request: PortalRequest, partner_id: UUID) -> HttpResponse:
    found = partner_seen(partner_id)
    now = {"person": str(found.account_manager_id or "")}
    form = ManagerForm(posted(request), initial=now)
    back = reverse("desk_partner", args=[found.id])
    if form.is_valid():
        chosen = possible_account_managers().get(person=form.cleaned_data["person"]).person
        try:
            assign_account_manager(partner=found, person=chosen, by=request.actor, at=request.at)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            words_ = {"manager": str(chosen), "name": found.organization.name}
            messages.success(request, _("%(manager)s looks after %(name)s now.") % words_)
            return redirect(back)
    return form_page(request, _("Account manager"), form, submit=_("Save"), cancel_url=back, trail=trail_to(found))
