"""What the sign-in pages write down, and what they must not let a stranger find out (ID-3, ID-4)."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest

from kanal.identity.models import Person, SignInAttempt
from kanal.identity.note_sign_in_attempt import note_sign_in_attempt
from kanal.kit import clock
from kanal.web.request import address_of, device_of

Outcome = SignInAttempt.Outcome

PASSWORD, PASSKEY, TOTP, RECOVERY_CODE, LINK = "password", "passkey", "totp", "recovery_code", "link"
_STEPS = {"totp": TOTP, "recovery_codes": RECOVERY_CODE, "webauthn": PASSKEY}


def note(
    request: HttpRequest, outcome: SignInAttempt.Outcome, *, method: str, email: str = "", person: Person | None = None
) -> None:
    note_sign_in_attempt(
        email=email,
        person=person,
        outcome=outcome,
        method=method,
        address=address_of(request),
        device=device_of(request),
        at=clock.now(),
    )


def method_used(request: HttpRequest, person: Person) -> str:
    """The last step that let the person in; none was needed when a mailed link finished a sign-up."""
    steps: list[dict[str, Any]] = get_authentication_records(request, person)
    if not steps:
        return LINK
    last = steps[-1]
    return _STEPS.get(last.get("type", ""), PASSWORD) if last["method"] == "mfa" else PASSWORD
