"""ID-3 Every attempt, good or bad, is listed for its owner."""

from datetime import datetime

import pytest

from kanal.identity.models import Person, SignInAttempt
from kanal.identity.note_sign_in_attempt import note_sign_in_attempt
from kanal.identity.queries import sign_ins_of
from tests.world import a_person

Outcome = SignInAttempt.Outcome


@pytest.fixture
def lan(db: None) -> Person:
    return a_person("Trần Ngọc Lan", "lan@saomai.example")


def attempt(email: str, outcome: SignInAttempt.Outcome, at: datetime, device: str = "Firefox") -> SignInAttempt:
    return note_sign_in_attempt(
        email=email, outcome=outcome, method="password", address="192.0.2.7", device=device, at=at
    )


def test_it_belongs_to_whoever_has_the_address(lan: Person, noon: datetime) -> None:
    """ID-3"""
    attempt(" Lan@SaoMai.example", Outcome.WRONG_PASSWORD, noon)

    [listed] = sign_ins_of(lan)
    assert (listed.email, listed.outcome, listed.tried_at) == ("lan@saomai.example", "WRONG_PASSWORD", noon)
    assert (listed.method, listed.address, listed.device) == ("password", "192.0.2.7", "Firefox")


def test_one_for_an_unknown_address_is_kept_and_nobodys(lan: Person, noon: datetime) -> None:
    """ID-3"""
    kept = attempt("nobody@example.com", Outcome.WRONG_PASSWORD, noon)

    assert (kept.person_id, kept.outcome) == (None, "UNKNOWN_ADDRESS")
    assert not sign_ins_of(lan).exists()


def test_a_device_that_tells_a_novel_is_cut(lan: Person, noon: datetime) -> None:
    """ID-3"""
    assert len(attempt(lan.email, Outcome.LOCKED, noon, device="x" * 5000).device) == 300
