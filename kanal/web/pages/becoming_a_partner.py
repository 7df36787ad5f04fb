"""Becoming a partner, as a customer goes through it: conditions, terms, waiting, the answer (PROG-1, PROG-2)."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kanal.identity.permissions import Permission
from kanal.kit.refusal import Refusal
from kanal.partners.apply_to_be_partner import apply_to_be_partner
from kanal.partners.conditions import conditions_of
from kanal.partners.models import PartnerApplication
from kanal.partners.queries import latest_application_of, open_application_of
from kanal.partners.terms import EDITION
from kanal.partners.withdraw_application import withdraw_application
from kanal.web.access import Door, page
from kanal.web.listing import Status
from kanal.web.pages.here import UNPROCESSABLE, add_refusal, ask
from kanal.web.parts.shapes import Action, Confirm, Fact, Step
from kanal.web.request import PortalRequest

PAGE = "console_become_a_partner"


class TermsForm(forms.Form):
    accepted = forms.BooleanField(
        label=gettext_lazy("We have read the terms of the partner programme and accept them"),
        error_messages={"required": gettext_lazy("Accept the terms to apply.")},
    )
    edition = forms.CharField(widget=forms.HiddenInput, required=False)


@require_safe
@page(door=Door.CONSOLE, may=Permission.ORGANIZATION_READ)
def become_a_partner(request: PortalRequest) -> HttpResponse:
    return shown(request, TermsForm(initial={"edition": EDITION}))


@require_POST
@page(door=Door.CONSOLE, may=Permission.PARTNER_APPLY)
def apply(request: PortalRequest) -> HttpResponse:
    form = TermsForm(request.POST)
    if form.is_valid():
        try:
            apply_to_be_partner(
                organization=request.organization,
                terms_edition=form.cleaned_data["edition"],
                by=request.actor,
                at=request.at,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The application is on its way."))
            return redirect(PAGE)
    return shown(request, form)


def shown(request: PortalRequest, form: TermsForm) -> HttpResponse:
    application = latest_application_of(request.organization)
    facts = {
        "title": _("Become a partner"),
        "application": application,
        "status": status_of(application, request) if application else None,
        "facts": facts_of(application) if application else [],
        "actions": actions_of(request, application),
        "waits": application is not None and application.is_open,
        "conditions": (conditions := conditions_of(request.organization)),
        "may_apply": Permission.PARTNER_APPLY in request.permissions and all(each.met for each in conditions),
        "is_owner": Permission.PARTNER_APPLY in request.permissions,
        "edition": EDITION,
        "form": form,
    }
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "partners/become.html", facts, status=status)


def status_of(application: PartnerApplication, request: PortalRequest) -> Status:
    """PROG-2 Overdue stands out, for both sides."""
    if application.is_overdue(request.at):
        return Status("OVERDUE", _("Overdue"))
    return Status(application.state, application.get_state_display())


def facts_of(application: PartnerApplication) -> list[Fact]:
    facts = [
        Fact(_("Asked by"), str(application.asked_by)),
        Fact(_("Asked on"), application.asked_at),
        Fact(_("Edition of the terms"), application.terms_edition),
    ]
    if application.is_open:
        return [*facts, Fact(_("Answer until"), application.due_at)]
    reason = [Fact(_("Reason"), application.why)] if application.why else []
    return [*facts, Fact(_("Answered on"), application.decided_at), *reason]


def actions_of(request: PortalRequest, application: PartnerApplication | None) -> list[Action]:
    if application is None or not application.is_open:
        return []
    if Permission.PARTNER_APPLY not in request.permissions:
        return [Action(_("Withdraw"), icon="undo-2", reason=_("Only an owner withdraws the application."))]
    return [Action(_("Withdraw"), reverse("console_withdraw_application"), icon="undo-2", kind="danger", is_asked=True)]


@require_http_methods(["GET", "HEAD", "POST"])
@page(door=Door.CONSOLE, may=Permission.PARTNER_APPLY)
def withdraw(request: PortalRequest) -> HttpResponse:
    application = open_application_of(request.organization)
    if application is None:
        return redirect(PAGE)
    refused = ""
    if request.method == "POST":
        try:
            withdraw_application(application=application, by=request.actor, at=request.at)
        except Refusal as refusal:
            refused = str(refusal)
        else:
            messages.success(request, _("The application is withdrawn."))
            return redirect(PAGE)
    back = reverse(PAGE)
    confirm = Confirm(
        _("Withdraw the application?"),
        _("Withdraw"),
        url=request.path,
        cancel_url=back,
        text=_("You can apply again at any time."),
        kind="danger",
        refusal=refused,
    )
    return ask(request, _("Withdraw the application"), confirm, Step(_("Become a partner"), back))
