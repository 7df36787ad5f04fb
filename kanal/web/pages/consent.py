"""The page behind the mail that asks an address to become a partner's customer.

LINK-3 Its owner sees which condition fails. LINK-4 Accepted or declined, signed in as an owner of the account.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kanal.customers.models import CustomerLink
from kanal.identity.queries import member_of
from kanal.kit.ids import UnknownId, parse_public_id
from kanal.kit.refusal import Refusal
from kanal.onboarding.accept_partner import CustomerInvitationUnknown, InvitedSomebodyElse, accept_partner
from kanal.onboarding.decline_partner import decline_partner, whoever_was_asked
from kanal.onboarding.open_link import LinkHasMovedOn
from kanal.onboarding.queries import Choice, choices_of, is_for, link_by_secret
from kanal.web.access import open_page
from kanal.web.errors import Problem, show
from kanal.web.middleware import choose
from kanal.web.pages.here import UNPROCESSABLE
from kanal.web.request import OpenRequest, address_of, device_of

NOT_FOUND, GONE = 404, 410


@open_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: OpenRequest, secret: str) -> HttpResponse:
    link = link_by_secret(secret)
    if link is None:
        return show(request, Problem(NOT_FOUND, _("This link does not work"), str(CustomerInvitationUnknown())))
    if not link.is_answerable(request.at):
        moved_on = LinkHasMovedOn(state=link.standing(request.at))
        return show(request, Problem(GONE, _("This invitation is over"), str(moved_on)))
    if request.method == "POST":
        return answered(request, link, secret)
    return shown(request, link)


def shown(request: OpenRequest, link: CustomerLink, refusal: str = "") -> HttpResponse:
    person = request.person
    choices = choices_of(link, person) if person else []
    facts: dict[str, Any] = {
        "title": _("%(partner)s asks you to become its customer") % {"partner": link.partner.name},
        "link": link,
        "choices": choices,
        "chosen": chosen_first(choices),
        "may_accept": any(choice.may_accept for choice in choices),
        "stage": stage_of(request, link, choices),
        "refusal": refusal,
        "sign_in_url": with_next(request, "account_login"),
        "sign_up_url": with_next(request, "account_signup"),
        "sign_out_url": with_next(request, "account_logout"),
    }
    return render(request, "customers/consent.html", facts, status=UNPROCESSABLE if refusal else 200)


def stage_of(request: OpenRequest, link: CustomerLink, choices: list[Choice]) -> str:
    """Who looks at it: nobody known, somebody else, whoever was asked without an organization, or an owner."""
    if request.person is None:
        return "visitor"
    if choices:
        return "owner"
    return "no_account" if is_for(request.person, link) else "somebody_else"


def chosen_first(choices: list[Choice]) -> UUID | None:
    """The first account that can accept is chosen beforehand."""
    return next((choice.customer.id for choice in choices if choice.may_accept), None)


def with_next(request: OpenRequest, name: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': request.path})}"


def answered(request: OpenRequest, link: CustomerLink, secret: str) -> HttpResponse:
    try:
        if request.POST.get("answer") == "decline":
            return declined(request, link, secret)
        return accepted(request, link, secret)
    except Refusal as refusal:
        return shown(request, link, str(refusal))


def declined(request: OpenRequest, link: CustomerLink, secret: str) -> HttpResponse:
    """Without an account nobody has to sign in to say no; with one, its owner does."""
    by = request.actor or whoever_was_asked(
        link, address=address_of(request), device=device_of(request), request_id=request.request_id
    )
    try:
        decline_partner(link=link, by=by, at=request.at, secret=secret)
    except InvitedSomebodyElse:
        if request.actor is None:
            return redirect(with_next(request, "account_login"))
        raise
    return render(request, "customers/declined.html", {"title": _("Declined"), "link": link})


def accepted(request: OpenRequest, link: CustomerLink, secret: str) -> HttpResponse:
    if request.actor is None or request.person is None:
        return redirect(with_next(request, "account_login"))
    chosen = chosen_of(request, choices_of(link, request.person))
    if chosen is None:
        raise InvitedSomebodyElse
    accept_partner(link=link, customer=chosen.customer, by=request.actor, at=request.at, secret=secret)
    membership = member_of(chosen.customer, request.person)
    if membership is not None:
        choose(request, membership)
    messages.success(request, _("You accepted. The provider decides next, and you are told."))
    return redirect("console_my_partner")


def chosen_of(request: OpenRequest, choices: list[Choice]) -> Choice | None:
    """The only account needs no choosing."""
    try:
        told = parse_public_id(request.POST.get("customer", ""), "org")[1]
    except UnknownId:
        return choices[0] if len(choices) == 1 else None
    return next((choice for choice in choices if choice.customer.id == told), None)
