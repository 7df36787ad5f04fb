"""The one way this house rounds: half away from zero, on exact numbers, once.

What is shared out goes by largest remainder, so that the shares add up to the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any


def divide_half_away(numerator: int, denominator: int) -> int:
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    away = (2 * abs(numerator) + denominator) // (2 * denominator)
    return away if numerator >= 0 else -away


def round_half_away(value: Decimal | Fraction | int) -> int:
    exact = _exact(value)
    return divide_half_away(exact.numerator, exact.denominator)


def to_minor_units(value: Decimal | Fraction | int, decimals: int) -> int:
    """An exact amount in whole currency as minor units: 12.345 with 2 decimals is 1235."""
    return round_half_away(_exact(value) * 10**decimals)


def split_by_largest_remainder(total: int, weights: Sequence[int], keys: Sequence[Any] | None = None) -> list[int]:
    """Shares of `total` in proportion to `weights`, which add up to it exactly, in the order given.

    Units that rounding down leaves over go to the largest remainders; equal ones by `keys`, else as they stand.
    Nothing weighs: all share alike. A negative total is its positive one with the sign turned.
    """
    if not weights:
        if total:
            raise ValueError(f"{total} cannot be shared among nobody")
        return []
    if min(weights) < 0:
        raise ValueError("a share cannot weigh less than nothing")
    if total < 0:
        return [-share for share in split_by_largest_remainder(-total, weights, keys)]
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    left_over = total - sum(shares)
    order = list(range(len(weights)))
    if keys is not None:
        order.sort(key=keys.__getitem__)
    order.sort(key=lambda place: -(total * weights[place] % whole))  # stable: equal remainders keep the order above
    for place in order[:left_over]:
        shares[place] += 1
    return shares


def _exact(value: Decimal | Fraction | int) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise TypeError(f"only exact numbers are rounded, not {value!r}")
    return Fraction(value)
