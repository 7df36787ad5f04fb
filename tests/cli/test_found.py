"""ID-6 Production begins with a provider and its first administrator, made at the terminal."""

from argparse import ArgumentParser, Namespace
from datetime import datetime

import pytest
from django.test import Client

from kanal.cli import found
from kanal.identity.found_provider import ProviderExists
from kanal.identity.models import Person
from kanal.identity.profile import TaxCodeWrong
from kanal.identity.queries import member_of, the_provider
from tests.mailbox import newest_mail
from tests.world import a_person, a_world

pytestmark = pytest.mark.django_db


def typed(*more: str) -> Namespace:
    parser = ArgumentParser()
    found.arguments(parser)
    said = ["--name", "Sao Khuê Cloud", "--tax-code", "0100100015", "--admin-email", "Thu@SaoKhue.example"]
    return parser.parse_args([*said, "--admin-name", "Nguyễn Thị Thu", *more])


def test_makes_the_provider_and_its_administrator(noon: datetime) -> None:
    """ID-6"""
    assert found.found(typed(), at=noon) == "Sao Khuê Cloud"

    provider, thu = the_provider(), Person.objects.get(email="thu@saokhue.example")
    assert provider is not None
    membership = member_of(provider, thu)
    assert membership is not None
    assert membership.roles == ["DESK_ADMIN"]
    assert not thu.has_usable_password()


def test_the_administrator_chooses_a_password_by_a_mailed_link(noon: datetime) -> None:
    """ID-1"""
    found.found(typed(), at=noon)
    Client().post("/account/password/reset/", {"email": "thu@saokhue.example"})

    assert newest_mail("thu@saokhue.example").kind == "reset_password"


def test_an_account_that_is_there_already_is_taken(noon: datetime) -> None:
    """ID-6"""
    thu = a_person("Thu", "thu@saokhue.example")
    found.found(typed(), at=noon)

    assert Person.objects.get() == thu


def test_a_second_founding_is_refused_and_leaves_nothing(noon: datetime) -> None:
    """ID-6"""
    a_world()
    with pytest.raises(ProviderExists):
        found.found(typed("--admin-email", "khac@saokhue.example"), at=noon)
    assert not Person.objects.filter(email="khac@saokhue.example").exists()


def test_a_wrong_tax_code_is_a_sentence(noon: datetime) -> None:
    """ALL-3"""
    with pytest.raises(TaxCodeWrong):
        found.found(typed("--tax-code", "0100100016"), at=noon)
    assert not Person.objects.exists()
