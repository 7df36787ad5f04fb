"""The forms of signing in and of one's own security: allauth's, in our words.

ID-1  A new password is judged where it is typed, and the message says what it lacks.
ID-3  A wrong code or passkey is written down like a wrong password.
ID-4  Signing up with an address that has an account looks the same and takes as long.
"""

from __future__ import annotations

import re
from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_two_factor_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import extract_user_from_response
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms.widgets import Script
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from kanal.identity.models import Person
from kanal.identity.passwords import MOST, StrongPassword, as_typed
from kanal.web.account.attempts import PASSKEY, TOTP, Outcome, note

NOT_A_NAME = re.compile(r"://|www\.|@|[\x00-\x1f<>]", re.IGNORECASE)


# --- Fields -------------------------------------------------------------------------------------------------------
class EmailBox(forms.EmailField):
    def __init__(self, *, autocomplete: str = "email") -> None:
        attributes = {"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(label=_("E-mail"), widget=forms.EmailInput(attrs=attributes))

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).lower()


class PasswordInput(forms.PasswordInput):
    """With a button that shows what is typed."""

    template_name = "account/password_box.html"

    class Media:
        js = [Script("js/reveal.js", type="module")]


class PasswordBox(forms.CharField):
    def __init__(self, *, label: Any, autocomplete: str = "current-password", help_text: Any = "") -> None:
        widget = PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(label=label, help_text=help_text, strip=False, max_length=MOST, widget=widget)

    def to_python(self, value: Any) -> str:
        return as_typed(super().to_python(value) or "")


class NewPasswordBox(PasswordBox):
    """ID-1. Typed once: it can be looked at, which finds a slip better than typing it twice."""

    def __init__(self, *, label: Any) -> None:
        help_text = lazy(StrongPassword().get_help_text, str)()
        super().__init__(label=label, autocomplete="new-password", help_text=help_text)
        self.user: Person | None = None

    def clean(self, value: Any) -> str:
        password = str(super().clean(value))
        validate_password(password, self.user)
        return password


class CodeBox(forms.CharField):
    def __init__(self, *, help_text: Any = "", autofocus: bool = True) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "spellcheck": "false",
            "autofocus": autofocus,
        }
        super().__init__(label=_("Code"), help_text=help_text, max_length=20, widget=forms.TextInput(attrs=attributes))


# --- Coming in ----------------------------------------------------------------------------------------------------
class SignIn(account.LoginForm):  # type: ignore[misc]
    password = PasswordBox(label=_("Password"))
    remember = forms.BooleanField(label=_("Stay signed in here for 14 days"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = EmailBox(autocomplete="username")
        self.order_fields(["login", "password", "remember"])


class SignUp(account.SignupForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=Person.Language.choices, initial=get_language)
    terms = forms.BooleanField(
        label=lazy(
            lambda: format_html(gettext('I accept the <a href="{}">terms of use</a>'), reverse("account_terms")), str
        )(),
        error_messages={"required": _("Accept the terms of use to go on.")},
    )

    account_already_exists: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = EmailBox()
        self.fields["password1"] = NewPasswordBox(label=_("Password"))
        self.order_fields(["name", "email", "password1", "language", "terms"])

    def clean_name(self) -> str:
        """The name is greeted in a mail to an address that is not proven yet: it must not be a message of its own."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if NOT_A_NAME.search(name):
            raise ValidationError(_("Write the name that people call you by, without links or signs."))
        return name

    def try_save(self, request: HttpRequest) -> Any:
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # ID-4: nobody learns from the time it takes
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # signed up a moment ago in another window
            self.account_already_exists = True
            return super().try_save(request)


class AskForReset(account.ResetPasswordForm):  # type: ignore[misc]
    email = EmailBox()


class ChooseNewPassword(account.ResetPasswordKeyForm):  # type: ignore[misc]
    password1 = NewPasswordBox(label=_("New password"))
    password2 = None


class SetPassword(account.SetPasswordForm):  # type: ignore[misc]
    password1 = NewPasswordBox(label=_("New password"))
    password2 = None


# --- One's own password -------------------------------------------------------------------------------------------
class ChangePassword(account.ChangePasswordForm):  # type: ignore[misc]
    oldpassword = PasswordBox(label=_("Present password"))
    password1 = NewPasswordBox(label=_("New password"))
    password2 = None


class ConfirmPassword(account.ReauthenticateForm):  # type: ignore[misc]
    password = PasswordBox(label=_("Password"))


# --- Second steps -------------------------------------------------------------------------------------------------
class _Code(mfa.BaseAuthenticateForm):  # type: ignore[misc]
    code = CodeBox()

    def clean_code(self) -> str:
        try:
            return self._code_taken_once()
        except ValidationError as refused:
            note_refused(refused, method=TOTP, person=self.user)
            raise

    def _code_taken_once(self) -> str:
        """Not taken again: allauth forgets a code after one period, and tolerance makes it good for three."""
        key = f"kanal.used_code:{self.user.pk}:{normalize_user_code(self.cleaned_data['code'])}"
        if cache.get(key):
            check_rate_limit(self.user)
            raise get_two_factor_adapter().validation_error("incorrect_code")
        code = str(super().clean_code())
        cache.set(key, True, timeout=(2 * mfa_settings.TOTP_TOLERANCE + 1) * mfa_settings.TOTP_PERIOD)
        return code


class EnterCode(_Code, mfa.AuthenticateForm):  # type: ignore[misc]
    code = CodeBox(help_text=_("The six digits that your app shows now, or one of your recovery codes"))


class ConfirmByCode(_Code, mfa.ReauthenticateForm):  # type: ignore[misc]
    code = CodeBox(help_text=_("The six digits that your app shows now, or one of your recovery codes"))


class EnterByKey(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ValidationError as refused:
            note_refused(refused, method=PASSKEY, person=self.user)
            raise


class SignInByPasskey(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except ValidationError as refused:
            note_refused(refused, method=PASSKEY, person=self._named())
            raise ValidationError(_("This passkey is not known here. Sign in with your password.")) from refused

    def _named(self) -> Person | None:
        try:
            return extract_user_from_response(self.cleaned_data["credential"])  # type: ignore[no-any-return]
        except (ValidationError, AttributeError):
            return None


def note_refused(refused: ValidationError, *, method: str, person: Person | None) -> None:
    locked = refused.code == "too_many_login_attempts"
    note(context.request, Outcome.LOCKED if locked else Outcome.WRONG_CODE, method=method, person=person)


class TurnOnTotp(totp.ActivateTOTPForm):  # type: ignore[misc]
    code = CodeBox(help_text=_("The six digits that the app shows now"), autofocus=False)


class TurnOffTotp(totp.DeactivateTOTPForm):  # type: ignore[misc]
    """Nothing to fill in."""


class AddPasskey(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, help_text=_("So that you can tell it from others later")
    )
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """Every passkey is one that signs in alone, so its owner was checked by face, finger or PIN."""
        self.cleaned_data["passwordless"] = True
        return dict(super().clean())


class RenamePasskey(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Name"), max_length=60)
