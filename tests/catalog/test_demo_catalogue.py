"""What the demonstration sells, at the manuals' own prices."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kanal.billing.price import Bill, Component, Segment, bill_of
from kanal.catalog.models import PriceList
from kanal.catalog.queries import Offer, catalogue_at, fits_the_order, prices_of, the_price_list
from kanal.catalog.tariff import Use
from kanal.cli._demo_catalog import RANGES, Stocking
from kanal.kit.period import Period
from tests.world import a_world

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BEGAN = TODAY - timedelta(days=60)


@pytest.fixture
def public() -> PriceList:
    world = a_world()
    Stocking(by=world.acting(world.thu), at=BEGAN, today=TODAY).carry_out()
    price_list = the_price_list()
    assert price_list is not None
    return price_list


def offers(public: PriceList) -> dict[str, Offer]:
    return {offer.item.code: offer for offer in catalogue_at(TODAY, price_list=public)}


def bought(public: PriceList, days: int, **quantities: int) -> Bill:
    sold = offers(public)
    components = [
        Component(key=code, item=code, use=Use(Decimal(quantity)), tariff=sold[code].tariff, tax=sold[code].tax)
        for code, quantity in quantities.items()
    ]
    return bill_of([Segment(Period(TODAY, TODAY + timedelta(days=days)), tuple(components))])


def test_everything_in_it_can_be_bought(public: PriceList) -> None:
    """PRICE-1"""
    sold = offers(public)

    assert len(sold) == sum(len(line.items) for each in RANGES for line in each.lines)
    assert all(offer.can_be_bought for offer in sold.values())
    assert all(fits_the_order(offer.item, offer.item.least_ordered) for offer in sold.values())
    assert len({offer.item.service.product.code for offer in sold.values()}) == len(RANGES)


@pytest.mark.parametrize(
    ("days", "quantities", "amount"),
    [
        (60, {"dev.v1.small1x1": 1, "ssd-3000": 20}, 250_000),
        (90, {"s-general-1x1": 1}, 543_000),
        (50, {"s-general-2x4": 1}, 866_667),
        (30, {"gen2-nvme": 20}, 82_280),
        (30, {"vstorage-gold": 30}, 33_000),
        (30, {"vstorage-silver": 30}, 19_800),
        (180, {"vstorage-archive": 30}, 33_660),
        (30, {"snapshot-gb": 100}, 554_400),
        (1, {"bandwidth-domestic": 1_005, "bandwidth-international": 101}, 2_000),
        (30, {"kafka-broker": 3, "kafka-disk": 300}, 5_100_000),
        (30, {"token-plan-pro": 1}, 1_080_000),
        (30, {"file-storage": 51}, 1_637_376),
    ],
)
def test_it_costs_what_the_manuals_say(public: PriceList, days: int, quantities: dict[str, int], amount: int) -> None:
    """PRICE-2"""
    assert bought(public, days, **quantities).gross == amount


def test_some_prices_have_changed_and_one_will(public: PriceList) -> None:
    """PRICE-1"""
    sold = offers(public)
    windows = prices_of(sold["windows-2022"].item, price_list=public)

    assert [price.unit_price for price in windows] == [410_000, 398_000]
    assert sold["windows-2022"].tariff.unit_price == 398_000, "the dearer one has not begun"
    assert sold["s-general-8x16"].tariff.unit_price == 2_080_000


def test_stocking_it_asks_little_of_the_database() -> None:
    """A second of the first start is what it may take; statements are counted, since machines differ."""
    world = a_world()

    with CaptureQueriesContext(connection) as asked:
        Stocking(by=world.acting(world.thu), at=BEGAN, today=TODAY).carry_out()

    assert len(asked) < 600
