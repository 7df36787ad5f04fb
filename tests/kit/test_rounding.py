import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.kit.period import PRICE_MONTH_MINUTES
from kanal.kit.rounding import divide_half_away, round_half_away, split_by_largest_remainder, to_minor_units

totals = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (5, 2, 3),
        (-5, 2, -3),
        (5, -2, -3),
        (-5, -2, 3),
        (1, 2, 1),
        (-1, 2, -1),
        (49, 100, 0),
        (-49, 100, 0),
        (0, 7, 0),
        (7, 1, 7),
        (10**30 + 1, 2, 5 * 10**29 + 1),
    ],
)
def test_halves_go_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert divide_half_away(numerator, denominator) == rounded
    assert round_half_away(Fraction(numerator, denominator)) == rounded


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        divide_half_away(1, 0)


@pytest.mark.parametrize(
    ("value", "decimals", "minor"),
    [
        (Decimal("12.345"), 2, 1235),
        (Decimal("-12.345"), 2, -1235),
        (Decimal("12.3449999999999999999999999999999999"), 2, 1234),
        (Decimal("0.5"), 0, 1),
        (Fraction(1, 3), 2, 33),
        (7, 2, 700),
        (7, 0, 7),
    ],
)
def test_whole_currency_becomes_minor_units(value: Decimal | Fraction | int, decimals: int, minor: int) -> None:
    assert to_minor_units(value, decimals) == minor


@pytest.mark.parametrize("wrong", [1.5, "1.5", True, Decimal("NaN"), Decimal("Infinity")])
def test_only_exact_numbers_are_rounded(wrong: object) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        round_half_away(wrong)  # type: ignore[arg-type]


# amount, part, whole, expected: what other billing engines were found to charge for a part of a period.
PART_OF_A_PERIOD = [
    (10_000, 20, 30, 6_667),
    (10_000, 22, 29, 7_586),
    (30_000, 22, 29, 22_759),
    (100_000, 166, 366, 45_355),
    (300_000, 166, 366, 136_066),
    (100_000, 166, 365, 45_479),
    (300_000, 166, 365, 136_438),
    (100_000, 304, 365, 83_288),
    (100_000, 305, 366, 83_333),
    (100, 17, 31, 55),
    (100, 14, 31, 45),
    (100, 20, 31, 65),
    (100, 28, 31, 90),
    (100, 2, 7, 29),
    (100, 5, 7, 71),
    (12_000, 275, 366, 9_016),
    (118_800, 243, 366, 78_875),
    (5_000, 21, 28, 3_750),
    (5_000, 22, 28, 3_929),
    (9_000, 85, 92, 8_315),
    (1_000, 17, 31, 548),
    (2_000, 17, 31, 1_097),
    (5_000, 17, 31, 2_742),
]


@pytest.mark.parametrize(("amount", "part", "whole", "expected"), PART_OF_A_PERIOD)
def test_a_part_of_a_period_costs_its_part(amount: int, part: int, whole: int, expected: int) -> None:
    assert divide_half_away(amount * part, whole) == expected
    assert divide_half_away(-amount * part, whole) == -expected


@pytest.mark.parametrize(
    ("quoted", "minutes", "expected"),
    [
        (90_000, 86_400, 180_000),
        (35_000, 86_400, 70_000),
        (90_000, 1, 2),
        (90_000, 61, 127),
        (90_000, 43_199, 89_998),
        (90_000, 43_200, 90_000),
        (90_000, 43_201, 90_002),
        (90_000, 40_320, 84_000),
        (90_000, 41_760, 87_000),
        (90_000, 44_640, 93_000),
        (35_000, 1_440, 1_167),
        (35_000, 31_680, 25_667),
        (100_000, 7, 16),
    ],
)
def test_prices_of_thirty_days_are_charged_to_the_minute(quoted: int, minutes: int, expected: int) -> None:
    assert divide_half_away(quoted * minutes, PRICE_MONTH_MINUTES) == expected


@pytest.mark.parametrize(
    ("total", "among", "shares"),
    [
        (5, [1, 1, 1], [2, 2, 1]),
        (10_000, [1, 2, 3], [1_667, 3_333, 5_000]),
        (500, [10, 5], [333, 167]),
        (1, [100, 1], [1, 0]),
        (1_500, [1_000, 1_000], [750, 750]),
        (100, [100, 200], [33, 67]),
        (5, [1, 1], [3, 2]),
        (10_001, [3_333, 3_333, 3_334], [3_333, 3_333, 3_335]),
        (1_001, [50, 50], [501, 500]),
        (9_999, [33, 33, 34], [3_300, 3_300, 3_399]),
        (-5, [1, 1, 1], [-2, -2, -1]),
        (7, [0, 0], [4, 3]),
        (7, [0, 3, 0], [0, 7, 0]),
        (0, [1, 2], [0, 0]),
        (0, [0, 0], [0, 0]),
        (3, [5], [3]),
        (0, [], []),
    ],
)
def test_shares_follow_the_largest_remainder(total: int, among: list[int], shares: list[int]) -> None:
    assert split_by_largest_remainder(total, among) == shares


def test_equal_remainders_go_by_key_and_the_answer_keeps_its_places() -> None:
    assert split_by_largest_remainder(5, [1, 1, 1], keys=["C", "A", "B"]) == [1, 2, 2]


def test_nobody_and_less_than_nothing_get_no_share() -> None:
    with pytest.raises(ValueError, match="nobody"):
        split_by_largest_remainder(1, [])
    with pytest.raises(ValueError, match="less than nothing"):
        split_by_largest_remainder(1, [2, -1])


@given(totals, weights)
def test_shares_add_up_and_stay_within_one_unit_of_what_is_exact(total: int, among: list[int]) -> None:
    shares = split_by_largest_remainder(total, among)
    assert sum(shares) == total
    if any(among):
        exact = [Fraction(total * weight, sum(among)) for weight in among]
        assert all(abs(share - due) < 1 for share, due in zip(shares, exact, strict=True))
        assert all(share == 0 for share, weight in zip(shares, among, strict=True) if not weight)
    else:
        assert max(shares) - min(shares) <= 1


@given(totals, weights, st.randoms(use_true_random=False))
def test_with_keys_the_order_they_come_in_changes_nobodys_share(
    total: int, among: list[int], shuffle: random.Random
) -> None:
    by_key = dict(enumerate(split_by_largest_remainder(total, among, keys=range(len(among)))))
    keys = list(by_key)
    shuffle.shuffle(keys)
    again = split_by_largest_remainder(total, [among[key] for key in keys], keys=keys)
    assert dict(zip(keys, again, strict=True)) == by_key


@given(totals, weights)
def test_a_heavier_share_is_never_the_smaller_one(total: int, among: list[int]) -> None:
    shares = split_by_largest_remainder(abs(total), among)
    by_weight = sorted(zip(among, shares, strict=True))
    assert all(light[1] <= heavy[1] for light, heavy in pairwise(by_weight) if light[0] < heavy[0])


@given(st.fractions(max_denominator=10**6))
def test_rounding_is_never_further_than_a_half_and_turns_with_the_sign(value: Fraction) -> None:
    assert abs(round_half_away(value) - value) <= Fraction(1, 2)
    assert round_half_away(-value) == -round_half_away(value)
