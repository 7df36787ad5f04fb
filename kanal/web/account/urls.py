"""A person's way in, and one's own account. allauth's views under our addresses, each page of it listed by hand."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from kanal.web.account import email, entrance, passkeys, profile, sessions, sign_ins
from kanal.web.converters import local_kind
from kanal.web.pages import notices

local_kind("passkey_id", "pas")

TWO_STEPS = {"extra_context": {"title": _("Two-factor sign-in")}}
CONFIRM = {"extra_context": {"title": _("Confirm that it is you")}}

entrance_pages: list[URLPattern | URLResolver] = [
    path("sign-in/", account.LoginView.as_view(extra_context={"title": _("Sign in")}), name="account_login"),
    path("sign-in/code/", mfa.AuthenticateView.as_view(**TWO_STEPS), name="mfa_authenticate"),
    path("sign-in/passkey/", webauthn.LoginWebAuthnView.as_view(), name="mfa_login_webauthn"),
    path("sign-out/", account.LogoutView.as_view(extra_context={"title": _("Sign out")}), name="account_logout"),
    path(
        "sign-up/", account.SignupView.as_view(extra_context={"title": _("Create an account")}), name="account_signup"
    ),
    path("terms/", entrance.terms, name="account_terms"),
    path(
        "closed/",
        account.AccountInactiveView.as_view(extra_context={"title": _("This account is closed")}),
        name="account_inactive",
    ),
    path("verify/", entrance.verification_sent, name="account_email_verification_sent"),
    path("verify/again/", entrance.resend_verification, name="account_resend_verification"),
    re_path(r"^verify/(?P<key>[-:\w]+)/$", entrance.confirm_email, name="account_confirm_email"),
    path(
        "password/reset/",
        account.PasswordResetView.as_view(extra_context={"title": _("Forgot your password?")}),
        name="account_reset_password",
    ),
    path(
        "password/reset/sent/",
        account.PasswordResetDoneView.as_view(extra_context={"title": _("Check your mail")}),
        name="account_reset_password_done",
    ),
    path(
        "password/reset/done/",
        account.PasswordResetFromKeyDoneView.as_view(extra_context={"title": _("Your password is changed")}),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.reset_password,
        name="account_reset_password_from_key",
    ),
]
own_pages: list[URLPattern | URLResolver] = [
    path("", profile.profile, name="account_profile"),
    path("email/", email.ask, name="account_change_email"),
    re_path(r"^email/(?P<token>[-:\w]+)/$", email.confirm, name="account_confirm_new_email"),
    path("sign-ins/", sign_ins.sign_ins, name="account_sign_ins"),
    path("notifications/", notices.preferences, name="account_notifications"),
    path("sessions/", sessions.sessions, name="usersessions_list"),
    path("sessions/end/", sessions.end_session, name="account_end_session"),
    path("sessions/end-others/", sessions.end_other_sessions, name="account_end_other_sessions"),
    path("confirm/", account.ReauthenticateView.as_view(**CONFIRM), name="account_reauthenticate"),
    path("confirm/code/", mfa.ReauthenticateView.as_view(**CONFIRM), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/", webauthn.ReauthenticateWebAuthnView.as_view(**CONFIRM), name="mfa_reauthenticate_webauthn"
    ),
    path(
        "security/password/",
        account.PasswordChangeView.as_view(extra_context={"title": _("Change your password")}),
        name="account_change_password",
    ),
    path(
        "security/password/set/",
        account.PasswordSetView.as_view(extra_context={"title": _("Set a password")}),
        name="account_set_password",
    ),
    path("security/", mfa.IndexView.as_view(extra_context={"title": _("Security")}), name="mfa_index"),
    path(
        "security/app/",
        never_cache(totp.ActivateTOTPView.as_view(extra_context={"title": _("Set up an authenticator app")})),
        name="mfa_activate_totp",
    ),
    path(
        "security/app/off/",
        totp.DeactivateTOTPView.as_view(extra_context={"title": _("Turn the authenticator app off")}),
        name="mfa_deactivate_totp",
    ),
    path(
        "security/codes/",
        never_cache(codes.ViewRecoveryCodesView.as_view(extra_context={"title": _("Recovery codes")})),
        name="mfa_view_recovery_codes",
    ),
    path(
        "security/codes/new/",
        codes.GenerateRecoveryCodesView.as_view(extra_context={"title": _("Make new recovery codes")}),
        name="mfa_generate_recovery_codes",
    ),
    path("security/passkeys/add/", passkeys.add_passkey, name="mfa_add_webauthn"),
    path("security/passkeys/<passkey_id:passkey_id>/", passkeys.rename_passkey, name="mfa_edit_webauthn"),
    path("security/passkeys/<passkey_id:passkey_id>/remove/", passkeys.remove_passkey, name="mfa_remove_webauthn"),
]
urlpatterns = [*entrance_pages, *own_pages]
