"""What a partner does with one of its customers on a second screen: rename, assign, send again, withdraw.

LINK-1 The friendly name is the partner's own. LINK-4 Sent again, taken back. ID-6 Assigned to whoever sells.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kanal.customers.assign_customer import assign_customer
from kanal.customers.naming import LONGEST_NAME
from kanal.customers.queries import possible_caretakers
from kanal.customers.rename_customer import rename_customer
from kanal.identity.models import Membership, Person
from kanal.identity.permissions import Permission
from kanal.onboarding.resend_customer_invitation import resend_customer_invitation
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from kanal.web.access import Door, page
from kanal.web.pages.account import FORM, link_of, trail_to, url_of
from kanal.web.pages.here import sent
from kanal.web.pages.partner_applications import decide
from kanal.web.parts.shapes import Confirm
from kanal.web.request import PortalRequest

May = Permission


class NameForm(forms.Form):
    friendly_name = forms.CharField(
        label=gettext_lazy("Friendly name"),
        help_text=gettext_lazy("Only your organization sees it. Left empty, the e-mail is shown"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.CUSTOMERS_MANAGE)
def rename(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = link_of(request, customer_id)
    asked = Confirm(
        _("Rename %(name)s") % {"name": link.shown_name},
        _("Save"),
        url=request.path,
        cancel_url=url_of(link),
        form=NameForm(sent(request), initial={"friendly_name": link.friendly_name}),
    )

    def act(said: dict[str, Any]) -> str:
        rename_customer(link=link, friendly_name=said["friendly_name"], by=request.actor, at=request.at)
        return asked.cancel_url

    return decide(request, _("Rename"), asked, act, _("The friendly name is saved."), *trail_to(link))


class CaretakerForm(forms.Form):
    person: forms.ModelChoiceField[Membership] = forms.ModelChoiceField(
        label=gettext_lazy("Looked after by"),
        help_text=gettext_lazy("An administrator or somebody in sales; whoever it is is told"),
        queryset=None,
    )

    def __init__(self, offered: QuerySet[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        field.queryset = offered  # type: ignore[attr-defined]
        field.label_from_instance = lambda member: str(member.person)  # type: ignore[attr-defined]


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.CUSTOMERS_ASSIGN)
def assign(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = link_of(request, customer_id)
    offered = possible_caretakers(request.organization)
    now = offered.filter(person=link.assigned_to).first() if link.assigned_to else None
    asked = Confirm(
        _("Who looks after %(name)s?") % {"name": link.shown_name},
        _("Save"),
        url=request.path,
        cancel_url=url_of(link),
        text=_("Sales who are limited to their own customers see those they look after."),
        form=CaretakerForm(offered, sent(request), initial={"person": now}),
    )

    def act(said: dict[str, Any]) -> str:
        person: Person = said["person"].person
        assign_customer(link=link, person=person, by=request.actor, at=request.at)
        return asked.cancel_url

    return decide(request, _("Assign"), asked, act, _("It is saved who looks after it."), *trail_to(link))


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.CUSTOMERS_MANAGE)
def again(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = link_of(request, customer_id)
    asked = Confirm(
        _("Send the invitation to %(email)s again?") % {"email": link.email},
        _("Send again"),
        url=request.path,
        cancel_url=url_of(link),
        text=_("The mail has a new link, which works for 30 days. The old link stops working."),
        form=forms.Form(sent(request)),
    )

    def act(_said: dict[str, Any]) -> str:
        resend_customer_invitation(link=link, by=request.actor, at=request.at)
        return asked.cancel_url

    done = _("A new link is on its way to %(email)s.") % {"email": link.email}
    return decide(request, _("Send again"), asked, act, done, *trail_to(link))


@require_http_methods(FORM)
@page(door=Door.PARTNER, may=May.CUSTOMERS_MANAGE)
def withdraw(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = link_of(request, customer_id)
    asked = Confirm(
        _("Withdraw the invitation of %(email)s?") % {"email": link.email},
        _("Withdraw"),
        url=request.path,
        cancel_url=url_of(link),
        text=_("The mailed link stops working, and whoever was asked is told. You can add the account again later."),
        kind="destroy",
        form=forms.Form(sent(request)),
    )

    def act(_said: dict[str, Any]) -> str:
        withdraw_customer_link(link=link, by=request.actor, at=request.at)
        return asked.cancel_url

    done = _("The invitation of %(email)s is withdrawn.") % {"email": link.email}
    return decide(request, _("Withdraw"), asked, act, done, *trail_to(link))
