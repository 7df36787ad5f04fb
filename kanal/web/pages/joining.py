"""The page behind a mailed invitation: whoever holds the link reads what it offers, and says yes or no.

ID-1  Yes needs an account whose address is the invited one, and verified; no needs no account.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kanal.identity import queries
from kanal.identity.accept_invitation import InvitationUnknown, InvitedAtAnotherAddress, accept_invitation
from kanal.identity.decline_invitation import decline_invitation, whoever_was_invited
from kanal.identity.models import Invitation
from kanal.identity.withdraw_invitation import InvitationEnded
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.web.access import open_page
from kanal.web.errors import Problem, show
from kanal.web.middleware import choose
from kanal.web.request import OpenRequest, address_of, device_of

NOT_FOUND, GONE, CONFLICT = 404, 410, 409


@open_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: OpenRequest, secret: str) -> HttpResponse:
    invitation = queries.invitation_by_secret(secret)
    if invitation is None:
        return show(request, Problem(NOT_FOUND, _("This link does not work"), str(InvitationUnknown())))
    if not invitation.is_open(request.at):
        ended = InvitationEnded(outcome=invitation.standing(request.at))
        return show(request, Problem(GONE, _("This invitation is over"), str(ended)))
    if request.method == "POST":
        return _answered(request, secret, invitation)
    return _shown(request, invitation)


def _shown(request: OpenRequest, invitation: Invitation) -> HttpResponse:
    """To whom it is addressed, and what this visitor can do about it now."""
    person = request.person
    fits = person is not None and invitation.email in queries.verified_addresses_of(person)
    facts = {
        "title": _("Join %(organization)s") % {"organization": invitation.organization.name},
        "invitation": invitation,
        "fits": fits,
        "other": str(InvitedAtAnotherAddress(email=invitation.email)) if person and not fits else "",
        "sign_in_url": _with_next(request, "account_login"),
        "sign_up_url": _with_next(request, "account_signup"),
        "sign_out_url": _with_next(request, "account_logout"),
    }
    return render(request, "invitations/answer.html", facts)


def _with_next(request: OpenRequest, name: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': request.path})}"


def _answered(request: OpenRequest, secret: str, invitation: Invitation) -> HttpResponse:
    try:
        if request.POST.get("answer") == "decline":
            decline_invitation(secret=secret, by=_who(request, invitation), at=request.at)
            return render(request, "invitations/declined.html", {"title": _("Declined"), "invitation": invitation})
        if request.actor is None:
            return redirect(_with_next(request, "account_login"))
        membership = accept_invitation(secret=secret, by=request.actor, at=request.at)
    except Refusal as refusal:
        return show(request, Problem(CONFLICT, _("This could not be done yet"), str(refusal)))
    choose(request, membership)
    messages.success(request, _("You now work for %(organization)s.") % {"organization": membership.organization.name})
    return redirect("home")


def _who(request: OpenRequest, invitation: Invitation) -> Actor:
    return request.actor or whoever_was_invited(
        invitation, address=address_of(request), device=device_of(request), request_id=request.request_id
    )
