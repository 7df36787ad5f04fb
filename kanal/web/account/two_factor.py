"""Two-factor sign-in for those who need it.

ID-2  A desk user must have it on in production (KANAL_REQUIRE_TWO_FACTOR_AT_DESK); until then only a person's own
      account opens.
"""

from collections.abc import Callable, Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kanal.identity import queries
from kanal.identity.account_queries import second_steps_of
from kanal.identity.models import Membership, Organization, Person
from kanal.web.access import Reach, access_of


class TwoFactorAtDesk:
    """Stands after the middleware that says who is asking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Any, view: Callable[..., Any], *__: Any) -> HttpResponseBase | None:
        if access_of(view).reach is not Reach.DOOR or not lacks(request.person, request.memberships):
            return None
        messages.warning(request, _("The desk asks for two-factor sign-in. Set up an app or a passkey to go on."))
        return redirect("mfa_index")


def lacks(person: Person, memberships: Iterable[Membership]) -> bool:
    return is_required(memberships) and not second_steps_of(person)


def is_required(memberships: Iterable[Membership]) -> bool:
    if not settings.KANAL_REQUIRE_TWO_FACTOR_AT_DESK:
        return False
    return any(membership.organization.kind == Organization.Kind.PROVIDER for membership in memberships)


def must_keep(authenticator: Authenticator) -> bool:
    """The last second step of somebody who has to have one."""
    person = authenticator.user
    others = [step for step in second_steps_of(person) if step.pk != authenticator.pk]
    return not others and is_required(queries.memberships_of(person))
