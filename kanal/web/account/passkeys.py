"""Passkeys: one of the person's own devices that signs in alone, by face, finger or PIN."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kanal.web.access import own_page
from kanal.web.account.two_factor import must_keep


class OfPasskey:
    """The address names it like every row of ours; allauth counts."""

    success_url = reverse_lazy("mfa_index")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, pk=kwargs["passkey_id"].int, **kwargs)  # type: ignore[misc]


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    extra_context = {"title": gettext_lazy("Add a passkey")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        facts["js_data"] = {"creation_options": auth.begin_registration(self.request.user, passwordless=True)}
        return facts


class RenamePasskey(OfPasskey, webauthn.EditWebAuthnView):  # type: ignore[misc]
    extra_context = {"title": gettext_lazy("Rename the passkey")}


class RemovePasskey(OfPasskey, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    extra_context = {"title": gettext_lazy("Remove the passkey")}

    def form_valid(self, form: Any) -> HttpResponse:
        if must_keep(self.get_object()):
            messages.error(
                self.request,
                _("The desk asks for two-factor sign-in. Set up an app or another passkey first."),
            )
            return redirect("mfa_index")
        return super().form_valid(form)  # type: ignore[no-any-return]


add_passkey = own_page(AddPasskey.as_view())
rename_passkey = own_page(RenamePasskey.as_view())
remove_passkey = own_page(RemovePasskey.as_view())
