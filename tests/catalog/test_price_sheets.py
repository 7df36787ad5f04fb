"""Prices by the sheet: written, changed, looked at, and set all at once or not at all."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanal.audit.models import AuditRecord
from kanal.catalog.cells import CellUnreadable, read_number, write_number
from kanal.catalog.import_prices import PriceMovedMeanwhile, SheetHasFaults, import_prices
from kanal.catalog.models import Price
from kanal.catalog.plan_prices import PricePlan, plan_price, plan_sheet
from kanal.catalog.price_sheet import export_prices
from kanal.catalog.queries import catalogue_at, price_at
from kanal.catalog.set_price import BeginsInThePast, Rate
from kanal.catalog.tariff import Tariff, Tiering
from kanal.identity.desk_only import OnlyTheDesk
from kanal.kit.queue import NO_BOOK
from tests.billing.configurations import tariffs, tiers
from tests.catalog.goods import Goods, goods, priced, rate
from tests.world import World, a_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def shop(world: World, noon: datetime) -> Goods:
    return goods(world, noon)


def plan(shop: Goods, text: str, since: datetime, language: str = "en") -> PricePlan:
    with override(language):
        return plan_sheet(text.encode(), name="gia.csv", price_list=shop.public, effective_at=since, language=language)


def test_a_sheet_shows_what_it_would_do_and_changes_nothing(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)
    priced(shop, shop.flavor, rate(200_000), since=noon + 90 * DAY, at=noon)

    planned = plan(
        shop,
        "Item code;Unit price;Includes tax;Span\ns-general-1x1;99,000.5;yes;30 days\nnvme;35;no;Hour\n",
        noon + DAY,
    )

    [flavor, disk] = planned.rows
    assert (flavor.kind, flavor.old, flavor.new, flavor.later) == ("CHANGED", rate(90_000), rate("99000.5"), 1)
    assert (flavor.percent, flavor.line) == (Decimal("10.00"), 2)
    assert (disk.kind, disk.new.includes_tax, disk.new.tariff.span, disk.percent) == ("NEW", False, "HOUR", None)
    assert planned.faults == ()
    assert Price.objects.count() == 2


def test_what_was_shown_is_set_all_at_once(shop: Goods, noon: datetime) -> None:
    """PRICE-1, ALL-2"""
    priced(shop, shop.disk, rate(35), since=noon, at=noon)
    planned = plan(
        shop, "Mã mặt hàng;Đơn giá;Đã gồm thuế\ns-general-1x1;90.000;có\nnvme;35;có\n", noon + DAY, language="vi"
    )

    made = import_prices(plan=planned, why="Bảng giá quý 2", by=shop.by, at=noon)

    assert [price.item for price in made] == [shop.flavor], "what stays as it is gets no new price"
    price = price_at(shop.flavor, price_list=shop.public, at=noon + DAY)
    assert price is not None
    assert (price.unit_price, price.why) == (90_000, "Bảng giá quý 2")
    [written] = AuditRecord.objects.filter(book_id=NO_BOOK, action="prices.imported")
    assert written.new["rows"] == 1


def test_every_row_that_cannot_be_read_is_named_and_nothing_is_set(shop: Goods, noon: datetime) -> None:
    """ALL-3"""
    planned = plan(
        shop,
        "Item code,Unit price,Span,Tiering,Tiers\n"
        "s-general-1x1,ninety,,,\nunknown,1,,,\nnvme,1,week,,\nnvme,1,,By volume,\nnvme,-1,,,\nnvme,1,,,\nnvme,2,,,\n",
        noon + DAY,
    )

    assert [fault.line for fault in planned.faults] == [2, 3, 4, 5, 6, 8]
    assert "ninety" in planned.faults[0].sentence
    assert "unknown" in planned.faults[1].sentence
    with pytest.raises(SheetHasFaults):
        import_prices(plan=planned, why="", by=shop.by, at=noon)
    assert not Price.objects.exists()


def test_a_price_that_moved_since_it_was_shown_stops_all(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    planned = plan(shop, "Item code,Unit price\ns-general-1x1,90000\nnvme,35\n", noon + DAY)
    priced(shop, shop.disk, rate(40), since=noon, at=noon)

    with pytest.raises(PriceMovedMeanwhile):
        import_prices(plan=planned, why="", by=shop.by, at=noon)
    assert Price.objects.count() == 1


def test_a_sheet_is_of_the_desk_and_of_the_future(world: World, shop: Goods, noon: datetime) -> None:
    """ID-8, PRICE-1"""
    planned = plan(shop, "Item code,Unit price\nnvme,35\n", noon)

    with pytest.raises(OnlyTheDesk):
        import_prices(plan=planned, why="", by=world.acting(world.lan), at=noon)
    with pytest.raises(BeginsInThePast):
        import_prices(plan=planned, why="", by=shop.by, at=noon + DAY)


def test_a_cliff_is_told_before_it_is_set(shop: Goods, noon: datetime) -> None:
    """PRICE-1: 100 units cost 210 and 101 cost 101."""
    tariff = Tariff(tiering=Tiering.VOLUME, tiers=tiers("100@2+10; @1"))
    planned = plan_price(shop.disk, Rate(tariff, includes_tax=True), price_list=shop.public, effective_at=noon)

    assert planned.cliffs == (Decimal(100),)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tariffs(), st.booleans(), st.sampled_from(["vi", "en"]))
def test_what_is_written_is_read_back_as_it_was(
    shop: Goods, noon: datetime, tariff: Tariff, includes_tax: Any, language: str
) -> None:
    """PRICE-1"""
    from django.db import transaction

    with transaction.atomic():
        priced(shop, shop.flavor, Rate(tariff, includes_tax), since=noon, at=noon)
        with override(language):
            written = export_prices(
                [each for each in catalogue_at(noon, price_list=shop.public) if each.price], language=language
            )
        planned = plan(shop, written, noon + DAY, language=language)
        assert planned.faults == ()
        assert [row.kind for row in planned.rows] == ["SAME"]
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1.000", "vi", "1000"),
        ("1,000", "en", "1000"),
        ("7,7", "vi", "7.7"),
        ("7.7", "vi", "7.7"),
        ("1.599.000,25", "vi", "1599000.25"),
        ("0,1250", "vi", "0.125"),
        ("1,000", "vi", None),
        ("1.000", "en", None),
        ("-1", "vi", None),
        ("abc", "en", None),
        ("1,2345678", "vi", None),
    ],
)
def test_a_number_is_read_exactly_or_refused(text: str, language: str, number: str | None) -> None:
    """ALL-3: 1,000 from another country is a thousand, and never one."""
    if number is None:
        with pytest.raises(CellUnreadable):
            read_number(text, column="x", language=language)
    else:
        assert read_number(text, column="x", language=language) == Decimal(number)


@given(st.decimals(0, 10**8, places=6), st.sampled_from(["vi", "en"]))
def test_a_number_is_written_so_that_it_is_read_back(number: Decimal, language: str) -> None:
    """ALL-3"""
    assert read_number(write_number(number, language), column="x", language=language) == number
