"""ID-6 The provider is founded once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from kanal.identity.found_provider import ProviderExists, found_provider
from kanal.identity.models import Book, Membership, Organization
from kanal.identity.queries import the_provider
from tests.world import SET_UP, a_person, a_world, profile_of

SAO_KHUE = profile_of("Sao Khuê Cloud", "0100100015")


@pytest.mark.django_db
def test_stands_on_top_with_its_first_administrator(noon: datetime) -> None:
    """ID-6"""
    thu = a_person("Thu", "thu@saokhue.example", at=noon)
    assert the_provider() is None
    sao_khue = found_provider(profile=SAO_KHUE, admin=thu, by=SET_UP, at=noon)

    assert the_provider() == sao_khue
    assert (sao_khue.kind, sao_khue.seller) == ("PROVIDER", None)
    [membership] = Membership.objects.filter(organization=sao_khue)
    assert (membership.person, membership.roles) == (thu, ["DESK_ADMIN"])


@pytest.mark.django_db
def test_there_is_one(noon: datetime) -> None:
    """ID-6"""
    world = a_world()
    with pytest.raises(ProviderExists) as refusal:
        found_provider(profile=SAO_KHUE, admin=world.khoa, by=SET_UP, at=noon)
    assert refusal.value.name == "Sao Khuê Cloud"


def test_two_founders_at_once_make_one(own_database: str, noon: datetime) -> None:
    """ID-6"""
    people = [a_person("Thu", "thu@saokhue.example", at=noon), a_person("Vy", "vy@saokhue.example", at=noon)]
    ready = Barrier(2)

    def found(admin: object) -> str:
        ready.wait()
        try:
            found_provider(profile=SAO_KHUE, admin=admin, by=SET_UP, at=noon)  # type: ignore[arg-type]
        except ProviderExists:
            return "refused"
        finally:
            connections.close_all()
        return "founded"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(found, people)) == ["founded", "refused"]
    assert Organization.objects.count() == Book.objects.count() == Membership.objects.count() == 1
