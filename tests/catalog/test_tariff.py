"""Tiers, packages, free amounts and least amounts, as other engines' own tests have them."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kanal.catalog.tariff import Span, Step, Tariff, Tier, Tiering, Use
from tests.billing.configurations import tariffs, tiers

GRADUATED = Tariff(tiering=Tiering.GRADUATED, tiers=tiers("10@10+2; 20@5+3; @5+3"))
GRADUATED_ONCE = Tariff(tiering=Tiering.GRADUATED, tiers=GRADUATED.tiers, span=Span.ONCE)
VOLUME = Tariff(tiering=Tiering.VOLUME, tiers=tiers("100@2+10; 200@1; @0.5+50"))


def amount(tariff: Tariff, quantity: str | int) -> int | float:
    exact = tariff.amount(Use(Decimal(quantity)))
    assert exact.denominator == 1
    return exact.numerator


@pytest.mark.parametrize(
    ("quantity", "whole"), [(0, 2), (1, 12), (10, 102), (11, 110), (12, 115), (20, 155), (21, 163)]
)
def test_graduated_each_tier_at_its_own_price(quantity: int, whole: int) -> None:
    """PRICE-1"""
    assert amount(GRADUATED, quantity) == whole


@pytest.mark.parametrize(("quantity", "whole"), [(0, 10), (1, 12), (100, 210), (101, 101), (200, 200), (300, 200)])
def test_volume_all_at_the_price_of_the_tier_reached(quantity: int, whole: int) -> None:
    """PRICE-1"""
    assert amount(VOLUME, quantity) == whole


@pytest.mark.parametrize(("free", "whole"), [(0, 1300), (10, 1200), (200, 0)])
def test_a_package_begun_is_a_package_sold(free: int, whole: int) -> None:
    """PRICE-1"""
    tariff = Tariff(unit_price=Decimal(100), tiering=Tiering.PACKAGE, size=Decimal(10), free=Decimal(free))
    assert amount(tariff, 121) == whole


def test_says_where_a_volumes_price_falls_off_a_cliff() -> None:
    """100 units cost 210 and 101 cost 101, 200 cost 200 and 300 too: whoever sets such a price is told."""
    assert VOLUME.cliffs() == (Decimal(100), Decimal(200))
    assert Tariff(tiering=Tiering.VOLUME, tiers=tiers("100@2; @2")).cliffs() == ()
    assert GRADUATED.cliffs() == ()


@pytest.mark.parametrize(
    ("tariff", "quantity", "billed"),
    [
        (Tariff(whole_units=True), "5.56", "5"),
        (Tariff(whole_units=True), "13.81", "13"),
        (Tariff(whole_units=True), "16.81", "16"),
        (Tariff(whole_units=True), "15.75", "15"),
        (Tariff(free=Decimal(500)), "50", "0"),
        (Tariff(free=Decimal(500)), "550", "50"),
        (Tariff(free=Decimal(50)), "55", "5"),
        (Tariff(least=Decimal(100)), "8.33", "100"),
        (Tariff(least=Decimal(100)), "250", "250"),
        (Tariff(least=Decimal(1024)), "51", "1024"),
        (Tariff(least=Decimal(1024)), "1126.4", "1126.4"),
        (Tariff(free=Decimal(900)), "850", "0"),
        (Tariff(free=Decimal(900)), "1000", "100"),
    ],
)
def test_bills_whole_units_less_the_free_ones_but_at_least_so_many(tariff: Tariff, quantity: str, billed: str) -> None:
    """PRICE-1: gigabytes of an address, connections of a balancer, terabytes of a share, an application's quota."""
    assert tariff.billable(Decimal(quantity)) == Decimal(billed)


@example(GRADUATED_ONCE, [Decimal(0), Decimal(5)])
@given(tariffs(spans=(Span.ONCE,)), st.lists(st.decimals(0, 3_000, places=2), min_size=1, max_size=6))
def test_a_month_counted_in_pieces_comes_to_what_it_is_in_one(tariff: Tariff, pieces: list[Decimal]) -> None:
    """CLOSE-6: no unit free twice, no tier reached twice, no minimum charged twice."""
    whole = sum(pieces, Decimal(0))
    counted, before = [], None
    for piece in pieces:
        counted.append(tariff.amount(Use(piece, before, whole)))
        before = (before or Decimal(0)) + piece

    assert sum(counted) == tariff.amount(Use(whole))


def test_a_step_is_shown_for_every_tier_that_was_reached() -> None:
    assert GRADUATED.steps(Use(Decimal(21))) == (
        Step(Decimal(10), Decimal(10), Decimal(2)),
        Step(Decimal(10), Decimal(5), Decimal(3)),
        Step(Decimal(1), Decimal(5), Decimal(3)),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit_price": Decimal(-1)},
        {"free": Decimal(-1)},
        {"least": Decimal(-1)},
        {"size": Decimal(0)},
        {"currency": "XYZ"},
        {"tiering": Tiering.VOLUME},
        {"tiers": tiers("@1")},
        {"tiering": Tiering.VOLUME, "tiers": tiers("10@1; 10@2; @3")},
        {"tiering": Tiering.VOLUME, "tiers": tiers("10@1; 20@2")},
        {"tiering": Tiering.VOLUME, "tiers": (Tier(None, Decimal(1)), Tier(None, Decimal(1)))},
        {"tiering": Tiering.VOLUME, "tiers": tiers("0@1; @2")},
    ],
)
def test_a_price_that_means_nothing_is_not_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Tariff(**wrong)  # type: ignore[arg-type]


def test_use_below_nothing_or_above_its_whole_is_not_counted() -> None:
    with pytest.raises(ValueError, match="less than nothing"):
        Use(Decimal(-1))
    with pytest.raises(ValueError, match="more than there is"):
        Use(Decimal(5), Decimal(5), Decimal(9))
    with pytest.raises(ValueError, match="sold once"):
        Tariff().steps(Use(Decimal(1), Decimal(1)))
