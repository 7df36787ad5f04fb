"""Two desks that set prices in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from django.db import connections

from kanal.catalog.add_product import add_product
from kanal.catalog.models import Product
from kanal.catalog.naming import CodeTaken
from kanal.catalog.product_facts import ProductFacts
from kanal.catalog.queries import prices_of
from tests.catalog.goods import goods, named, priced, rate
from tests.world import a_world


def test_two_who_set_one_price_take_turns(own_database: str, noon: datetime) -> None:
    """PRICE-1: one of the two holds, both stand in the history."""
    shop, ready = goods(a_world(), noon), Barrier(2)

    def race(amount: int) -> None:
        ready.wait()
        try:
            priced(shop, shop.flavor, rate(amount), since=noon + timedelta(days=1), at=noon)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(race, [1_000, 2_000]))

    history = prices_of(shop.flavor, price_list=shop.public)
    assert [price.turn for price in history] == [2, 1]
    assert {price.unit_price for price in history} == {1_000, 2_000}


def test_two_who_choose_one_code_are_told_apart(own_database: str, noon: datetime) -> None:
    """ALL-3"""
    shop, ready = goods(a_world(), noon), Barrier(2)

    def race(_: int) -> str:
        ready.wait()
        try:
            add_product(naming=named("kafka"), facts=ProductFacts(), by=shop.by, at=noon)
        except CodeTaken:
            return "taken"
        finally:
            connections.close_all()
        return "added"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(race, [1, 2])) == ["added", "taken"]

    assert Product.objects.filter(code="kafka").count() == 1
