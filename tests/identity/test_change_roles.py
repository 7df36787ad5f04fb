"""ID-6 Members hold roles; the last admin or owner stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from kanal.identity.authenticate_api_key import KeyNotAccepted, authenticate_api_key
from kanal.identity.change_roles import change_roles
from kanal.identity.end_membership import end_membership
from kanal.identity.holding_roles import LastHead, LimitIsForSales, NoRole, RoleNotHere
from kanal.identity.make_api_key import make_api_key
from kanal.identity.members import NoLongerAMember
from kanal.identity.models import Membership, Person
from kanal.identity.permissions import Permission
from kanal.identity.queries import members_of, organizations_of
from kanal.identity.roles import Role
from kanal.kit.refusal import Refusal
from tests.world import World, a_person, a_world, join, records_of, tellings, told_to


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_gives_other_roles_and_tells_who_has_them(world: World, noon: datetime) -> None:
    """ID-6"""
    change_roles(
        membership=world.membership_of(world.hung),
        roles=["PARTNER_FINANCE", "PARTNER_SALES"],
        by=world.acting(world.lan),
        at=noon,
    )

    assert world.membership_of(world.hung).roles == ["PARTNER_SALES", "PARTNER_FINANCE"]
    [written] = records_of(world.sao_mai, "member.roles_changed")
    assert written.old == {"roles": ["PARTNER_SALES"], "own_customers_only": False}
    assert written.new == {"roles": ["PARTNER_SALES", "PARTNER_FINANCE"], "own_customers_only": False}
    [telling] = tellings(world.sao_mai, "roles_changed")
    assert told_to(world.sao_mai, "roles_changed") == ["hung@saomai.example"]
    assert telling["facts"]["roles"] == ["Sales", "Finance"]


@pytest.mark.django_db
def test_sales_can_be_limited_to_their_own_customers(world: World, noon: datetime) -> None:
    """ID-6"""
    hung, lan = world.membership_of(world.hung), world.acting(world.lan)
    change_roles(membership=hung, roles=["PARTNER_SALES"], own_customers_only=True, by=lan, at=noon)

    assert world.membership_of(world.hung).own_customers_only
    with pytest.raises(LimitIsForSales):
        change_roles(membership=hung, roles=["PARTNER_FINANCE"], own_customers_only=True, by=lan, at=noon)
    change_roles(membership=hung, roles=["PARTNER_FINANCE"], by=lan, at=noon)
    assert not world.membership_of(world.hung).own_customers_only


@pytest.mark.django_db
def test_the_same_again_is_no_change(world: World, noon: datetime) -> None:
    """ID-6"""
    change_roles(
        membership=world.membership_of(world.hung), roles=["PARTNER_SALES"], by=world.acting(world.lan), at=noon
    )
    assert records_of(world.sao_mai, "member.roles_changed") == []
    assert told_to(world.sao_mai, "roles_changed") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "refusal"),
    [([], NoRole), (["DESK_ADMIN"], RoleNotHere), (["CUSTOMER_OWNER", "PARTNER_SALES"], RoleNotHere)],
)
def test_roles_are_those_of_the_organizations_kind(
    world: World, noon: datetime, roles: list[str], refusal: type[Refusal]
) -> None:
    """ID-6"""
    with pytest.raises(refusal):
        change_roles(membership=world.membership_of(world.hung), roles=roles, by=world.acting(world.lan), at=noon)


@pytest.mark.django_db
@pytest.mark.parametrize("head", ["thu", "lan", "an"])
def test_the_last_head_is_neither_demoted_nor_removed(world: World, noon: datetime, head: str) -> None:
    """ID-6"""
    person: Person = getattr(world, head)
    membership, by = world.membership_of(person), world.acting(person)
    other = next(
        role for role in Role if role.startswith(membership.roles[0].split("_")[0]) and role not in membership.roles
    )

    with pytest.raises(LastHead) as refusal:
        change_roles(membership=membership, roles=[other], by=by, at=noon)
    with pytest.raises(LastHead):
        end_membership(membership=membership, by=by, at=noon)
    assert refusal.value.organization == membership.organization.name
    change_roles(membership=membership, roles=[*membership.roles, other], by=by, at=noon)


@pytest.mark.django_db
def test_a_head_whose_account_is_closed_does_not_count(world: World, noon: datetime) -> None:
    """ID-6"""
    second = join(world.sao_mai, a_person("Tú", "tu@saomai.example"), Role.PARTNER_ADMIN, head=world.lan)
    Person.objects.filter(id=second.id).update(is_active=False)

    with pytest.raises(LastHead):
        end_membership(membership=world.membership_of(world.lan), by=world.acting(world.lan), at=noon)


@pytest.mark.django_db
def test_who_leaves_is_out_at_once_with_the_keys_they_made(world: World, noon: datetime) -> None:
    """ID-6, ID-8"""
    join(world.sao_mai, a_person("Tú", "tu@saomai.example"), Role.PARTNER_ADMIN, head=world.lan)
    made = make_api_key(
        organization=world.sao_mai,
        name="ERP",
        scopes=[Permission.MEMBERS_READ],
        expires_at=noon + timedelta(days=90),
        by=world.acting(world.lan),
        at=noon,
    )
    end_membership(
        membership=world.membership_of(world.lan), by=world.acting(world.lan), at=noon + timedelta(hours=1), why="Nghỉ"
    )

    assert organizations_of(world.lan) == []
    assert world.lan not in [member.person for member in members_of(world.sao_mai)]
    [written] = records_of(world.sao_mai, "member.ended")
    assert (written.subject_name, written.why) == ("Trần Ngọc Lan", "Nghỉ")
    assert records_of(world.sao_mai, "api_key.ended")
    assert told_to(world.sao_mai, "membership_ended") == [world.lan.email]
    with pytest.raises(KeyNotAccepted):
        authenticate_api_key(secret=made.secret, address="192.0.2.1", at=noon + timedelta(hours=2))


@pytest.mark.django_db
def test_an_ended_membership_stays_as_it_was(world: World, noon: datetime) -> None:
    """ID-6"""
    hung, lan = world.membership_of(world.hung), world.acting(world.lan)
    end_membership(membership=hung, by=lan, at=noon)

    with pytest.raises(NoLongerAMember):
        end_membership(membership=hung, by=lan, at=noon)
    with pytest.raises(NoLongerAMember):
        change_roles(membership=hung, roles=["PARTNER_ADMIN"], by=lan, at=noon)


@pytest.mark.parametrize("acts", [("demote", "demote"), ("leave", "leave"), ("demote", "leave")])
def test_two_heads_who_go_at_once_leave_one(own_database: str, noon: datetime, acts: tuple[str, str]) -> None:
    """ID-6 Two real transactions, each of which sees the other head until it commits."""
    world = a_world()
    tu = join(world.sao_mai, a_person("Tú", "tu@saomai.example"), Role.PARTNER_ADMIN, head=world.lan)
    members = [world.membership_of(world.lan), members_of(world.sao_mai).get(person=tu)]
    ready = Barrier(2)

    def go(act: str, membership: Membership) -> str:
        by = world.acting(world.lan)
        ready.wait()
        try:
            if act == "demote":
                change_roles(membership=membership, roles=["PARTNER_VIEWER"], by=by, at=noon)
            else:
                end_membership(membership=membership, by=by, at=noon)
        except LastHead:
            return "refused"
        finally:
            connections.close_all()
        return "gone"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(go, acts, members)) == ["gone", "refused"]
    assert members_of(world.sao_mai).filter(roles__contains=["PARTNER_ADMIN"]).count() == 1
