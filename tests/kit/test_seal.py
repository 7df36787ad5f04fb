"""Secrets that must be read again are not kept in the clear."""

import pytest
from django.test import override_settings

from kanal.kit.seal import CannotUnseal, seal, unseal


def test_what_was_sealed_opens_and_does_not_show() -> None:
    sealed = seal("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in sealed
    assert unseal(sealed) == "JBSWY3DPEHPK3PXP"


def test_the_same_secret_is_never_sealed_alike() -> None:
    assert seal("secret") != seal("secret")


def test_an_older_key_still_opens_what_it_sealed() -> None:
    with override_settings(SECRET_KEY="the key of last year"):
        sealed = seal("secret")

    with override_settings(SECRET_KEY="the key of now", SECRET_KEY_FALLBACKS=["the key of last year"]):
        assert unseal(sealed) == "secret"


def test_another_key_does_not_open_it() -> None:
    sealed = seal("secret")

    with override_settings(SECRET_KEY="a stranger's"), pytest.raises(CannotUnseal):
        unseal(sealed)
