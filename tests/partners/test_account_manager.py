"""PROG-4 Who at the desk looks after a partner."""

from datetime import datetime, timedelta

import pytest

from kanal.identity.change_roles import change_roles
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.end_membership import end_membership
from kanal.identity.models import Person
from kanal.identity.permissions import Permission
from kanal.partners.assign_account_manager import CannotManageAccounts, assign_account_manager
from kanal.partners.models import Partner
from kanal.partners.queries import partner_of, possible_account_managers
from kanal.partners.readers import account_manager_or
from tests.world import World, a_world, records_of, tellings, told_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def assign(world: World, person: Person, at: datetime) -> Partner:
    partner = partner_of(world.sao_mai)
    assert partner is not None
    return assign_account_manager(partner=partner, person=person, by=world.acting(world.thu), at=at)


def test_it_is_recorded_and_all_three_hear_of_it(world: World, noon: datetime) -> None:
    """PROG-4"""
    assign(world, world.minh, noon)
    assert told_to(world.sao_mai, "account_manager_assigned") == ["minh@saokhue.example", "lan@saomai.example"]

    partner = assign(world, world.thu, noon + timedelta(days=1))
    assert (partner.account_manager, partner.managed_since_at) == (world.thu, noon + timedelta(days=1))
    newest = tellings(world.sao_mai, "account_manager_assigned")[2:]
    assert sorted(reader["email"] for telling in newest for reader in telling["to"]) == [
        "lan@saomai.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    ]
    [later, first] = records_of(world.sao_mai, "partner.manager_assigned")
    assert (first.old, first.new) == ({"account_manager": None}, {"account_manager": "Hoàng Minh"})
    assert (later.old, later.new) == ({"account_manager": "Hoàng Minh"}, {"account_manager": "Nguyễn Thị Thu"})


def test_the_same_again_is_no_change(world: World, noon: datetime) -> None:
    """PROG-4"""
    assign(world, world.minh, noon)
    assert assign(world, world.minh, noon + timedelta(days=1)).managed_since_at == noon
    assert len(records_of(world.sao_mai, "partner.manager_assigned")) == 1


def test_it_is_somebody_of_the_desk_who_decides(world: World, noon: datetime) -> None:
    """PROG-4"""
    assert {member.person for member in possible_account_managers()} == {world.thu, world.minh}
    for person in (world.hanh, world.vy, world.lan, world.khoa):
        with pytest.raises(CannotManageAccounts):
            assign(world, person, noon)
    partner = partner_of(world.sao_mai)
    assert partner is not None
    with pytest.raises(OnlyTheDesk):
        assign_account_manager(partner=partner, person=world.minh, by=world.acting(world.lan), at=noon)


def test_once_the_manager_has_left_those_who_may_are_told_instead(world: World, noon: datetime) -> None:
    """PROG-4"""
    assert {reader.email for reader in account_manager_or(world.sao_mai, Permission.CONTRACTS_MANAGE)} == {
        "minh@saokhue.example",
        "thu@saokhue.example",
    }
    assign(world, world.minh, noon)
    assert [reader.email for reader in account_manager_or(world.sao_mai, Permission.CONTRACTS_MANAGE)] == [
        "minh@saokhue.example"
    ]
    end_membership(membership=world.membership_of(world.minh), by=world.acting(world.thu), at=noon)
    assert [reader.email for reader in account_manager_or(world.sao_mai, Permission.CONTRACTS_MANAGE)] == [
        "thu@saokhue.example"
    ]


def test_whoever_is_no_longer_in_sales_is_not_told_of_who_follows(world: World, noon: datetime) -> None:
    """PROG-4"""
    assign(world, world.minh, noon)
    change_roles(
        membership=world.membership_of(world.minh), roles=["DESK_SUPPORT"], by=world.acting(world.thu), at=noon
    )
    assign(world, world.thu, noon + timedelta(days=1))

    newest = tellings(world.sao_mai, "account_manager_assigned")[2:]
    assert [reader["email"] for telling in newest for reader in telling["to"]] == [
        "thu@saokhue.example",
        "lan@saomai.example",
    ]
