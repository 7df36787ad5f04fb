"""What a partner, its limited salespeople, a rival, a customer and the desk may ask of links."""

from dataclasses import replace
from datetime import datetime

import pytest

from kanal.customers.assign_customer import CannotLookAfterCustomers, assign_customer
from kanal.customers.models import Account, CustomerLink
from kanal.customers.naming import FriendlyNameTooLong
from kanal.customers.operator_queries import all_links, link_by_id
from kanal.customers.queries import (
    accounts_of,
    confirmed_link,
    confirmed_links_of,
    customer_seen_by,
    earlier_links_of,
    links_of,
    may_fund_itself,
    partner_link_of,
    seller_or_owner,
)
from kanal.customers.rename_customer import rename_customer
from kanal.customers.subjects import customer_entry_subject, customer_link_subject
from kanal.identity.change_roles import change_roles
from kanal.identity.edit_profile import edit_profile
from kanal.identity.models import Membership, Organization, Person
from kanal.identity.profile import Profile
from kanal.identity.roles import Role
from kanal.jobs.bindings import BINDINGS
from kanal.kit.db.words import matching
from kanal.kit.models import Outbox
from kanal.onboarding.confirm_own_account import confirm_own_account
from tests.onboarding.links import DUNG, State, ask, confirmed, in_state, invited
from tests.partners.test_own_organizations import add
from tests.world import World, a_world, records_of, tellings


@pytest.fixture
def world() -> World:
    return a_world()


def limited(world: World, person: Person, at: datetime) -> Membership:
    return change_roles(
        membership=world.membership_of(person),
        roles=[Role.PARTNER_SALES],
        own_customers_only=True,
        by=world.acting(world.lan),
        at=at,
    )


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_a_rival_cannot_tell_it_from_one_that_is_not_there(
    world: World, noon: datetime, state: CustomerLink.State
) -> None:
    """ALL-1, LINK-3"""
    link = in_state(world, state, noon)

    for rival in (world.bien_dong, world.an_phat, world.hong_ha):
        assert customer_seen_by(rival, link.id) is None
        assert link not in links_of(rival)
        assert not accounts_of(rival).filter(id=link.id).exists()
    assert confirmed_link(world.bien_dong, world.hong_ha) is None
    assert customer_seen_by(world.sao_mai, link.id) == link
    assert customer_seen_by(world.sao_khue, link.id) == link_by_id(link.id) == link
    assert link in all_links()


@pytest.mark.django_db
def test_limited_sales_see_what_is_assigned_to_them(world: World, noon: datetime) -> None:
    """ID-6"""
    own = ask(world, noon, DUNG, by=world.acting(world.hung)).link
    others = invited(world, noon, "khac@x.example")
    add(world, noon)
    hung = limited(world, world.hung, noon)
    assert own is not None

    assert list(links_of(world.sao_mai, hung)) == [own]
    assert [account.id for account in accounts_of(world.sao_mai, hung)] == [own.id]
    assert customer_seen_by(world.sao_mai, others.id, hung) is None
    assert customer_seen_by(world.sao_mai, others.id, world.membership_of(world.lan)) == others
    assert list(confirmed_links_of(world.sao_mai, hung)) == []

    assign_customer(link=others, person=world.hung, by=world.acting(world.lan), at=noon)
    assign_customer(link=own, person=world.lan, by=world.acting(world.lan), at=noon)
    assert list(links_of(world.sao_mai, hung)) == [others]
    [telling] = tellings(world.sao_mai, "customer_assigned")
    assert telling["to"][0]["email"] == world.hung.email


@pytest.mark.django_db
def test_only_who_sells_looks_after_customers(world: World, noon: datetime) -> None:
    """ID-6"""
    link = invited(world, noon)
    for person in (world.phuc, world.mai, world.khoa):
        with pytest.raises(CannotLookAfterCustomers):
            assign_customer(link=link, person=person, by=world.acting(world.lan), at=noon)
    assign_customer(link=link, person=world.lan, by=world.acting(world.lan), at=noon)
    assert records_of(world.sao_mai, "customer_entry.assigned") == []  # she was it already


@pytest.mark.django_db
def test_a_friendly_name_names_orders_and_finds(world: World, noon: datetime) -> None:
    """LINK-1"""
    link = invited(world, noon)
    assert link.shown_name == DUNG
    rename_customer(link=link, friendly_name="  Ánh  Sáng ", by=world.acting(world.lan), at=noon)
    rename_customer(link=link, friendly_name="Ánh Sáng", by=world.acting(world.lan), at=noon)

    found = matching(links_of(world.sao_mai), "search_key", "anh sa").get()
    assert (found.shown_name, found.friendly_name) == ("Ánh Sáng", "Ánh Sáng")
    assert matching(links_of(world.sao_mai), "search_key", "dung@hong").get() == link
    [written] = records_of(world.sao_mai, "customer_entry.renamed")
    assert (written.old, written.new) == ({"friendly_name": ""}, {"friendly_name": "Ánh Sáng"})
    assert written.subject == customer_entry_subject(link)
    assert written.subject.kind != customer_link_subject(link).kind  # which the customer reads as well
    with pytest.raises(FriendlyNameTooLong):
        rename_customer(link=link, friendly_name="x" * 121, by=world.acting(world.lan), at=noon)


@pytest.mark.django_db
def test_a_confirmed_customer_is_found_by_its_own_name(world: World, noon: datetime) -> None:
    """LINK-5"""
    link = confirmed(world, noon)
    assert matching(links_of(world.sao_mai), "search_key", "hong ha media").get() == link
    rename_customer(link=link, friendly_name="Khách", by=world.acting(world.lan), at=noon)
    assert matching(accounts_of(world.sao_mai), "search_key", "hong ha media").get().id == link.id


@pytest.mark.django_db
def test_a_customer_that_is_renamed_is_found_by_its_new_name(world: World, noon: datetime) -> None:
    """LINK-5"""
    link, waiting = confirmed(world, noon), invited(world, noon, "khac@x.example")
    profile = Profile.of(world.hong_ha)
    edit_profile(
        organization=world.hong_ha,
        profile=replace(profile, name="Sông Lô Media"),
        by=world.acting(world.dung),
        at=noon,
    )
    [asking] = Outbox.objects.filter(book_id=world.hong_ha.book_id, name="follow_renaming")
    BINDINGS[asking.name].verb(**asking.facts, at=noon)

    assert matching(links_of(world.sao_mai), "search_key", "song lo").get() == link
    assert not matching(links_of(world.sao_mai), "search_key", "hong ha media").exists()
    assert waiting in links_of(world.sao_mai)


@pytest.mark.django_db
def test_customers_and_own_organizations_stand_in_one_list(world: World, noon: datetime) -> None:
    """PROG-5, LINK-1"""
    own = add(world, noon)
    link = confirmed(world, noon)
    rename_customer(link=link, friendly_name="Zét", by=world.acting(world.lan), at=noon)

    rows = {row.id: row for row in accounts_of(world.sao_mai)}
    customer, second = rows[link.id], rows[own.id]
    assert (customer.relation, customer.role, customer.state) == ("CUSTOMER", "PARTNER", "CONFIRMED")
    assert (customer.organization, customer.confirmed_at, str(customer)) == (world.hong_ha, noon, "Zét")
    assert customer.public_id == link.public_id
    assert (second.relation, second.role, second.state) == ("OWN", "OWN", "AWAITING_PROVIDER")
    assert (second.public_id, str(second)) == (own.public_id, own.organization.name)
    assert second.standing(noon) == State.AWAITING_PROVIDER
    assert [row.id for row in accounts_of(world.sao_mai)][-1] == link.id
    assert accounts_of(world.sao_mai).filter(relation=Account.Relation.OWN).get().is_own

    confirm_own_account(own=own, by=world.acting(world.thu), at=noon)
    assert accounts_of(world.sao_mai).get(id=own.id).confirmed_at == noon


@pytest.mark.django_db
def test_an_address_added_again_stands_there_once_with_its_past(world: World, noon: datetime) -> None:
    """LINK-1"""
    old = in_state(world, State.UNLINKED, noon)
    row = ask(world, noon.replace(hour=9))
    assert row.link is not None

    assert [link.id for link in links_of(world.sao_mai).filter(email=DUNG)] == [row.link.id]
    assert list(earlier_links_of(row.link)) == [old]
    assert customer_seen_by(world.sao_mai, old.id) == old


@pytest.mark.django_db
def test_who_buys_from_the_provider_funds_itself_and_nobody_else(world: World, noon: datetime) -> None:
    """CRED-3"""
    own = add(world, noon)
    assert may_fund_itself(own.organization)
    confirm_own_account(own=own, by=world.acting(world.thu), at=noon)

    funds_itself = {
        organization.name: may_fund_itself(Organization.objects.get(id=organization.id))
        for organization in [*world.organizations(), own.organization]
    }
    assert funds_itself == {
        "Sao Khuê Cloud": False,
        world.sao_mai.name: True,
        world.bien_dong.name: True,
        world.an_phat.name: False,
        world.hong_ha.name: True,
        own.organization.name: False,
    }
    assert seller_or_owner(Organization.objects.get(id=own.organization_id)) == world.sao_mai
    assert seller_or_owner(world.an_phat) == world.sao_mai
    assert seller_or_owner(world.hong_ha) is None
    assert partner_link_of(world.hong_ha) is None
