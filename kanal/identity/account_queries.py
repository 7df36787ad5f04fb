"""What belongs to one person's account and stands in allauth's tables; every question starts from the person.

ID-3  Sessions can be seen.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from kanal.identity.models import Person

SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
_MOST = 1 << 63  # what a counted id of the database can hold


def living_sessions_of(person: Person) -> list[UserSession]:
    """Those that ended by themselves are forgotten on the way."""
    return list(UserSession.objects.purge_and_list(person))


def session_of(person: Person, counted: int) -> UserSession | None:
    found = UserSession.objects.filter(user_id=person.id, pk=counted) if counted < _MOST else UserSession.objects.none()
    return found.first()


def second_steps_of(person: Person) -> list[Authenticator]:
    """An app and passkeys; recovery codes only stand in for them."""
    return list(Authenticator.objects.filter(user_id=person.id, type__in=SECOND_STEPS))


def is_address_confirmed(address_id: object) -> bool:
    return bool(EmailAddress.objects.filter(pk=address_id, verified=True).exists())
