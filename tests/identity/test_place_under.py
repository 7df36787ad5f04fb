"""Who is whose: a tree of any depth, without circles, and the books that go with it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from kanal.identity.make_partner import make_partner
from kanal.identity.models import Organization
from kanal.identity.place_under import CannotSell, WouldSellToItself, place_under
from kanal.identity.queries import books_of, line_of, trading_book_of
from tests.world import World, a_world, records_of


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_a_customer_reads_its_sellers_book_from_then_on(world: World, noon: datetime) -> None:
    place_under(organization=world.hong_ha, seller=world.sao_mai, by=world.acting(world.thu), at=noon, why="LINK")

    world.hong_ha.refresh_from_db()
    assert world.hong_ha.seller == world.sao_mai
    assert books_of(world.hong_ha) == [world.hong_ha.book_id, world.sao_mai.book_id]
    assert trading_book_of(world.hong_ha) == world.sao_mai.book_id
    [written] = records_of(world.hong_ha, "organization.placed")
    assert (written.old["seller"], written.new["seller"]) == ("Sao Khuê Cloud", "Công ty TNHH Sao Mai")
    assert written.why == "LINK"


@pytest.mark.django_db
def test_leaving_a_partner_keeps_its_book_readable(world: World, noon: datetime) -> None:
    desk = world.acting(world.thu)
    place_under(organization=world.an_phat, seller=world.sao_khue, by=desk, at=noon)
    place_under(organization=world.an_phat, seller=world.bien_dong, by=desk, at=noon)

    assert set(books_of(world.an_phat)) == {world.an_phat.book_id, world.sao_mai.book_id, world.bien_dong.book_id}
    assert trading_book_of(world.an_phat) == world.bien_dong.book_id


@pytest.mark.django_db
def test_a_partner_of_a_partner_takes_its_tree_into_the_distributors_book(world: World, noon: datetime) -> None:
    desk = world.acting(world.thu)
    place_under(organization=world.sao_mai, seller=world.bien_dong, by=desk, at=noon)

    assert [each.name for each in line_of(world.an_phat)] == [
        world.an_phat.name,
        world.sao_mai.name,
        world.bien_dong.name,
        world.sao_khue.name,
    ]
    assert trading_book_of(world.sao_mai) == trading_book_of(world.an_phat) == world.bien_dong.book_id
    assert set(books_of(world.an_phat)) == {world.an_phat.book_id, world.sao_mai.book_id, world.bien_dong.book_id}
    assert trading_book_of(world.sao_khue) == world.sao_khue.book_id


@pytest.mark.django_db
def test_to_be_where_it_is_already_is_no_change(world: World, noon: datetime) -> None:
    before = len(records_of(world.an_phat, "organization.placed"))
    place_under(organization=world.an_phat, seller=world.sao_mai, by=world.acting(world.thu), at=noon)

    assert len(records_of(world.an_phat, "organization.placed")) == before


@pytest.mark.django_db
def test_circles_are_refused_at_any_depth(world: World, noon: datetime) -> None:
    desk = world.acting(world.thu)
    make_partner(organization=world.an_phat, by=desk, at=noon)
    for organization, seller in [
        (world.sao_mai, world.an_phat),
        (world.sao_mai, world.sao_mai),
        (world.sao_khue, world.an_phat),
    ]:
        with pytest.raises(WouldSellToItself):
            place_under(organization=organization, seller=seller, by=desk, at=noon)


@pytest.mark.django_db
def test_a_customer_sells_to_nobody(world: World, noon: datetime) -> None:
    with pytest.raises(CannotSell):
        place_under(organization=world.an_phat, seller=world.hong_ha, by=world.acting(world.thu), at=noon)


def test_two_moves_at_once_never_close_a_circle(own_database: str, noon: datetime) -> None:
    world = a_world()
    desk, ready = world.acting(world.thu), Barrier(2)

    def place(pair: tuple[Organization, Organization]) -> str:
        ready.wait()
        try:
            place_under(organization=pair[0], seller=pair[1], by=desk, at=noon)
        except WouldSellToItself:
            return "refused"
        finally:
            connections.close_all()
        return "placed"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(place, [(world.sao_mai, world.bien_dong), (world.bien_dong, world.sao_mai)]))
    assert sorted(outcomes) == ["placed", "refused"]
