"""Why a mailed link does not work: each fault has its own sentence and its own way out."""

import enum

from allauth.account import app_settings
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.utils.http import base36_to_int

from kanal.identity.account_queries import is_address_confirmed

_DAY = 24 * 60 * 60


class Fault(enum.Enum):
    EXPIRED = "expired"
    USED = "used"
    BROKEN = "broken"


def fault_of_verification(key: str) -> Fault:
    """Only its owner holds a link that was signed, so it may be told that its address is confirmed already."""
    try:
        id_ = signing.loads(key, salt=app_settings.SALT, max_age=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS * _DAY)
    except signing.SignatureExpired:
        return Fault.EXPIRED
    except signing.BadSignature:
        return Fault.BROKEN
    return Fault.USED if is_address_confirmed(id_) else Fault.BROKEN


def fault_of_reset(token: str) -> Fault:
    """A token says when it was made; one in time that does not open was used, or the account changed since."""
    made, dash, _rest = token.partition("-")
    try:
        age = default_token_generator._num_seconds(default_token_generator._now()) - base36_to_int(made)  # noqa: SLF001
    except ValueError:
        return Fault.BROKEN
    if not dash or age < 0:
        return Fault.BROKEN
    return Fault.EXPIRED if age > settings.PASSWORD_RESET_TIMEOUT else Fault.USED
