import hashlib

from kanal.identity.secret import digest_of, new_secret


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret("kan_") for _ in range(1000)}

    assert len(made) == 1000
    assert all(secret.startswith("kan_") and len(secret) == 44 and secret.isascii() for secret in made)
    assert len({letter for secret in made for letter in secret[4:]}) == 32


def test_a_digest_is_not_the_secret() -> None:
    secret = new_secret()

    assert digest_of(secret) == hashlib.sha256(secret.encode()).digest()
    assert secret.encode() not in digest_of(secret)
