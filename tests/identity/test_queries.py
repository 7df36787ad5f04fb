"""ALL-1 Every read starts from who asks; the cast's rival sees nothing that is not its own."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kanal.identity import queries
from kanal.identity.found_organization import found_organization
from kanal.identity.models import Organization
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.identity.place_under import place_under
from kanal.identity.readers import readers_who_may
from kanal.identity.roles import Role
from tests.world import World, a_person, a_world, join, profile_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def names(rows: object) -> set[str]:
    return {organization.name for organization in rows}  # type: ignore[attr-defined]


def test_the_provider_sees_all_a_partner_its_tree_a_customer_itself(world: World) -> None:
    """ALL-1"""
    assert names(queries.organizations_seen_by(world.sao_khue)) == names(world.organizations())
    assert names(queries.organizations_seen_by(world.sao_mai)) == {world.sao_mai.name, world.an_phat.name}
    assert names(queries.organizations_seen_by(world.bien_dong)) == {world.bien_dong.name}
    assert names(queries.organizations_seen_by(world.an_phat)) == {world.an_phat.name}


def test_a_distributor_sees_below_its_partners_and_they_do_not_see_up(world: World, noon: datetime) -> None:
    """ALL-1"""
    place_under(organization=world.sao_mai, seller=world.bien_dong, by=world.acting(world.thu), at=noon)

    assert names(queries.organizations_seen_by(world.bien_dong)) == names(
        [world.bien_dong, world.sao_mai, world.an_phat]
    )
    assert names(queries.organizations_seen_by(world.sao_mai)) == names([world.sao_mai, world.an_phat])


def test_anothers_row_is_not_there(world: World) -> None:
    """ALL-1"""
    assert queries.organization_seen_by(world.sao_mai, world.an_phat.id) == world.an_phat
    assert queries.organization_seen_by(world.bien_dong, world.an_phat.id) is None
    assert queries.organization_seen_by(world.an_phat, world.sao_mai.id) is None
    assert queries.organization_seen_by(world.sao_khue, world.hong_ha.id) == world.hong_ha


def test_asking_for_one_takes_one_statement(world: World) -> None:
    """ALL-1"""
    for asker in (world.sao_khue, world.sao_mai, world.an_phat):
        with CaptureQueriesContext(connection) as asked:
            found = queries.organization_seen_by(asker, world.an_phat.id)
            assert found is not None
            assert found.seller is not None
        assert len(asked) == 1


def test_members_and_customers_stand_in_the_order_of_a_dictionary(world: World) -> None:
    """ID-7"""
    listed = [str(member.person) for member in queries.members_of(world.sao_khue)]
    assert listed == ["Bùi Tường Vy", "Đặng Quân", "Hoàng Minh", "Nguyễn Thị Thu", "Vũ Hồng Hạnh"]
    assert list(queries.customers_of(world.sao_khue)) == [world.bien_dong, world.sao_mai, world.hong_ha]


def test_a_person_of_two_organizations_has_both(world: World) -> None:
    """ID-6"""
    join(world.hong_ha, world.khoa, Role.CUSTOMER_VIEWER, head=world.dung)

    assert queries.organizations_of(world.khoa) == [world.bien_dong, world.hong_ha]
    membership = queries.member_of(world.hong_ha, world.khoa)
    assert membership is not None
    assert membership.role_names
    assert queries.member_of(world.sao_mai, world.khoa) is None


def test_books_are_those_it_ever_had(world: World) -> None:
    assert queries.books_of(world.an_phat) == sorted([world.an_phat.book_id, world.sao_mai.book_id])
    assert queries.books_of(world.hong_ha) == [world.hong_ha.book_id]


def test_whoever_may_is_told(world: World) -> None:
    """ID-8"""
    join(world.sao_mai, a_person("Tú", "tu@saomai.example", language="en"), Role.PARTNER_ADMIN, head=world.lan)
    readers = readers_who_may(world.sao_mai, Permission.MEMBERS_MANAGE)

    assert [(each.email, each.language) for each in readers] == [
        ("lan@saomai.example", "vi"),
        ("tu@saomai.example", "en"),
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", {"sao_khue", "sao_mai", "bien_dong", "an_phat", "hong_ha"}),
        ("sao", {"sao_khue", "sao_mai"}),
        ("SÁO m", {"sao_mai"}),
        ("phat an", {"an_phat"}),
        ("cong ty", {"sao_mai", "an_phat"}),
        ("03144", {"an_phat"}),
        ("ai", set()),
        ("'|!&:*", set()),
    ],
)
def test_the_desk_finds_by_the_beginnings_of_words(world: World, typed: str, found: set[str]) -> None:
    """ID-7 Names are found without their accents."""
    assert set(all_organizations(typed)) == {getattr(world, name) for name in found}


def test_a_search_reads_its_index_and_a_list_its_order(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert (
        "organization_by_words" in Organization.objects.filter(id__in=all_organizations("sao").values("id")).explain()
    )
    assert "organization_by_name" in Organization.objects.order_by("sort_key", "id").explain()
    assert "organization_by_kind" in Organization.objects.filter(kind="PARTNER").order_by("sort_key", "id").explain()
    assert "organization_by_age" in Organization.objects.order_by("-created_at", "-id").explain()


def test_a_tree_may_be_deep(world: World, noon: datetime) -> None:
    seller = world.sao_mai
    for number in range(30):
        below = found_organization(
            kind=Organization.Kind.PARTNER,
            legal_form=Organization.LegalForm.ENTERPRISE,
            profile=profile_of(f"Đại lý {number}", "0314409058"),
            seller=seller,
            head=world.lan,
            by=world.acting(world.thu),
            at=noon,
        )
        seller = below
    assert len(queries.line_of(seller)) == 32
    assert queries.trading_book_of(seller) == world.sao_mai.book_id
    assert queries.organizations_seen_by(world.sao_mai).count() == 32
