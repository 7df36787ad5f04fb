"""What is sold, what it costs at which moment, and who may say so."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kanal.audit.models import AuditRecord
from kanal.billing.price import Component, Segment, bill_of
from kanal.catalog.add_discount_group import add_discount_group
from kanal.catalog.add_item import GroupOfAnotherProduct, ItemFacts, OrderedInNothing, UnitMissing, add_item
from kanal.catalog.add_price_list import add_price_list
from kanal.catalog.add_product import add_product
from kanal.catalog.change_product import change_product
from kanal.catalog.models import Item, ItemKind, Part, Price
from kanal.catalog.naming import CodeTaken, CodeUnusable, NameMissingInOneLanguage, Naming
from kanal.catalog.product_facts import BinOutOfRange, NotPayable, ProductFacts
from kanal.catalog.queries import (
    catalogue_at,
    fits_the_order,
    items_sold,
    kinds_missing_or_too_many,
    offers_at,
    price_at,
    price_changes,
    prices_at,
    prices_of,
    products_sold,
    tax_rate_at,
    tax_rates_at,
)
from kanal.catalog.rename import rename
from kanal.catalog.retire import RetiredWithoutReason, retire
from kanal.catalog.set_price import BeginsInThePast, CurrencyOfAnotherList, PriceTooHigh, Rate, set_price
from kanal.catalog.set_tax_rate import TaxOutOfRange, set_tax_rate
from kanal.catalog.tariff import Span, Tariff, Tiering, Use
from kanal.identity.desk_only import OnlyTheDesk
from kanal.kit.period import Period
from kanal.kit.queue import NO_BOOK
from tests.billing.configurations import tariffs, tiers
from tests.catalog.goods import Goods, goods, named, priced, rate
from tests.world import World, a_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def shop(world: World, noon: datetime) -> Goods:
    return goods(world, noon)


def price_then(shop: Goods, at: datetime, item: Item | None = None) -> Decimal | None:
    price = price_at(item or shop.flavor, price_list=shop.public, at=at)
    return None if price is None else price.unit_price


# --- Prices at a moment -------------------------------------------------------------------------------------------


def test_the_price_of_a_moment_is_the_latest_that_takes_effect_by_then(shop: Goods, noon: datetime) -> None:
    """PRICE-1: whatever was set since, and in whatever order."""
    priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)
    priced(shop, shop.flavor, rate(120_000), since=noon + 60 * DAY, at=noon)
    priced(shop, shop.flavor, rate(100_000), since=noon + 30 * DAY, at=noon + DAY)

    moments = [noon - timedelta(seconds=1), noon, noon + 30 * DAY - timedelta(seconds=1)]
    moments += [noon + 30 * DAY, noon + 60 * DAY, noon + 999 * DAY]
    assert [price_then(shop, at) for at in moments] == [None, 90_000, 90_000, 100_000, 120_000, 120_000]


def test_what_is_set_again_for_the_same_moment_takes_its_turn(shop: Goods, noon: datetime) -> None:
    """PRICE-1: a price that has not begun can be mended; both stay in the history."""
    since = noon + 30 * DAY
    wrong = priced(shop, shop.flavor, rate(9_000), since=since, at=noon)
    right = priced(shop, shop.flavor, rate(90_000), since=since, at=noon + DAY)

    assert price_then(shop, since) == 90_000
    assert prices_at(shop.public, at=since)[shop.flavor.id] == right, "asked of all at once, the answer is the same"
    assert list(prices_of(shop.flavor, price_list=shop.public)) == [right, wrong]


def test_a_price_never_begins_in_the_past(shop: Goods, noon: datetime) -> None:
    """PRICE-1: so the answer for a moment gone by never changes."""
    with pytest.raises(BeginsInThePast):
        priced(shop, shop.flavor, rate(1), since=noon - timedelta(minutes=1), at=noon)
    with pytest.raises(BeginsInThePast):
        set_tax_rate(group=shop.vat, rate=800, effective_at=noon - DAY, by=shop.by, at=noon)


SAME_SHOP = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SAME_SHOP
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 40), st.integers(1, 5)), max_size=10), st.integers(0, 60))
def test_setting_prices_never_changes_what_held_before(
    shop: Goods, noon: datetime, plan: list[tuple[int, int, int]], asked_on: int
) -> None:
    """PRICE-1: any prices set on any days for any later ones; what a day cost is what it cost when it came."""
    with transaction.atomic():
        asked_at = noon + asked_on * DAY
        history: list[tuple[int, int, int]] = []
        as_it_came = None
        for set_on, later, amount in sorted(plan, key=lambda each: each[0]):
            if as_it_came is None and set_on > asked_on:
                as_it_came = (price_then(shop, asked_at),)
            priced(shop, shop.flavor, rate(amount), since=noon + (set_on + later) * DAY, at=noon + set_on * DAY)
            if set_on <= asked_on and set_on + later <= asked_on:
                history.append((set_on + later, len(history), amount))
        expected = max(history)[2] if history else None
        assert price_then(shop, asked_at) == expected
        assert as_it_came in (None, (expected,))
        transaction.set_rollback(True)


def test_the_same_price_for_the_same_moment_is_no_change(shop: Goods, noon: datetime) -> None:
    first = priced(shop, shop.flavor, rate(90_000), since=noon + DAY, at=noon)

    assert priced(shop, shop.flavor, rate("90000.00"), since=noon + DAY, at=noon + timedelta(hours=1)) == first
    assert Price.objects.count() == 1


def test_the_same_price_from_a_later_moment_holds_there_whatever_changes_before(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    priced(shop, shop.flavor, rate(2), since=noon, at=noon)
    priced(shop, shop.flavor, rate(2), since=noon + DAY, at=noon)
    priced(shop, shop.flavor, rate(1), since=noon, at=noon)

    assert [price_then(shop, noon), price_then(shop, noon + DAY)] == [1, 2]


@SAME_SHOP
@given(tariffs(), st.booleans())
def test_a_tariff_comes_back_from_the_database_as_it_was(
    shop: Goods, noon: datetime, tariff: Tariff, includes_tax: bool
) -> None:
    """PRICE-1"""
    with transaction.atomic():
        priced(shop, shop.flavor, Rate(tariff, includes_tax), since=noon, at=noon)
        kept = price_at(shop.flavor, price_list=shop.public, at=noon)
        assert kept is not None
        assert Rate.of(kept) == Rate(tariff, includes_tax)
        transaction.set_rollback(True)


def test_a_price_says_who_set_it_and_why(shop: Goods, noon: datetime) -> None:
    """ALL-2"""
    priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)
    price = priced(shop, shop.flavor, rate(99_000), since=noon + DAY, at=noon)

    written = AuditRecord.objects.filter(book_id=NO_BOOK, action="price.set").latest("recorded_at")
    assert (price.set_by, price.why) == ("Nguyễn Thị Thu", "Bảng giá mới")
    assert (written.old["unit_price"], written.new["unit_price"], written.why) == ("90000", "99000", "Bảng giá mới")


def test_one_list_has_one_currency_and_amounts_that_can_be_charged(shop: Goods, noon: datetime) -> None:
    """ID-9"""
    with pytest.raises(CurrencyOfAnotherList):
        priced(shop, shop.flavor, rate(1, currency="USD"), since=noon, at=noon)
    with pytest.raises(PriceTooHigh):
        priced(shop, shop.flavor, rate(10**13 + 1), since=noon, at=noon)
    dollars = add_price_list(naming=named("usd"), currency="USD", by=shop.by, at=noon)
    foreign = rate("4.10", currency="USD")
    set_price(item=shop.flavor, price_list=dollars, rate=foreign, effective_at=noon, by=shop.by, at=noon)
    assert price_then(shop, noon) is None, "what stands in one list is not in another"


def test_the_database_itself_keeps_prices_as_they_were(shop: Goods, noon: datetime) -> None:
    """PRICE-1: append-only by rights, not by politeness."""
    priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)

    changed = ["UPDATE catalog_price SET turn = 9", "UPDATE catalog_taxrate SET turn = 9"]
    for act in [*changed, "DELETE FROM catalog_price", "DELETE FROM catalog_taxrate"]:
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(act)


def test_the_database_refuses_a_price_that_began_before_it_was_set(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    price = priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)
    price.pk, price.turn, price.effective_at = None, 9, noon - DAY
    price.id = Price().id

    with pytest.raises(IntegrityError, match="a_price_is_set_before_it_holds"), transaction.atomic():
        price.save(force_insert=True)


def test_says_where_a_span_of_use_is_cut(shop: Goods, noon: datetime) -> None:
    """PRICE-1: after the beginning and before the end."""
    for days in (0, 5, 10, 20):
        priced(shop, shop.flavor, rate(1_000 + days), since=noon + days * DAY, at=noon)

    cuts = price_changes(shop.public, after=noon, until=noon + 20 * DAY, of=[shop.flavor])

    assert cuts == [noon + 5 * DAY, noon + 10 * DAY]


# --- Taxes --------------------------------------------------------------------------------------------------------


def test_a_rate_of_tax_is_of_its_moment(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    set_tax_rate(group=shop.vat, rate=800, effective_at=noon + DAY, why="Nghị định", by=shop.by, at=noon)
    set_tax_rate(group=shop.vat, rate=500, effective_at=noon + DAY, by=shop.by, at=noon)

    moments = [noon - DAY, noon, noon + DAY]
    assert [tax_rate_at(shop.vat, at=at) for at in moments] == [None, 1_000, 500]
    assert [tax_rates_at(at).get(shop.vat.id) for at in moments] == [None, 1_000, 500]


@pytest.mark.parametrize("wrong", [-1, 10_001])
def test_a_rate_of_tax_is_a_part_of_a_hundred(shop: Goods, noon: datetime, wrong: int) -> None:
    """ID-9"""
    with pytest.raises(TaxOutOfRange):
        set_tax_rate(group=shop.vat, rate=wrong, effective_at=noon, by=shop.by, at=noon)


def test_the_day_prices_lost_their_tax_everything_costs_the_same(shop: Goods, noon: datetime) -> None:
    """PRICE-1, PRICE-5: 110 with its tax until then, 100 and its tax after."""
    switch = noon + 10 * DAY
    priced(shop, shop.flavor, rate(110_000), since=noon, at=noon)
    priced(shop, shop.flavor, rate(100_000, includes_tax=False), since=switch, at=noon)

    assert [bought(shop, at) for at in (noon, switch)] == [(100_000, 10_000), (100_000, 10_000)]


def bought(shop: Goods, at: datetime) -> tuple[int, int]:
    offer = offers_at(at, price_list=shop.public, of=[shop.flavor])[shop.flavor.id]
    component = Component(key="flavor", item=shop.flavor.code, use=Use(Decimal(1)), tariff=offer.tariff, tax=offer.tax)
    made = bill_of([Segment(Period(at, at + 30 * DAY), (component,))])
    return made.net, made.tax


# --- The catalogue as of a moment ---------------------------------------------------------------------------------


def test_the_catalogue_of_a_moment_shows_what_was_sold_then_in_few_queries(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)
    retire(shop.disk, why="Thay bằng dòng mới", by=shop.by, at=noon + 5 * DAY)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        before = catalogue_at(noon + DAY, price_list=shop.public)
    after = catalogue_at(noon + 5 * DAY, price_list=shop.public)
    ever = catalogue_at(noon + 5 * DAY, price_list=shop.public, sold_only=False)

    assert len(asked) == 3
    assert [(offer.item.code, offer.can_be_bought) for offer in before] == [("nvme", False), ("s-general-1x1", True)]
    assert [offer.item.code for offer in after] == ["s-general-1x1"]
    assert [offer.item.code for offer in ever] == ["nvme", "s-general-1x1"]
    assert catalogue_at(noon - DAY, price_list=shop.public) == []
    assert set(prices_at(shop.public, at=noon)) == {shop.flavor.id}


def test_what_is_retired_keeps_its_price_and_is_sold_no_more(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    priced(shop, shop.flavor, rate(90_000), since=noon, at=noon)
    retire(shop.vserver, why="Ngừng kinh doanh", by=shop.by, at=noon + DAY)
    again = retire(shop.vserver, why="Nữa", by=shop.by, at=noon + 2 * DAY)

    assert again.retired_at == noon + DAY
    assert not items_sold(noon + DAY).exists()
    assert not products_sold(noon + DAY).exists()
    assert items_sold(noon).count() == 2
    assert offers_at(noon + 9 * DAY, price_list=shop.public, of=[shop.flavor])[shop.flavor.id].can_be_bought
    with pytest.raises(RetiredWithoutReason):
        retire(shop.flavor, why=" ", by=shop.by, at=noon)


def test_a_configuration_has_the_parts_its_service_asks_for(shop: Goods) -> None:
    """A server is one flavor, a disk at least, and addresses; of brokers it knows nothing."""

    def wrong(**counted: int) -> list[str]:
        return sorted(part.kind for part in kinds_missing_or_too_many(shop.server, counted))

    assert wrong(FLAVOR=1, DISK=1) == []
    assert wrong(FLAVOR=2, DISK=16, ADDRESS=4) == ["FLAVOR"]
    assert wrong(DISK=17, BROKER=1) == ["BROKER", "DISK", "FLAVOR"]


@pytest.mark.parametrize(("quantity", "fits"), [(19, False), (20, True), (25, False), (30, True), (0, False)])
def test_an_item_is_ordered_in_its_steps(shop: Goods, quantity: int, fits: bool) -> None:
    """Minimums are held where it is ordered, not in the price."""
    assert fits_the_order(shop.disk, Decimal(quantity)) is fits


# --- Naming and settings ------------------------------------------------------------------------------------------


def test_everything_has_a_name_in_both_languages(shop: Goods, noon: datetime) -> None:
    """ID-7"""
    product = rename(shop.vserver, vi=" Máy chủ  ảo ", en="Virtual server", by=shop.by, at=noon)

    with override("en"):
        assert (product.name, shop.disk.unit) == ("Virtual server", "GB")
    with override("vi"):
        assert str(product) == "Máy chủ ảo"
    with pytest.raises(NameMissingInOneLanguage):
        rename(product, vi="", en="x", by=shop.by, at=noon)
    assert AuditRecord.objects.filter(book_id=NO_BOOK, action="product.renamed").count() == 1


@pytest.mark.parametrize("code", ["", "Máy", "A", "a b", "-a", "a..b", "a" * 61])
def test_a_code_is_one_that_files_and_programs_can_write(shop: Goods, noon: datetime, code: str) -> None:
    """ALL-3"""
    with pytest.raises(CodeUnusable):
        add_product(naming=Naming(code, "x", "x"), facts=ProductFacts(), by=shop.by, at=noon)


def test_a_code_is_taken_once(shop: Goods, noon: datetime) -> None:
    """ALL-3"""
    with pytest.raises(CodeTaken):
        add_product(naming=named("vserver"), facts=ProductFacts(), by=shop.by, at=noon)


def test_how_a_product_is_sold_can_be_changed_and_is_recorded(shop: Goods, noon: datetime) -> None:
    """LIFE-5, ALL-2"""
    changed = change_product(
        product=shop.vserver, facts=ProductFacts(is_refundable=False, bin_days=3), by=shop.by, at=noon
    )
    change_product(product=changed, facts=ProductFacts.of(changed), by=shop.by, at=noon)

    assert (changed.is_refundable, changed.bin_days, changed.allows_poc) == (False, 3, True)
    [written] = AuditRecord.objects.filter(book_id=NO_BOOK, action="product.changed")
    assert (written.old, written.new) == (
        {"is_refundable": True, "bin_days": 7},
        {"is_refundable": False, "bin_days": 3},
    )


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [(ProductFacts(is_prepaid=False, is_postpaid=False), NotPayable), (ProductFacts(bin_days=367), BinOutOfRange)],
)
def test_a_product_that_cannot_be_sold_is_not_made(
    shop: Goods, noon: datetime, facts: ProductFacts, refusal: type[Exception]
) -> None:
    """ALL-3"""
    with pytest.raises(refusal):
        change_product(product=shop.vserver, facts=facts, by=shop.by, at=noon)


def test_an_item_belongs_where_it_says(world: World, shop: Goods, noon: datetime) -> None:
    """DISC-3, ALL-3"""
    other = add_product(naming=named("kafka"), facts=ProductFacts(), by=shop.by, at=noon)
    group = add_discount_group(product=other, naming=named("brokers"), by=shop.by, at=noon)

    def add(**said: object) -> Item:
        whole = {"kind": ItemKind.DISK, "tax_group": shop.vat, "unit_vi": "GB", "unit_en": "GB", **said}
        return add_item(service=shop.server, naming=named("hdd"), facts=ItemFacts(**whole), by=shop.by, at=noon)  # type: ignore[arg-type]

    for wrong, refusal in (
        ({"group": group}, GroupOfAnotherProduct),
        ({"unit_en": " "}, UnitMissing),
        ({"ordered_by": Decimal(0)}, OrderedInNothing),
    ):
        with pytest.raises(refusal):
            add(**wrong)
    assert add().group is None


def test_a_part_may_be_there(shop: Goods) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Part.objects.create(service=shop.server, kind=ItemKind.IMAGE, least=2, most=1)


def test_only_the_desk_changes_the_catalogue(world: World, shop: Goods, noon: datetime) -> None:
    """ID-8"""
    lan = world.acting(world.lan)
    for act in (
        lambda: add_product(naming=named("mine"), facts=ProductFacts(), by=lan, at=noon),
        lambda: change_product(product=shop.vserver, facts=ProductFacts(bin_days=1), by=lan, at=noon),
        lambda: rename(shop.flavor, vi="x", en="x", by=lan, at=noon),
        lambda: retire(shop.flavor, why="x", by=lan, at=noon),
        lambda: priced(shop, shop.flavor, rate(1), since=noon, at=noon, by=lan),
        lambda: set_tax_rate(group=shop.vat, rate=1, effective_at=noon, by=lan, at=noon),
    ):
        with pytest.raises(OnlyTheDesk):
            act()


def test_tiers_and_spans_are_kept_with_the_price(shop: Goods, noon: datetime) -> None:
    """PRICE-1"""
    said: dict[str, Any] = {
        "span": Span.ONCE,
        "tiering": Tiering.GRADUATED,
        "tiers": tiers("1000@0; @200"),
        "whole_units": True,
    }
    priced(shop, shop.disk, rate(0, **said), since=noon, at=noon)

    offer = offers_at(noon, price_list=shop.public, of=[shop.disk])[shop.disk.id]

    assert offer.tariff.amount(Use(Decimal("1001.9"))) == 200
