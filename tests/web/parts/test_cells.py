"""How values stand on a page: grouped, dated, in the reader's zone, escaped."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from kanal.identity.models import Organization
from kanal.kit.money import Money
from kanal.kit.period import Period, month_of
from kanal.web.parts.cells import Codes, Link, Status, Two, cell

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOON = datetime(2026, 3, 18, 5, 0, 30, tzinfo=UTC)
SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("vi", Money(1_000_000), f"1.000.000{SPACE}₫"),
        ("en", Money(1_000_000), f"1,000,000{SPACE}₫"),
        ("en", Money(-123_456, "USD"), "−$1,234.56"),
        ("vi", 1_284_000, ">1.284.000<"),
        ("en", Decimal("1234.5"), ">1,234.5<"),
        ("vi", True, ">Có<"),
        ("en", False, ">No<"),
        ("vi", date(2026, 3, 1), '<time datetime="2026-03-01">01/03/2026</time>'),
        ("en", date(2026, 3, 1), '<time datetime="2026-03-01">1 Mar 2026</time>'),
    ],
)
def test_in_the_readers_language(language: str, value: object, shown: str) -> None:
    with override(language):
        assert shown.strip("<>") in cell(value)  # type: ignore[arg-type]


def test_a_moment_stands_in_the_readers_zone_with_the_exact_one_in_its_title() -> None:
    with override("vi"), timezone.override(HANOI):
        assert cell(NOON) == (
            '<time datetime="2026-03-18T05:00:30Z" title="2026-03-18 12:00:30 +07 (2026-03-18T05:00:30Z)">'
            "18/03/2026 12:00</time>"
        )


def test_a_month_is_said_with_both_days_in_it() -> None:
    with override("vi"):
        shown = cell(month_of(2026, 3, HANOI))
    assert ">01/03/2026</time> – <time" in shown
    assert ">31/03/2026</time>" in shown


def test_a_span_that_is_not_of_days_is_said_to_the_minute() -> None:
    with override("vi"):
        assert ">18/03/2026 12:00</time> – " in cell(Period(NOON, datetime(2026, 3, 18, 6, 0, tzinfo=UTC)))


def test_a_state_is_a_badge_with_its_code_and_its_label() -> None:
    with override("en"):
        expected = '<span class="badge" data-status="PARTNER">Partner</span>'
        assert cell(Organization.Kind.PARTNER) == expected
        assert cell(Status("PARTNER", "Partner")) == expected


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_a_dash_that_is_read_as_a_word(nothing: None) -> None:
    with override("en"):
        assert '<span class="said">none</span>' in cell(nothing)


@pytest.mark.parametrize(
    "value",
    [
        "<script>",
        Two("<script>", "<script>"),
        Codes(("<script>",)),
        Link("<script>", "/?a=<script>"),
        Status("<script>", "<script>"),
    ],
)
def test_everything_is_escaped(value: object) -> None:
    assert "<script>" not in cell(value)  # type: ignore[arg-type]
