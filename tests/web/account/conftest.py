"""Signing in, asked over and over: passwords are hashed quickly here, and each hashing is counted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, TestCase, override_settings

from kanal.identity.models import Person
from tests.web.account.counted import COUNTED, CountedHasher
from tests.world import a_person


@pytest.fixture(autouse=True)
def _quick_hashing() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=[f"{CountedHasher.__module__}.{CountedHasher.__qualname__}"]):
        COUNTED.clear()
        yield


@pytest.fixture
def lan(db: None) -> Person:
    """A member of Sao Mai, with a confirmed address and PASSWORD."""
    return a_person("Trần Ngọc Lan", "lan@saomai.example", language="en")


class CommittingClient(Client):
    """What waits for a commit happens after each request, as it does where requests really commit."""

    def request(self, **told: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**told)


@pytest.fixture
def client() -> Client:
    return CommittingClient(
        headers={"accept-language": "en", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
    )
