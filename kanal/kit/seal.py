"""Secrets that must be read again, such as the key of an authenticator app, are not kept in the clear.

Sealed with a key made from SECRET_KEY; SECRET_KEY_FALLBACKS still open what older keys sealed.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotUnseal(Exception):
    """Sealed under a key that is no longer known: put it among SECRET_KEY_FALLBACKS."""


def seal(text: str) -> str:
    return _keys(_secrets()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return _keys(_secrets()).decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise CannotUnseal(
            "a sealed secret does not open; is an older key missing in SECRET_KEY_FALLBACKS?"
        ) from problem


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@cache
def _keys(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kanal.kit.seal").derive(secret.encode())
