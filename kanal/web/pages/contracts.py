"""Contracts: the desk records and changes them with their papers; the partner reads its own (CONTR-1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.queries import timeline_of
from kanal.kit.file_kinds import DOCUMENTS
from kanal.kit.files import MEBIBYTE, take_in
from kanal.kit.refusal import Refusal
from kanal.partners.contract_facts import LONGEST_NUMBER, ContractFacts
from kanal.partners.models import DEFAULT_PAYMENT_TERMS_DAYS, LONGEST_PAYMENT_TERMS_DAYS, Contract
from kanal.partners.note_contract import Paper
from kanal.partners.queries import (
    contract_file_seen_by,
    contract_seen_by,
    contracts_for_partner,
    files_of,
    newest_version,
    partner_of,
    versions_of,
)
from kanal.partners.record_contract import record_contract
from kanal.partners.replace_contract import replace_contract
from kanal.partners.subjects import contract_subject
from kanal.web.access import Door, page
from kanal.web.listing import Link, Status
from kanal.web.pages.here import add_refusal, form_page
from kanal.web.pages.organization import SHOWN
from kanal.web.pages.partner_applications import FORM, May, posted
from kanal.web.pages.partners import partner_seen, trail_to
from kanal.web.parts.download import file_response
from kanal.web.parts.fields import DayField
from kanal.web.parts.shapes import Action, Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

LARGEST_FILE = 20 * MEBIBYTE
MOST_FILES = 20


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none included; `cleaned_data` is a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        several = data if isinstance(data, list | tuple) else [data] if data else []
        if len(several) > MOST_FILES:
            raise forms.ValidationError(_("Choose at most %(most)d files at once.") % {"most": MOST_FILES})
        return [super(FilesField, self).clean(one, initial) for one in several]


class ContractForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number"),
        help_text=gettext_lazy("As it stands on the contract"),
        max_length=LONGEST_NUMBER,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    signed_on = DayField(label=gettext_lazy("Signed on"))
    from_on = DayField(label=gettext_lazy("From"))
    to_on = DayField(label=gettext_lazy("Last day"), help_text=gettext_lazy("The last day on which it holds"))
    payment_terms_days = forms.IntegerField(
        label=gettext_lazy("Payment terms in days"),
        min_value=0,
        max_value=LONGEST_PAYMENT_TERMS_DAYS,
        initial=DEFAULT_PAYMENT_TERMS_DAYS,
    )
    is_capped = forms.BooleanField(
        label=gettext_lazy("Pool is capped"),
        help_text=gettext_lazy("Credit lines are given out only within what was granted"),
        initial=True,
        required=False,
    )
    overdue_policy = forms.ChoiceField(
        label=gettext_lazy("When invoices are overdue"),
        choices=Contract.OverduePolicy.choices,
        initial=Contract.OverduePolicy.RESTRICT,
    )
    papers = FilesField(
        label=gettext_lazy("Files"), help_text=gettext_lazy("The partner can open them"), required=False
    )
    internal_papers = FilesField(
        label=gettext_lazy("Internal files"), help_text=gettext_lazy("Only the desk sees them"), required=False
    )
    internal_note = forms.CharField(
        label=gettext_lazy("Internal note"),
        help_text=gettext_lazy("Only the desk sees it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def facts(self) -> ContractFacts:
        return ContractFacts(**{name: self.cleaned_data[name] for name in ContractFacts.__dataclass_fields__})

    def taken(self) -> list[Paper]:
        """Taken in before the transaction that refers to them begins."""
        return [
            Paper(
                take_in(upload.chunks(), name=str(upload.name), largest=LARGEST_FILE, kinds=DOCUMENTS),
                is_internal=is_internal,
            )
            for field, is_internal in (("papers", False), ("internal_papers", True))
            for upload in self.cleaned_data[field]
        ]


class NewContractForm(ContractForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Contract.Kind.choices,
        initial=Contract.Kind.FRAME,
        widget=forms.RadioSelect,
    )
    field_order = ("kind",)


class ChangeForm(ContractForm):
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Why it changes; it stands in the history, and the partner does not see it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.CONTRACTS_MANAGE)
def record(request: PortalRequest, partner_id: UUID) -> HttpResponse:
    partner = partner_seen(partner_id)
    form = NewContractForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        try:
            contract = record_contract(
                partner=partner.organization,
                kind=Contract.Kind(form.cleaned_data["kind"]),
                facts=form.facts(),
                papers=form.taken(),
                by=request.actor,
                at=request.at,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Contract %(number)s is recorded.") % {"number": contract.number})
            return redirect("desk_contract", contract.id)
    return form_page(
        request,
        _("Record a contract"),
        form,
        submit=_("Record"),
        cancel_url=reverse("desk_partner", args=[partner.id]),
        trail=trail_to(partner),
    )


def contract_of(request: PortalRequest, contract_id: UUID) -> Contract:
    """Any version's address leads to the newest."""
    found = contract_seen_by(request.organization, contract_id)
    if found is None:
        raise Http404
    return newest_version(found)


@require_safe
@page(door=Door.DESK, may=May.CONTRACTS_READ)
def contract(request: PortalRequest, contract_id: UUID) -> HttpResponse:
    found = contract_of(request, contract_id)
    facts = {
        "title": found.number,
        "status": standing_of(request, found),
        "trail": trail_of(found),
        "facts": facts_of(found),
        "actions": actions_of(request, found),
        "versions": list(versions_of(found)),
        "papers": list(files_of(found, asker=request.organization)),
        "timeline": happened(timeline_of(contract_subject(found), books=[found.partner.book_id])[:SHOWN]),
    }
    return render(request, "partners/contract.html", facts)


def standing_of(request: PortalRequest, contract: Contract) -> Status:
    if request.at < contract.period.start:
        return Status("SCHEDULED", _("Not in force yet"))
    if request.at < contract.period.end:
        return Status("ACTIVE", _("In force"))
    return Status("ENDED", _("Ended"))


def trail_of(contract: Contract) -> tuple[Step, ...]:
    return trail_to(partner_of(contract.partner))


def facts_of(contract: Contract) -> list[Fact]:
    note = [Fact(_("Internal note"), contract.internal_note)] if contract.internal_note else []
    partner = partner_of(contract.partner)
    whose = (
        Link(contract.partner.name, reverse("desk_partner", args=[partner.id])) if partner else contract.partner.name
    )
    return [
        Fact(_("Partner"), whose),
        Fact(_("Kind"), contract.get_kind_display()),
        Fact(_("Signed on"), contract.signed_on),
        Fact(_("From"), contract.from_on),
        Fact(_("Last day"), contract.to_on),
        Fact(_("Payment terms in days"), contract.payment_terms_days),
        Fact(_("Pool is capped"), contract.is_capped),
        Fact(_("When invoices are overdue"), contract.get_overdue_policy_display()),
        Fact(_("Version"), contract.version),
        Fact(_("Recorded by"), str(contract.recorded_by)),
        *note,
    ]


def actions_of(request: PortalRequest, contract: Contract) -> list[Action]:
    if May.CONTRACTS_MANAGE in request.permissions:
        return [Action(_("Change"), reverse("desk_change_contract", args=[contract.id]), icon="pencil", kind="primary")]
    return [Action(_("Change"), icon="pencil", reason=_("Only an administrator or sales does this."))]


@require_http_methods(FORM)
@page(door=Door.DESK, may=May.CONTRACTS_MANAGE)
def change(request: PortalRequest, contract_id: UUID) -> HttpResponse:
    """Bound to the version that it was opened with: what another recorded meanwhile is never overwritten."""
    looked_at = contract_seen_by(request.organization, contract_id)
    if looked_at is None:
        raise Http404
    files = request.FILES if request.method == "POST" else None
    form = ChangeForm(posted(request), files, initial=ContractFacts.of(looked_at).facts())
    if form.is_valid():
        try:
            changed = replace_contract(
                contract=looked_at,
                facts=form.facts(),
                why=form.cleaned_data["why"],
                papers=form.taken(),
                by=request.actor,
                at=request.at,
            )
        except Refusal as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Contract %(number)s is changed.") % {"number": changed.number})
            return redirect("desk_contract", changed.id)
    back = reverse("desk_contract", args=[looked_at.id])
    trail = (*trail_of(looked_at), Step(looked_at.number, back))
    return form_page(
        request,
        _("Change the contract"),
        form,
        submit=_("Record the new version"),
        cancel_url=back,
        trail=trail,
        lead=_("The present version stays as it is, and can always be read."),
    )


@require_safe
def contract_file(request: PortalRequest, file_id: UUID) -> FileResponse:
    """ALL-1 The partner gets its own papers, without the internal ones."""
    found = contract_file_seen_by(request.organization, file_id)
    if found is None:
        raise Http404
    return file_response(found.file)


@require_safe
@page(door=Door.PARTNER, may=May.CONTRACTS_READ)
def own_contracts(request: PortalRequest) -> HttpResponse:
    own = partner_of(request.organization)
    facts = {
        "title": _("Contract"),
        "manager": own.account_manager if own else None,
        "contracts": contracts_for_partner(request.organization, request.at),
    }
    return render(request, "partners/own_contracts.html", facts)
