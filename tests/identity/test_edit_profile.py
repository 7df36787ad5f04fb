"""ALL-2, ALL-3 What an organization says of itself can be changed, and the change is kept."""

import dataclasses
from datetime import datetime

import pytest

from kanal.identity.edit_profile import edit_profile
from kanal.identity.operator_queries import all_organizations
from kanal.identity.profile import Profile, TaxCodeWrong
from tests.world import World, a_world, records_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def test_keeps_each_change_before_and_after(world: World, noon: datetime) -> None:
    """ALL-2"""
    old = Profile.of(world.sao_mai)
    edit_profile(
        organization=world.sao_mai,
        profile=dataclasses.replace(old, name="Sao Hôm", province="Huế"),
        by=world.acting(world.lan),
        at=noon,
    )

    [written] = records_of(world.sao_mai, "organization.profile_edited")
    assert written.old == {"name": "Công ty TNHH Sao Mai", "province": "Hà Nội"}
    assert written.new == {"name": "Sao Hôm", "province": "Huế"}
    assert (written.actor_name, written.address, written.device) == ("Trần Ngọc Lan", "192.0.2.7", "Firefox")


def test_is_found_by_its_new_name_and_no_longer_by_the_old(world: World, noon: datetime) -> None:
    """ALL-2"""
    changed = dataclasses.replace(Profile.of(world.sao_mai), name="Sao Hôm")
    edit_profile(organization=world.sao_mai, profile=changed, by=world.acting(world.lan), at=noon)

    assert list(all_organizations("sao hom")) == [world.sao_mai]
    assert list(all_organizations("sao mai")) == []


def test_the_same_again_is_no_change(world: World, noon: datetime) -> None:
    """ALL-2"""
    edit_profile(organization=world.sao_mai, profile=Profile.of(world.sao_mai), by=world.acting(world.lan), at=noon)

    assert records_of(world.sao_mai, "organization.profile_edited") == []


def test_a_wrong_tax_code_changes_nothing(world: World, noon: datetime) -> None:
    """ALL-3"""
    wrong = dataclasses.replace(Profile.of(world.sao_mai), name="Sao Hôm", tax_code="0312345674")
    with pytest.raises(TaxCodeWrong):
        edit_profile(organization=world.sao_mai, profile=wrong, by=world.acting(world.lan), at=noon)

    world.sao_mai.refresh_from_db()
    assert world.sao_mai.name == "Công ty TNHH Sao Mai"
