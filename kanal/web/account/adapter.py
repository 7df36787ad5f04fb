"""Where allauth asks us: who is signing up, what is written down, what is mailed, what is said.

ID-1  The e-mail is verified before the first sign-in.
ID-3  Every attempt is written down: these hooks see those for unknown addresses too, which signals do not.
ID-4  Failures are counted per account and per address; the answer is the same whether the account exists or not.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.utils import has_verified_email
from allauth.core.internal import ratelimit
from allauth.core.internal.httpkit import clean_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kanal.identity.models import Person
from kanal.identity.set_password import set_password
from kanal.identity.sign_up import sign_up
from kanal.kit import clock
from kanal.kit.device import name_of_device
from kanal.kit.seal import seal, unseal
from kanal.web.account import letters
from kanal.web.account.attempts import PASSWORD, Outcome, method_used, note
from kanal.web.account.two_factor import must_keep
from kanal.web.request import actor_of, address_of, device_of

NOWHERE = "0.0.0.0"  # noqa: S104 - a client behind a socket has no address; nothing is bound to it

SAID = {
    "account/messages/logged_out.txt": _("You are signed out."),
    "account/messages/password_changed.txt": _("Your password is changed. Every other session has ended."),
    "account/messages/email_confirmed.txt": _("Your e-mail address is confirmed."),
    "mfa/messages/totp_activated.txt": _("Signing in now asks for a code from your app."),
    "mfa/messages/totp_deactivated.txt": _("Signing in no longer asks for a code from an app."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("E-mail and password do not match. Check both, or choose a new password."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or it has been used. Enter the one shown now."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait a quarter of an hour and try again, or choose a new password by mail."
        ),
        "rate_limited": _("Too many tries in a short time. Wait a minute and try again."),
    }

    # --- Who it is -----------------------------------------------------------------------------------------------
    def get_client_ip(self, request: HttpRequest) -> str:
        return clean_client_ip(address_of(request)) or NOWHERE

    def save_user(self, request: HttpRequest, _user: Any, form: Any, **_: Any) -> Person:
        told = form.cleaned_data
        return sign_up(
            email=told["email"],
            name=told["name"],
            language=told["language"],
            password=told["password1"],
            address=address_of(request),
            device=device_of(request),
            at=clock.now(),
        )

    def set_password(self, user: Any, password: str) -> None:
        by = actor_of(self.request, user, getattr(self.request, "organization", None))
        set_password(person=user, password=password, by=by, at=clock.now())

    # --- Counting failures (ID-4) --------------------------------------------------------------------------------
    def _get_login_attempts_cache_key(self, _request: HttpRequest, **credentials: Any) -> str:
        return str(credentials.get("email", "")).strip().lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """An address is counted apart from the account: getting into one's own account does not wipe it clean."""
        email = self._get_login_attempts_cache_key(request, **credentials)
        self._counted: list[Any] = []
        for action, key in (("failed_from_address", None), ("login_failed", email)):
            counted = ratelimit.consume(request, app="allauth.account", action=action, key=key)
            if not counted:
                note(request, Outcome.LOCKED, method=PASSWORD, email=email)
                raise self.validation_error("too_many_login_attempts")
            self._counted.append(counted)

    def _rollback_login_failed_rl_usage(self) -> None:
        for counted in self._counted:
            counted.rollback()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note(request, Outcome.WRONG_PASSWORD, method=PASSWORD, email=credentials.get("email", ""))

    # --- Between the password and being in -----------------------------------------------------------------------
    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse | None:
        method = method_used(request, user)
        if not user.is_active:
            note(request, Outcome.CLOSED, method=method, person=user)
        elif not facts["signup"] and not has_verified_email(user):
            note(request, Outcome.NOT_VERIFIED, method=method, person=user)
        elif self._is_asked_for_a_second_step(request, user):
            note(request, Outcome.CODE_ASKED, method=method, person=user)
        answer: HttpResponse | None = super().pre_login(request, user, **facts)
        return answer

    def _is_asked_for_a_second_step(self, request: HttpRequest, user: Person) -> bool:
        types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        return is_mfa_enabled(user, types) and not did_use_passwordless_login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        letters.tell_of_new_device(request, user, at=clock.now())
        note(request, Outcome.SIGNED_IN, method=method_used(request, user), person=user)
        answer: HttpResponse = super().post_login(request, user, **facts)
        return answer

    def is_reauthentication_required(self, *, app: str, **_facts: Any) -> bool:
        """Somebody who signed in a moment ago is not asked at once to prove it again."""
        if not super().is_reauthentication_required(app=app):
            return False
        steps = get_authentication_records(self.request, self.request.user)
        latest = max((step["at"] for step in steps), default=0)
        return bool(time.time() - latest > app_settings.REAUTHENTICATION_TIMEOUT)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code from your app"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [{**method, "description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]

    # --- What is mailed and said ---------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        letters.send(self.request, template_prefix, email=email, context=context, language=get_language() or "vi")

    def get_email_confirmation_url(self, _request: HttpRequest, emailconfirmation: Any) -> str:
        return reverse("account_confirm_email", kwargs={"key": emailconfirmation.key})

    def get_reset_password_from_key_url(self, key: str) -> str:
        uidb36, _dash, token = key.partition("-")
        return reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *_: Any,
        extra_tags: str = "",
        message: str | None = None,
        **__: Any,
    ) -> None:
        words = message or SAID.get(message_template or "")
        if words:
            messages.add_message(request, level, str(words), extra_tags=extra_tags)


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """ID-2. Keys of authenticator apps and seeds of recovery codes are sealed before they are stored."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _(
            "The desk asks for two-factor sign-in. Add a passkey first, then turn the app off."
        ),
        "cannot_generate_recovery_codes": _("Recovery codes go with an authenticator app or a passkey. Add one first."),
        "incorrect_code": _("This code is not right, or it has been used. Enter the one shown now."),
        "unverified_email": _("Confirm your e-mail address first; the link is in your mail."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not must_keep(authenticator)

    def generate_authenticator_name(self, *_: Any) -> str:
        return name_of_device(device_of(self.request))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.MFA_TOTP_ISSUER}
