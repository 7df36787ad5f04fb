"""Sales, payments and splits as rows keep them, and back: whole numbers under plain names.

JSON has no order of its own, so grants, whose order says who pays first, stand in a list.

SETTLE-5 What was settled is read again, never computed again.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kanal.credit.pour import Bearer, Part, Payment, Sale, SaleLine, Split
from kanal.credit.take_back import Back, Refunded, Term


def as_json(value: Sale | Payment | Split | Back) -> dict[str, Any]:
    return {name: _ordered(name, kept) for name, kept in asdict(value).items()}


def _ordered(name: str, kept: Any) -> Any:
    if name == "promos":
        return list(kept.items())
    if isinstance(kept, dict):
        return {inner: _ordered(inner, value) for inner, value in kept.items()}
    if isinstance(kept, tuple):
        return [_ordered("", value) for value in kept]
    return kept


def sale_from(kept: dict[str, Any]) -> Sale:
    lines = tuple(SaleLine(**line) for line in kept["lines"])
    return Sale(lines, partner=kept["partner"], coupon_borne_by=Bearer(kept["coupon_borne_by"]))


def payment_from(kept: dict[str, Any]) -> Payment:
    return Payment(dict(kept["promos"]), kept["wallet"], kept["line"])


def split_from(kept: dict[str, Any]) -> Split:
    return Split(_part_from(kept["by_wallet"]), _part_from(kept["by_line"]), kept["line"])


def _part_from(kept: dict[str, Any]) -> Part:
    return Part(**{**kept, "promos": dict(kept["promos"])})


def refunded_as_json(refund: Refunded) -> dict[str, Any]:
    lines = [as_json(line) for line in refund.lines]
    return {"minutes": refund.minutes, "lines": lines, "split": as_json(refund.split)}


def refunded_from(kept: dict[str, Any]) -> Refunded:
    return Refunded(kept["minutes"], tuple(Back(**line) for line in kept["lines"]), split_from(kept["split"]))


def term_from(sale: dict[str, Any], split: dict[str, Any], minutes: int, refunds: list[Refunded]) -> Term:
    return Term(sale_from(sale), split_from(split), minutes, tuple(refunds))
