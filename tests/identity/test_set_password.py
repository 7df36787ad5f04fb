"""ID-1 A new password."""

from datetime import datetime

import pytest

from kanal.audit.models import AuditRecord
from kanal.identity.acting import acting
from kanal.identity.models import Person
from kanal.identity.set_password import set_password
from tests.world import PASSWORD, a_person


@pytest.mark.django_db
def test_only_the_new_one_opens_and_only_the_fact_is_recorded(noon: datetime) -> None:
    """ID-1"""
    lan = a_person("Trần Ngọc Lan", "lan@saomai.example")

    set_password(person=lan, password="Hai-Phong-1888!", by=acting(lan, None), at=noon)

    kept = Person.objects.get(id=lan.id)
    assert kept.check_password("Hai-Phong-1888!")
    assert not kept.check_password(PASSWORD)
    written = AuditRecord.objects.get(book_id=0, subject_id=str(lan.id), action="password.changed")
    assert (written.old, written.new, written.at) == ({}, {}, noon)
