"""What allauth wants mailed, told through our outbox: in the reader's language, once, after the change is committed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from kanal.audit.record import record
from kanal.identity import queries
from kanal.identity.models import Person
from kanal.identity.subjects import person_subject
from kanal.kit import clock
from kanal.kit.device import name_of_device
from kanal.kit.ids import uuid7
from kanal.notices.tell import Reader, tell
from kanal.web.request import actor_of, address_of, device_of


@dataclass(frozen=True, slots=True)
class Letter:
    """`leads_to` names what in allauth's context is the link, or else an address of ours; `action` is recorded."""

    kind: str
    leads_to: str = ""
    url_name: str = ""
    action: str = ""


LETTERS = {
    "account/email/email_confirmation_signup": Letter("verify_email", leads_to="activate_url"),
    "account/email/email_confirmation": Letter("verify_email", leads_to="activate_url"),
    "account/email/password_reset_key": Letter("reset_password", leads_to="password_reset_url"),
    "account/email/account_already_exists": Letter("account_exists", url_name="account_reset_password"),
    "account/email/unknown_account": Letter("no_account", url_name="account_signup"),
    "account/email/password_changed": Letter("password_changed", url_name="account_reset_password"),
    "account/email/password_reset": Letter("password_changed", url_name="account_reset_password"),
    "mfa/email/totp_activated": Letter("totp_turned_on", url_name="mfa_index", action="totp.turned_on"),
    "mfa/email/totp_deactivated": Letter("totp_turned_off", url_name="mfa_index", action="totp.turned_off"),
    "mfa/email/webauthn_added": Letter("passkey_added", url_name="mfa_index", action="passkey.added"),
    "mfa/email/webauthn_removed": Letter("passkey_removed", url_name="mfa_index", action="passkey.removed"),
    "mfa/email/recovery_codes_generated": Letter(
        "recovery_codes_made", url_name="mfa_index", action="recovery_codes.made"
    ),
}


@transaction.atomic
def send(request: HttpRequest, template: str, *, email: str, context: dict[str, Any], language: str) -> None:
    """To somebody without an account in the language of the page, else in the person's own."""
    letter, at = LETTERS[template], clock.now()
    person = queries.person_by_email(email)
    if letter.action and person:
        by = actor_of(request, person, getattr(request, "organization", None))
        record(letter.action, person_subject(person), by=by, at=at)
    lasting = {
        "days": settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS,
        "minutes": settings.PASSWORD_RESET_TIMEOUT // 60,
    }
    tell(
        letter.kind,
        to=[reader(person) if person else Reader(email=email, name="", language=language)],
        facts={**from_where(request, email, at), **lasting},
        cause=f"{letter.kind}:{uuid7()}",
        at=at,
        link=context[letter.leads_to] if letter.leads_to else reverse(letter.url_name),
    )


def tell_of_new_device(request: HttpRequest, person: Person, *, at: datetime) -> None:
    """ID-3 Asked before this sign-in is written down; the very first one is nothing to be warned of."""
    device = name_of_device(device_of(request))
    known = {name_of_device(told) for told in queries.devices_of(person)}
    if known and device not in known:
        tell(
            "new_device",
            to=[reader(person)],
            facts=from_where(request, person.email, at),
            cause=f"new_device:{uuid7()}",
            at=at,
            link=reverse("usersessions_list"),
        )


def from_where(request: HttpRequest, email: str, at: datetime) -> dict[str, object]:
    return {
        "email": email,
        "address": address_of(request),
        "device": name_of_device(device_of(request)),
        "when": at,
    }


def reader(person: Person) -> Reader:
    return Reader(email=person.email, name=person.name, language=person.language, person_id=person.id)
