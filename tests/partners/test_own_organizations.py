"""PROG-5 A partner's further organizations: proposed by who owns them, confirmed by the desk, of the partner's book."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from kanal.identity.acting import acting
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.models import Organization
from kanal.identity.place_under import place_under
from kanal.identity.queries import books_of, trading_book_of
from kanal.identity.register_organization import register_organization
from kanal.kit.actor import Actor
from kanal.partners.add_own_organization import AddedAlready, HasAnotherSeller, NotItsOwner, add_own_organization
from kanal.partners.apply_to_be_partner import ApplicationWaits, apply_to_be_partner
from kanal.partners.decide_own_organization import (
    OwnOrganizationDecided,
    confirm_own_organization,
    reject_own_organization,
    withdraw_own_organization,
)
from kanal.partners.models import OwnOrganization
from kanal.partners.queries import (
    organizations_to_add,
    own_organization_seen_by,
    own_organizations_of,
    owning_partner_of,
)
from kanal.partners.record_contract import NotAPartner
from kanal.partners.register_own_organization import register_own_organization
from kanal.partners.terms import EDITION
from tests.world import World, a_world, profile_of, records_of, tellings, told_to


@pytest.fixture
def world() -> World:
    return a_world()


def a_second_house(world: World, at: datetime) -> Organization:
    """Registered by the partner's administrator, and so owned by her."""
    return register_organization(
        legal_form=Organization.LegalForm.ENTERPRISE,
        profile=profile_of("Sao Mai Miền Trung", "0400200028"),
        by=acting(world.lan, None),
        at=at,
    )


def add(world: World, at: datetime) -> OwnOrganization:
    return add_own_organization(
        partner=world.sao_mai, organization=a_second_house(world, at), by=world.acting(world.lan), at=at
    )


@pytest.mark.django_db
def test_confirmed_it_belongs_to_the_partner_and_its_book(world: World, noon: datetime) -> None:
    """PROG-5"""
    own = add(world, noon)
    organization = own.organization
    assert told_to(organization, "own_organization_waiting") == ["minh@saokhue.example", "thu@saokhue.example"]
    assert owning_partner_of(organization) is None
    assert trading_book_of(organization) == organization.book_id

    confirm_own_organization(own=own, by=world.acting(world.minh), at=noon)

    organization.refresh_from_db()
    assert organization.seller == world.sao_mai
    assert trading_book_of(organization) == world.sao_mai.book_id
    assert world.sao_mai.book_id in books_of(organization)
    assert owning_partner_of(organization) == world.sao_mai
    assert owning_partner_of(world.an_phat) is None
    assert told_to(organization, "own_organization_confirmed") == [
        "lan@saomai.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    ]
    [written] = records_of(organization, "own_organization.confirmed")
    assert (written.actor_name, written.organization_id) == ("Hoàng Minh", world.sao_mai.id)


@pytest.mark.django_db
def test_a_new_one_is_founded_and_proposed_in_one_go(world: World, noon: datetime) -> None:
    """PROG-5"""
    own = register_own_organization(
        partner=world.sao_mai,
        legal_form="ENTERPRISE",
        profile=profile_of("Sao Mai Lab", "0314409058"),
        by=world.acting(world.lan),
        at=noon,
    )

    assert own.is_open
    assert own.organization.seller == world.sao_khue
    assert list(own_organizations_of(world.sao_mai)) == [own]


@pytest.mark.django_db
def test_what_cannot_be_added_is_refused(world: World, noon: datetime) -> None:
    """PROG-5"""

    def add_it(partner: Organization, organization: Organization, by: Actor) -> None:
        add_own_organization(partner=partner, organization=organization, by=by, at=noon)

    second = a_second_house(world, noon)
    with pytest.raises(NotItsOwner):
        add_it(world.sao_mai, world.hong_ha, world.acting(world.lan))
    with pytest.raises(NotItsOwner):
        add_it(world.bien_dong, second, world.acting(world.khoa))
    with pytest.raises(NotAPartner):
        add_it(world.hong_ha, second, acting(world.lan, world.hong_ha))
    with pytest.raises(HasAnotherSeller):
        add_it(world.bien_dong, world.an_phat, acting(world.an, world.bien_dong))
    add_it(world.sao_mai, second, world.acting(world.lan))
    with pytest.raises(AddedAlready):
        add_it(world.sao_mai, second, world.acting(world.lan))


@pytest.mark.django_db
def test_it_is_a_partner_to_be_or_an_own_one_but_not_both(world: World, noon: datetime) -> None:
    """PROG-1, PROG-5"""
    second = a_second_house(world, noon)
    apply_to_be_partner(organization=second, terms_edition=EDITION, by=acting(world.lan, second), at=noon)

    with pytest.raises(ApplicationWaits):
        add_own_organization(partner=world.sao_mai, organization=second, by=world.acting(world.lan), at=noon)


@pytest.mark.django_db
def test_what_changed_hands_meanwhile_is_not_confirmed(world: World, noon: datetime) -> None:
    """PROG-5"""
    own = add(world, noon)
    place_under(organization=own.organization, seller=world.bien_dong, by=world.acting(world.thu), at=noon)

    with pytest.raises(HasAnotherSeller):
        confirm_own_organization(own=own, by=world.acting(world.thu), at=noon)
    own.refresh_from_db()
    assert own.is_open


@pytest.mark.django_db
def test_a_rejection_says_why_and_it_may_be_added_again(world: World, noon: datetime) -> None:
    """PROG-5"""
    own = add(world, noon)
    with pytest.raises(ReasonMissing):
        reject_own_organization(own=own, why="", by=world.acting(world.thu), at=noon)
    reject_own_organization(own=own, why="Không cùng chủ sở hữu", by=world.acting(world.thu), at=noon)

    [telling, *_] = tellings(own.organization, "own_organization_rejected")
    assert telling["facts"]["why"] == "Không cùng chủ sở hữu"
    again = add_own_organization(
        partner=world.sao_mai, organization=own.organization, by=world.acting(world.lan), at=noon
    )
    withdraw_own_organization(own=again, by=world.acting(world.lan), at=noon)
    assert [each.state for each in own_organizations_of(world.sao_mai)] == ["WITHDRAWN", "REJECTED"]
    with pytest.raises(OwnOrganizationDecided) as refused:
        confirm_own_organization(own=again, by=world.acting(world.thu), at=noon)
    assert refused.value.state == "WITHDRAWN"


@pytest.mark.django_db
def test_only_the_desk_confirms_and_a_rival_sees_nothing(world: World, noon: datetime) -> None:
    """PROG-5, ALL-1"""
    own = add(world, noon)
    for person in (world.lan, world.khoa):
        with pytest.raises(OnlyTheDesk):
            confirm_own_organization(own=own, by=world.acting(person), at=noon)
        with pytest.raises(OnlyTheDesk):
            reject_own_organization(own=own, why="x", by=world.acting(person), at=noon)

    assert own_organization_seen_by(world.bien_dong, own.id) is None
    assert own_organization_seen_by(world.sao_mai, own.id) == own
    assert own_organization_seen_by(world.sao_khue, own.id) == own
    assert not own_organizations_of(world.bien_dong).exists()


@pytest.mark.django_db
def test_one_is_offered_what_one_owns_and_may_add(world: World, noon: datetime) -> None:
    """PROG-5"""
    assert list(organizations_to_add(world.sao_mai, world.lan)) == []
    second = a_second_house(world, noon)
    assert list(organizations_to_add(world.sao_mai, world.lan)) == [second]
    assert list(organizations_to_add(world.sao_mai, world.hung)) == []

    add_own_organization(partner=world.sao_mai, organization=second, by=world.acting(world.lan), at=noon)
    assert list(organizations_to_add(world.sao_mai, world.lan)) == []


@pytest.mark.parametrize("other", ["confirm", "reject", "withdraw"])
def test_two_who_decide_at_once_decide_once(own_database: str, noon: datetime, other: str) -> None:
    """PROG-5"""
    world = a_world()
    own, ready = add(world, noon), Barrier(2)
    mine, yours = (OwnOrganization.objects.get(id=own.id) for _n in range(2))  # as two browsers have it

    def confirm() -> None:
        confirm_own_organization(own=mine, by=world.acting(world.thu), at=noon)

    def differ() -> None:
        if other == "confirm":
            confirm_own_organization(own=yours, by=world.acting(world.minh), at=noon)
        elif other == "reject":
            reject_own_organization(own=yours, why="x", by=world.acting(world.minh), at=noon)
        else:
            withdraw_own_organization(own=yours, by=world.acting(world.lan), at=noon)

    def decide(act: object) -> bool:
        ready.wait()
        try:
            act()  # type: ignore[operator]
        except OwnOrganizationDecided:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(decide, [confirm, differ])) == [False, True]
    own.refresh_from_db()
    seller = Organization.objects.get(id=own.organization_id).seller
    assert (seller == world.sao_mai) == (own.state == OwnOrganization.State.CONFIRMED)
