"""Secrets that are shown or mailed once: made at random, kept as a digest, never kept themselves."""

import hashlib
import secrets

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # 5 bits each; nothing that a double click would cut
_LENGTH = 40  # 200 bits


def new_secret(prefix: str = "") -> str:
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def digest_of(secret: str) -> bytes:
    """A fast digest is enough for what nobody can guess; it also makes the look-up one by an unguessable key."""
    return hashlib.sha256(secret.encode()).digest()
