from datetime import datetime

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from kanal.identity.models import Person
from kanal.kit.locked import locked
from tests.world import a_person


@pytest.mark.django_db
def test_reads_what_stands_now(noon: datetime) -> None:
    stale = a_person("Lan", "lan@saomai.example")
    Person.objects.filter(id=stale.id).update(theme="DARK")

    assert stale.theme == "SYSTEM"
    assert locked(stale).theme == "DARK"


def test_a_lock_lives_in_a_transaction(own_database: str) -> None:
    lan = a_person("Lan", "lan@saomai.example")

    with pytest.raises(TransactionManagementError):
        locked(lan)
    with transaction.atomic():
        assert locked(lan) == lan
