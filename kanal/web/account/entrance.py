"""The pages round a mailed link, where allauth's own leave a person without a way out.

ID-1  The e-mail is verified by a link that lives three days; another can be asked for.
ID-4  Asking for a link again answers the same for every address and sends one mail in every case.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows import email_verification
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kanal.identity import queries
from kanal.identity.sign_up import TERMS
from kanal.web.access import open_page
from kanal.web.account.attempts import PASSWORD, Outcome, note
from kanal.web.account.forms import EmailBox
from kanal.web.account.links import fault_of_reset, fault_of_verification
from kanal.web.errors import Problem, show


class AddressForm(forms.Form):
    email = EmailBox()


@open_page
@require_safe
@never_cache
def verification_sent(request: HttpRequest) -> HttpResponse:
    """Whoever signed up, or signed in before confirming, sees where the link went: the same for a taken address."""
    login = unstash_login(request, peek=True)
    email = (login.email or (login.user.email if login.user else "")) if login else ""
    facts = {"title": _("Check your mail"), "email": email, "form": AddressForm(initial={"email": email})}
    return render(request, "account/verification_sent.html", facts)


@open_page
@require_POST
def resend_verification(request: HttpRequest) -> HttpResponse:
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="resend_verification")
    if limited:
        return limited
    form = AddressForm(request.POST)
    if not form.is_valid():
        facts = {"title": _("Check your mail"), "form": form, "email": ""}
        return render(request, "account/verification_sent.html", facts, status=422)
    send_again(request, form.cleaned_data["email"])
    facts = {"title": _("Check your mail"), "form": form, "email": form.cleaned_data["email"], "again": True}
    return render(request, "account/verification_sent.html", facts)


def send_again(request: HttpRequest, email: str) -> None:
    """One mail in every case, at most one in three minutes: the link, or that there is an account, or none."""
    person = queries.person_by_email(email)
    address = email_verification.get_address_for_user(person) if person else None
    if address is None or address.verified:
        address = EmailAddress(email=email)
    email_verification.send_verification_email_to_address(request, address, signup=person is not None)


class ConfirmEmail(account.ConfirmEmailView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        facts["title"] = _("Confirm your e-mail address")
        if not facts["can_confirm"]:
            facts["fault"] = fault_of_verification(self.kwargs["key"]).value
            facts["title"] = _("This link no longer works")
            facts["form"] = AddressForm()
        return facts


class ResetPassword(account.PasswordResetFromKeyView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        facts["title"] = _("Choose a new password")
        if facts.get("token_fail"):
            facts["fault"] = fault_of_reset(self.key).value
            facts["title"] = _("This link no longer works")
        return facts

    def form_valid(self, form: Any) -> HttpResponse:
        """Whoever holds the mailed link reads that mailbox: the address is proven by it as well."""
        response: HttpResponse = super().form_valid(form)
        email_verification.verify_email_indirectly(self.request, self.reset_user, self.reset_user.email)
        return response


confirm_email = open_page(ConfirmEmail.as_view())
reset_password = open_page(ResetPassword.as_view())


@open_page
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "account/terms.html", {"title": _("Terms of use"), "edition": TERMS})


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """ID-3, ID-4: a try that was not even looked at is written down too."""
    match = request.resolver_match
    if match and match.url_name == "account_login" and request.method == "POST":
        note(request, Outcome.LOCKED, method=PASSWORD, email=request.POST.get("login", ""))
    text = _("Wait a minute, then go back and try again.")
    response = show(request, Problem(429, _("Too many tries in a short time"), text))
    response["Retry-After"] = "60"
    return response
