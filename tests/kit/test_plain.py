from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from uuid import UUID

import pytest

from kanal.kit.money import Money
from kanal.kit.plain import plain, rfc3339


class Standing(StrEnum):
    CONFIRMED = "CONFIRMED"


class Level(IntEnum):
    HIGH = 3


@dataclass
class Row:
    public_id: str


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("Sao Mai", "Sao Mai"),
        (Standing.CONFIRMED, "CONFIRMED"),
        (Level.HIGH, 3),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 7, tzinfo=timezone(timedelta(hours=7))), "2026-03-02T00:00:00Z"),
        (datetime(2026, 3, 2, 7, 0, 0, 5, tzinfo=UTC), "2026-03-02T07:00:00.000005Z"),
        (Money(5, "LIMIT_USD"), {"amount": 5, "currency": "LIMIT_USD"}),
        (Row("inv_1"), "inv_1"),
        (OrderedDict({Standing.CONFIRMED: [Money(1)]}), {"CONFIRMED": [{"amount": 1, "currency": "VND"}]}),
        ((1, date(2026, 1, 1)), [1, "2026-01-01"]),
        (set("hgfedcba"), list("abcdefgh")),
    ],
)
def test_says_facts_in_json(value: object, said: object) -> None:
    assert plain(value) == said
    assert type(plain(value)) is type(said)


@pytest.mark.parametrize("value", [1.5, b"bytes", object(), [0.1], {"rate": 0.1}])
def test_has_no_words_for_floats_and_things(value: object) -> None:
    with pytest.raises(TypeError):
        plain(value)


def test_a_moment_has_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        rfc3339(datetime(2026, 1, 1))  # noqa: DTZ001
