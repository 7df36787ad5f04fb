"""The desk's view of all organizations: the list, one of them, its billing default (ID-5)."""

from __future__ import annotations

from dataclasses import replace
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
from kanal.identity import queries
from kanal.identity.change_billing_default import change_billing_default
from kanal.identity.models import Organization
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.kit.refusal import Refusal
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Link, Listing, Status, Two, words
from kanal.web.pages.here import add_refusal, ask, sent
from kanal.web.pages.organization import SHOWN, billing_of, facts_of
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

FORM = ["GET", "HEAD", "POST"]
LISTED = 50  # customers shown beside their seller; the list finds the others


def default_of(organization: Organization) -> Status | None:
    """The provider buys from nobody."""
    return None if organization.is_the_provider else billing_of(organization)


ORGANIZATIONS = Listing[Organization](
    name="organizations",
    title=gettext_lazy("Organizations"),
    columns=[
        Column("name", gettext_lazy("Name"), lambda row: Two(row.name, row.tax_code), sort="sort_key"),
        Column("kind", gettext_lazy("Kind"), lambda row: Status(row.kind, row.get_kind_display()), kind=Kind.BADGE),
        Column("form", gettext_lazy("Legal form"), lambda row: row.get_legal_form_display()),
        Column("seller", gettext_lazy("Buys from"), lambda row: row.seller.name if row.seller else None),
        Column("billing", gettext_lazy("Billing default"), default_of, kind=Kind.BADGE),
        Column("province", gettext_lazy("Province or city"), lambda row: row.province, shown=False),
        Column("email", gettext_lazy("E-mail"), lambda row: row.email, shown=False),
        Column("phone", gettext_lazy("Telephone"), lambda row: row.phone, shown=False),
        Column("code", gettext_lazy("Code"), lambda row: row.public_id, kind=Kind.CODE, shown=False),
        Column("since", gettext_lazy("Registered"), lambda row: row.created_at, kind=Kind.MOMENT, sort="created_at"),
    ],
    order="name",
    filters=[
        Choice("kind", gettext_lazy("Kind"), Organization.Kind.choices, lambda rows, kind: rows.filter(kind=kind)),
        Choice(
            "form",
            gettext_lazy("Legal form"),
            Organization.LegalForm.choices,
            lambda rows, form: rows.filter(legal_form=form),
        ),
        Choice(
            "billing",
            gettext_lazy("Billing default"),
            Organization.BillingDefault.choices,
            lambda rows, default: rows.filter(billing_default=default),
        ),
        Days("since", gettext_lazy("Registered"), "created_at"),
    ],
    search=words(),
    search_label=gettext_lazy("Name, tax code or e-mail"),
    link=lambda row: reverse("desk_organization_of", args=[row.id]),
    empty=Empty(gettext_lazy("No organizations yet"), gettext_lazy("They appear here as people register them.")),
)


@require_safe
@page(door=Door.DESK, may=Permission.ORGANIZATIONS_READ)
def organizations(request: PortalRequest) -> HttpResponseBase:
    return ORGANIZATIONS.answer(request, all_organizations(), "organizations/list.html")


def organization_of(request: PortalRequest, organization_id: UUID) -> Organization:
    found = queries.organization_seen_by(request.organization, organization_id)
    if found is None:
        raise Http404
    return found


@require_safe
@page(door=Door.DESK, may=Permission.ORGANIZATIONS_READ)
def organization(request: PortalRequest, organization_id: UUID) -> HttpResponse:
    found = organization_of(request, organization_id)
    facts = {
        "title": found.name,
        "status": Status(found.kind, found.get_kind_display()),
        "trail": [Step(_("Organizations"), reverse("desk_organizations"))],
        "facts": facts_of(found),
        "actions": actions_of(request, found),
        "timeline": happened(history_of(found.id, books=queries.books_of(found))[:SHOWN]),
        **whose(found),
        "members": queries.members_of(found),
    }
    return render(request, "organizations/detail.html", facts)


def whose(organization: Organization) -> dict[str, Any]:
    """The line up to the provider, and who buys from it."""
    _itself, *above = queries.line_of(organization)
    below = list(queries.customers_of(organization)[: LISTED + 1])
    return {
        "above": [link_to(each) for each in reversed(above)],
        "below": [(link_to(each), Status(each.kind, each.get_kind_display())) for each in below[:LISTED]],
        "has_more_below": len(below) > LISTED,
    }


def link_to(organization: Organization) -> Link:
    return Link(organization.name, reverse("desk_organization_of", args=[organization.id]))


def actions_of(request: PortalRequest, organization: Organization) -> list[Action]:
    if organization.is_the_provider:
        return []
    change = Action(
        _("Change the billing default"),
        reverse("desk_billing_default", args=[organization.id]),
        icon="receipt",
        is_asked=True,
    )
    history = Action(_("Credit history"), reverse("desk_credit_history", args=[organization.id]), icon="history")
    if Permission.BILLING_DEFAULT_CHANGE in request.permissions:
        return [history, change]
    return [history, replace(change, url="", is_asked=False, reason=_("Only an administrator or finance changes it."))]


class BillingForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The organization and the auditor read it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(FORM)
@page(door=Door.DESK, may=Permission.BILLING_DEFAULT_CHANGE)
def billing_default(request: PortalRequest, organization_id: UUID) -> HttpResponse:
    found = organization_of(request, organization_id)
    form = BillingForm(sent(request))
    back = reverse("desk_organization_of", args=[found.id])
    to = other_than(found.billing_default)
    if form.is_valid():
        try:
            change_billing_default(
                organization=found, to=to, why=form.cleaned_data["why"], by=request.actor, at=request.at
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The billing default of %(name)s is changed.") % {"name": found.name})
            return redirect(back)
    confirm = Confirm(
        _("Change the billing default of %(name)s?") % {"name": found.name},
        _("Change it"),
        url=request.path,
        cancel_url=back,
        text=_("What exists already keeps its own way of billing."),
        facts=[Fact(_("Now"), billing_of(found)), Fact(_("From now on"), Status(to.value, to.label))],
        form=form,
    )
    trail = [Step(_("Organizations"), reverse("desk_organizations")), Step(found.name, back)]
    return ask(request, _("Change the billing default"), confirm, *trail)


def other_than(default: str) -> Organization.BillingDefault:
    prepaid, postpaid = Organization.BillingDefault.PREPAID, Organization.BillingDefault.POSTPAID
    return postpaid if default == prepaid else prepaid
