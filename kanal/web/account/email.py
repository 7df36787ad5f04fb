"""Another address to sign in with: asked for here, changed by the link that goes to it (ID-1)."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kanal.identity.ask_for_email_change import ask_for_email_change
from kanal.identity.change_email import change_email, new_email_of
from kanal.kit.refusal import Refusal
from kanal.web.access import own_page
from kanal.web.account.forms import EmailBox
from kanal.web.parts.shapes import Confirm, Fact, Step
from kanal.web.request import OwnRequest


class NewEmailForm(forms.Form):
    email = EmailBox()


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def ask(request: OwnRequest) -> HttpResponse:
    """Somebody at an unlocked screen must not carry the account away: who it is is asked again."""
    form = NewEmailForm(request.POST or None)
    if form.is_valid():
        limited: HttpResponse | None = ratelimit.consume_or_429(request, action="manage_email", user=request.user)
        if limited:
            return limited
        email = form.cleaned_data["email"]
        try:
            ask_for_email_change(person=request.person, email=email, by=request.actor, at=request.at)
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("We have written to %(email)s. Open the link in that mail.") % {"email": email})
            return redirect("account_profile")
    facts = {
        "title": _("Change your e-mail address"),
        "trail": [Step(_("Your profile"), reverse("account_profile"))],
        "lead": _("You sign in with %(email)s until you open the link that goes to the new address.")
        % {"email": request.person.email},
        "form": form,
        "submit": _("Send the link"),
        "cancel_url": reverse("account_profile"),
    }
    return render(request, "form_page.html", facts, status=422 if form.errors else 200)


@own_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: OwnRequest, token: str) -> HttpResponse:
    """Opened by whoever was asked, signed in as the one who asked; a scanner of mails changes nothing."""
    try:
        new = new_email_of(token, request.person)
        if request.method == "POST":
            change_email(person=request.person, token=token, by=request.actor, at=request.at)
            messages.success(request, _("From now on you sign in with %(email)s.") % {"email": new})
            return redirect("account_profile")
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("account_profile")
    asked = Confirm(
        question=_("Sign in with %(email)s from now on?") % {"email": new},
        text=_("Mails go there too. The old address is told."),
        facts=[Fact(_("Now"), request.person.email), Fact(_("From now on"), new)],
        url=request.path,
        cancel_url=reverse("account_profile"),
        submit=_("Change it"),
    )
    return render(request, "parts/confirm.html", {"title": _("Change your e-mail address"), "confirm": asked})
