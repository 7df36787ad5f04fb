"""What a member may do: the roles of one who is here, and of a colleague who is asked to join (ID-6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kanal.identity.change_roles import change_roles
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.models import Organization
from kanal.identity.roles import DESCRIPTIONS, LIMITABLE, Role, roles_of_kind
from kanal.kit.refusal import Refusal
from kanal.web.pages.here import add_refusal, form_page, here, sent
from kanal.web.pages.members import FORM, member_of, trail_to
from kanal.web.request import PortalRequest


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one role.")},
    )
    own_customers_only = forms.BooleanField(
        label=gettext_lazy("Limit to their own customers"),
        help_text=gettext_lazy("For somebody who is in sales and nothing else"),
        required=False,
    )

    def __init__(self, organization: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_of_kind(organization.kind)
        self.fields["roles"].choices = [(role.value, described(role)) for role in roles]  # type: ignore[attr-defined]
        if not LIMITABLE & set(roles):
            del self.fields["own_customers_only"]


def described(role: Role) -> SafeString:
    return format_html("<span>{}<small>{}</small></span>", role.label, DESCRIPTIONS[role])


@require_http_methods(FORM)
def roles(request: PortalRequest, membership_id: UUID) -> HttpResponse:
    membership = member_of(request, membership_id)
    now = {"roles": membership.roles, "own_customers_only": membership.own_customers_only}
    form = RolesForm(request.organization, sent(request), initial=now)
    if form.is_valid():
        try:
            change_roles(membership=membership, by=request.actor, at=request.at, **form.cleaned_data)
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The roles of %(name)s are saved.") % {"name": membership.person})
            return redirect(here(request, "member", membership_id=membership.id))
    back = here(request, "member", membership_id=membership.id)
    trail = trail_to(request, membership)
    return form_page(request, _("Change roles"), form, submit=_("Save"), cancel_url=back, trail=trail)


class InviteForm(RolesForm):
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("The invitation goes there; it joins only whoever reads mail at this address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ("email", "roles", "own_customers_only")


@require_http_methods(FORM)
def invite(request: PortalRequest) -> HttpResponse:
    form = InviteForm(request.organization, sent(request))
    if form.is_valid():
        try:
            invitation = invite_colleague(
                organization=request.organization, by=request.actor, at=request.at, **form.cleaned_data
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": invitation.email})
            return redirect(here(request, "invitations"))
    return form_page(
        request,
        _("Invite a colleague"),
        form,
        submit=_("Send the invitation"),
        cancel_url=here(request, "members"),
        trail=trail_to(request),
        lead=_("The link in the mail works for fourteen days."),
    )
