"""ID-1 Making an account."""

from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from kanal.audit.models import AuditRecord
from kanal.identity.models import Person
from kanal.identity.sign_up import TERMS, sign_up

pytestmark = pytest.mark.django_db


def lan_signs_up(at: datetime) -> Person:
    return sign_up(
        email="Lan@SaoMai.example ",
        name="  Trần   Ngọc Lan ",
        language="en",
        password="Sao-Khue-2026!",
        address="192.0.2.7",
        device="Firefox",
        at=at,
    )


def test_keeps_who_it_is_and_the_language_they_chose(noon: datetime) -> None:
    """ID-1, ID-7"""
    lan = Person.objects.get(id=lan_signs_up(noon).id)

    assert (lan.email, lan.name, lan.language, lan.joined_at) == ("lan@saomai.example", "Trần Ngọc Lan", "en", noon)
    assert lan.check_password("Sao-Khue-2026!")
    assert lan.search_key == "tran ngoc lan lan saomai example"


def test_the_acceptance_of_the_terms_is_on_record(noon: datetime) -> None:
    """ID-1"""
    lan = lan_signs_up(noon)

    [written] = AuditRecord.objects.filter(book_id=0, subject_id=str(lan.id))
    assert (written.action, written.actor_id, written.address) == ("person.signed_up", str(lan.id), "192.0.2.7")
    assert written.new == {"email": "lan@saomai.example", "terms_accepted": TERMS}


def test_one_address_makes_one_account(noon: datetime) -> None:
    """ID-1"""
    lan_signs_up(noon)

    with pytest.raises(IntegrityError), transaction.atomic():
        lan_signs_up(noon)
    assert Person.objects.count() == 1
