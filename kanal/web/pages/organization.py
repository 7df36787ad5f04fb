"""One's own organization: what it says of itself, editing that, and founding another (ID-5)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import history_of
from kanal.identity import queries
from kanal.identity.countries import HOME, country_choices, country_name
from kanal.identity.edit_profile import edit_profile
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.profile import LONGEST, Profile
from kanal.identity.register_organization import register_organization
from kanal.kit.refusal import Refusal
from kanal.web.access import own_page
from kanal.web.listing import Status
from kanal.web.middleware import choose
from kanal.web.pages.here import UNPROCESSABLE, add_refusal, form_page, here, sent
from kanal.web.parts.shapes import Action, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import OwnRequest, PortalRequest

FORM = ["GET", "HEAD", "POST"]
SHOWN = 30  # of what happened


@require_safe
def organization(request: PortalRequest) -> HttpResponse:
    own = request.organization
    records = history_of(own.id, books=queries.books_of(own))[:SHOWN]
    facts = {
        "title": own.name,
        "status": Status(own.kind, own.get_kind_display()),
        "facts": facts_of(own),
        "actions": [edit_action(request)],
        "timeline": happened(records),
    }
    return render(request, "detail.html", facts)


def facts_of(organization: Organization) -> list[Fact]:
    seller = [Fact(_("Buys from"), organization.seller.name)] if organization.seller else []
    billing = [] if organization.is_the_provider else [Fact(_("Billing default"), billing_of(organization))]
    return [
        Fact(_("Legal form"), organization.get_legal_form_display()),
        Fact(_("Tax code"), organization.tax_code),
        Fact(_("Address"), organization.address),
        Fact(_("Province or city"), organization.province),
        Fact(_("Country"), country_name(organization.country)),
        Fact(_("Telephone"), organization.phone),
        Fact(_("E-mail"), organization.email),
        *billing,
        *seller,
        Fact(_("Code"), organization.public_id),
        Fact(_("Registered"), organization.created_at),
    ]


def billing_of(organization: Organization) -> Status:
    return Status(organization.billing_default, organization.get_billing_default_display())


def edit_action(request: PortalRequest) -> Action:
    if Permission.ORGANIZATION_EDIT in request.permissions:
        return Action(_("Edit"), here(request, "edit_organization"), icon="pencil", kind="primary")
    return Action(_("Edit"), icon="pencil", reason=_("Only an administrator or owner edits the profile."))


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("As it stands on the business registration, or your own"),
        max_length=LONGEST["name"],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    tax_code = forms.CharField(
        label=gettext_lazy("Tax code"),
        help_text=gettext_lazy("Ten digits, thirteen for a branch; a person may leave it empty"),
        max_length=LONGEST["tax_code"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST["address"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    province = forms.CharField(
        label=gettext_lazy("Province or city"),
        max_length=LONGEST["province"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "address-level1"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), initial=HOME, widget=forms.Select(attrs={"autocomplete": "country"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=LONGEST["phone"],
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("Where your partners and customers write to; it may differ from yours"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()  # type: ignore[attr-defined]

    def profile(self) -> Profile:
        return Profile(**{name: self.cleaned_data[name] for name in Profile.__dataclass_fields__})


@require_http_methods(FORM)
def edit(request: PortalRequest) -> HttpResponse:
    own = request.organization
    form = ProfileForm(sent(request), initial=Profile.of(own).facts())
    if form.is_valid():
        try:
            edit_profile(organization=own, profile=form.profile(), by=request.actor, at=request.at)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The profile is saved."))
            return redirect(here(request, "organization"))
    back = here(request, "organization")
    trail = (Step(_("Organization"), back),)
    return form_page(request, _("Edit the profile"), form, submit=_("Save"), cancel_url=back, trail=trail)


class RegistrationForm(ProfileForm):
    legal_form = forms.ChoiceField(
        label=gettext_lazy("Legal form"),
        choices=Organization.LegalForm.choices,
        initial=Organization.LegalForm.ENTERPRISE,
        help_text=gettext_lazy("It cannot be changed later. Only an enterprise can become a partner"),
        widget=forms.RadioSelect,
    )
    field_order = ("legal_form",)


@own_page
@require_http_methods(FORM)
def register(request: OwnRequest) -> HttpResponse:
    form = RegistrationForm(sent(request))
    if form.is_valid():
        try:
            made = register_organization(
                legal_form=form.cleaned_data["legal_form"], profile=form.profile(), by=request.actor, at=request.at
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            choose(request, queries.members_of(made).get(person=request.person))
            messages.success(request, _("%(name)s is registered. You are its owner.") % {"name": made.name})
            return redirect("home")
    facts = {"title": _("Register an organization"), "form": form, "others": bool(request.memberships)}
    return render(request, "organization/register.html", facts, status=UNPROCESSABLE if form.errors else 200)
