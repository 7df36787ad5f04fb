"""ALL-3 What an organization says of itself is checked where it can be."""

import dataclasses

import pytest

from kanal.identity.models import Organization
from kanal.identity.profile import (
    CountryUnknown,
    EmailWrong,
    NameMissing,
    NameUnfit,
    PhoneWrong,
    Profile,
    TaxCodeMissing,
    TaxCodeWrong,
    TextTooLong,
    checked_profile,
)
from kanal.kit.refusal import Refusal

ENTERPRISE, PERSONAL = Organization.LegalForm.ENTERPRISE, Organization.LegalForm.PERSONAL
SAO_MAI = Profile(name="Sao Mai", tax_code="0314409058")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0314409058", "0314409058"),
        (" 03.14.40.90.58 ", "0314409058"),
        ("0314409058-002", "0314409058-002"),
        ("0314409058002", "0314409058-002"),
    ],
)
def test_a_tax_code_is_kept_as_it_is_written(typed: str, kept: str) -> None:
    """ALL-3"""
    assert checked_profile(dataclasses.replace(SAO_MAI, tax_code=typed), legal_form=ENTERPRISE).tax_code == kept


@pytest.mark.parametrize("typed", ["0314409057", "031440905", "0314409058-000", "0300000000", "MST", "079203012345"])
def test_a_wrong_digit_is_seen(typed: str) -> None:
    """ALL-3"""
    with pytest.raises(TaxCodeWrong) as refusal:
        checked_profile(dataclasses.replace(SAO_MAI, tax_code=typed), legal_form=ENTERPRISE)
    assert refusal.value.tax_code == typed


def test_a_person_may_have_none_or_their_personal_number() -> None:
    """ALL-3"""
    person = Profile(name="Nguyễn Hoài Nam")

    assert checked_profile(person, legal_form=PERSONAL).tax_code == ""
    assert checked_profile(dataclasses.replace(person, tax_code="079 203 012 345"), legal_form=PERSONAL).tax_code == (
        "079203012345"
    )
    with pytest.raises(TaxCodeMissing):
        checked_profile(person, legal_form=ENTERPRISE)


def test_codes_of_other_countries_are_taken_as_they_are() -> None:
    """ALL-3"""
    abroad = Profile(name="Northwind GmbH", tax_code="de 123456789", country="DE")

    assert checked_profile(abroad, legal_form=ENTERPRISE).tax_code == "DE 123456789"
    with pytest.raises(TaxCodeWrong):
        checked_profile(dataclasses.replace(abroad, tax_code="<script>"), legal_form=ENTERPRISE)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"name": " \u200b "}, NameMissing),
        ({"name": "x" * 201}, TextTooLong),
        ({"name": "You have won: https://evil.example"}, NameUnfit),
        ({"name": "WWW.evil.example"}, NameUnfit),
        ({"name": "<b>Sao Mai</b>"}, NameUnfit),
        ({"address": "x" * 301}, TextTooLong),
        ({"country": "Việt Nam"}, CountryUnknown),
        ({"country": "XX"}, CountryUnknown),
        ({"email": "sao mai"}, EmailWrong),
        ({"phone": "call me"}, PhoneWrong),
    ],
)
def test_says_which_field_is_wrong(changed: dict[str, str], refusal: type[Refusal]) -> None:
    """ALL-3"""
    with pytest.raises(refusal) as refused:
        checked_profile(dataclasses.replace(SAO_MAI, **changed), legal_form=ENTERPRISE)
    assert str(refused.value)
    assert refused.value.field in {*changed, None}


def test_addresses_are_kept_in_lower_case() -> None:
    """ALL-3"""
    assert checked_profile(dataclasses.replace(SAO_MAI, email="Lan@SaoMai.Example"), legal_form=ENTERPRISE).email == (
        "lan@saomai.example"
    )
