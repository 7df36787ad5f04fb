"""Warnings on crossing."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.credit.check_warnings import check_wallet
from kanal.credit.pin_terms import LineNotForThem
from kanal.credit.pour import EXPOSURE
from kanal.credit.set_warnings import AmountsWrong, PercentsWrong, set_line_warnings, set_wallet_warnings
from kanal.credit.spend import refund_spending
from kanal.credit.warn import Mark, after, is_over_percent
from kanal.kit.models import Outbox
from tests.credit.balances import told
from tests.credit.cast import MONTH, NOON, Cast
from tests.credit.sales import a_sale
from tests.credit.test_lines import allocate, pool

TODAY = date(2026, 3, 18)


def warned(cast: Cast) -> list[str]:
    """Which lines the partner was told of, message by message."""
    rows = Outbox.objects.filter(book_id=cast.parties.book_id, name="deliver_notice", facts__kind="line_warning")
    mine = [row for row in rows.order_by("id") if row.facts["cause"].endswith(":partner")]
    return [row.facts["facts"]["percents"] for row in mine]


def spend(cast: Cast, price: int, *, days: int = 0) -> Any:
    return cast.buy(a_sale([price], [price]), at=NOON + timedelta(days=days))


def give_back(cast: Cast, spending: Any, *, days: int = 0) -> None:
    at = NOON + timedelta(days=days)
    refund_spending(spending=spending, unused=MONTH, why="Deleted", by=cast.by, at=at, request_id=f"r{spending.id}")


@pytest.fixture
def lined(an_phat: Cast) -> Cast:
    pool(an_phat.world, 10_000)
    allocate(an_phat.world, 1_000)
    return an_phat


def test_the_manuals_line_of_1000(lined: Cast) -> None:
    """WARN-1, WARN-2: 750, 900, 1,000 used warn 75, 90, 100 once each that day, and again the next day."""
    first = spend(lined, 749)
    assert warned(lined) == []
    one = spend(lined, 1)
    two = spend(lined, 150)
    three = spend(lined, 100)
    assert warned(lined) == ["75 %", "90 %", "100 %"]
    assert told(lined.parties.book_id, "line_warning").count("an@anphat.example") == 3

    for spending in (three, two, one):
        give_back(lined, spending)
    spend(lined, 251)
    assert warned(lined) == ["75 %", "90 %", "100 %"]  # the same day

    give_back(lined, first, days=1)
    spend(lined, 749, days=1)
    assert warned(lined) == ["75 %", "90 %", "100 %", "75 %, 90 %, 100 %"]  # one message names all of them


def test_a_withdrawal_crosses_a_line_too(lined: Cast) -> None:
    """WARN-1"""
    spend(lined, 600)
    allocate(lined.world, -200)
    assert warned(lined) == ["75 %"]


def test_nothing_warns_of_no_line(an_phat: Cast) -> None:
    """WARN-1: a total of 0 never fires."""
    pool(an_phat.world, 1_000)
    allocate(an_phat.world, 100)
    allocate(an_phat.world, -100)
    an_phat.pay(wallet=100)
    spend(an_phat, 100)
    assert warned(an_phat) == []


def test_lines_of_ones_own_beside_the_standard(lined: Cast) -> None:
    """WARN-3"""
    world = lined.world
    asked: dict[str, Any] = {
        "partner": world.sao_mai, "customer": world.an_phat, "by": world.acting(world.mai), "at": NOON,
    }  # fmt: skip
    assert set_line_warnings(percents=[50, 75, 50], **asked) == [50, 75]
    spend(lined, 500)
    assert warned(lined) == ["50 %"]
    spend(lined, 260)
    assert warned(lined) == ["50 %", "75 %"]
    set_line_warnings(percents=[], **asked)
    for wrong in ([0], [101], list(range(1, 12))):
        with pytest.raises(PercentsWrong):
            set_line_warnings(percents=wrong, **asked)
    with pytest.raises(LineNotForThem):
        set_line_warnings(percents=[50], **(asked | {"partner": world.bien_dong}))


def test_a_wallet_warns_at_an_amount(an_phat: Cast) -> None:
    """WARN-3: by its owner or its partner, and of nobody else's."""
    world = an_phat.world
    an_phat.pay(wallet=1_000)
    asked: dict[str, Any] = {"owner": world.an_phat, "by": world.acting(world.mai), "at": NOON}
    set_wallet_warnings(asker=world.sao_mai, amounts=[300, 100], **asked)
    with pytest.raises(LineNotForThem):
        set_wallet_warnings(asker=world.bien_dong, amounts=[1], **asked)
    with pytest.raises(AmountsWrong):
        set_wallet_warnings(asker=world.an_phat, amounts=[-1], **asked)
    spend(an_phat, 699)
    assert told(an_phat.parties.book_id, "wallet_warning") == []
    spend(an_phat, 1)
    assert told(an_phat.parties.book_id, "wallet_warning") == [
        "an@anphat.example",
        "binh@anphat.example",
        "lan@saomai.example",
        "mai@saomai.example",
    ]
    spend(an_phat, 300)
    assert len(told(an_phat.parties.book_id, "wallet_warning")) == 8


def test_a_wallet_without_amounts_warns_of_nothing(hong_ha: Cast) -> None:
    """WARN-3"""
    assert check_wallet(book_id=hong_ha.parties.book_id, owner_id=hong_ha.buyer.id, currency="VND", at=NOON) == []


def test_shares_are_exact() -> None:
    """WARN-1"""
    assert is_over_percent(75, total=1_000, available=250)
    assert not is_over_percent(75, total=1_000, available=251)
    assert is_over_percent(100, total=1, available=0)
    assert is_over_percent(100, total=1_000, available=-5)
    assert not is_over_percent(1, total=0, available=-5)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), max_size=30))
def test_at_most_once_a_day_and_only_on_crossing(steps: list[tuple[bool, int]]) -> None:
    """WARN-2"""
    mark, today, fired = Mark(), TODAY, []
    was_over = False
    for is_over, days in steps:
        today += timedelta(days=days)
        mark, fires = after(mark, is_over=is_over, today=today)
        if fires:
            assert is_over
            assert not was_over
            fired.append(today)
        was_over = is_over
    assert len(fired) == len(set(fired))


def test_the_exposure_is_no_line(lined: Cast) -> None:
    """WARN-1: a partner's exposure has its own place, and warns nobody here."""
    spend(lined, 100)
    assert lined.available(EXPOSURE) == 9_900
    assert warned(lined) == []
