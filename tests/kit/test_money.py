from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from kanal.kit.currency import CURRENCIES, Currency
from kanal.kit.money import AmountTooLarge, AmountUnreadable, CurrenciesDiffer, Money

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"

amounts = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(sorted(CURRENCIES))
languages = st.sampled_from(["vi", "en"])


def test_adds_subtracts_and_multiplies_whole_units() -> None:
    assert Money(180_000) + Money(70_000) - Money(20_000) == Money(230_000)
    assert 3 * Money(5) == Money(5) * 3 == Money(15)
    assert -Money(5) == Money(-5)
    assert abs(Money(-5, "USD")) == Money(5, "USD")
    assert sum([Money(1), Money(2)], start=Money.zero()) == Money(3)
    assert not Money.zero("EUR")
    assert Money(-1)


def test_orders_and_hashes_by_amount_within_a_currency() -> None:
    assert Money(1) < Money(2) <= Money(2) > Money(1) >= Money(1)
    assert min(Money(3), Money(-3)) == Money(-3)
    assert len({Money(1), Money(1), Money(1, "USD")}) == 2
    assert Money(1) != Money(1, "LIMIT_VND")


@pytest.mark.parametrize("other", [Money(1, "USD"), Money(1, "LIMIT_VND"), 1, None])
def test_never_meets_another_currency_or_a_bare_number(other: Any) -> None:
    """ID-9"""
    dong = Money(1)
    for meet in (
        dong.__add__,
        dong.__sub__,
        dong.__lt__,
        dong.__le__,
        dong.__gt__,
        dong.__ge__,
    ):
        with pytest.raises(TypeError):
            meet(other)
    with pytest.raises(TypeError):
        other + dong


def test_two_currencies_are_named_when_they_meet() -> None:
    """ID-9"""
    with pytest.raises(CurrenciesDiffer, match="VND meets LIMIT_VND"):
        Money(1) + Money(1, "LIMIT_VND")


@pytest.mark.parametrize("wrong", [1.0, True, "1", None])
def test_is_made_of_whole_numbers_only(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1) * wrong  # type: ignore[operator]


def test_knows_its_currencies_only() -> None:
    with pytest.raises(ValueError, match="XAU"):
        Money(1, "XAU")
    with pytest.raises(ValueError, match="XAU"):
        Currency.of("XAU")


def test_each_money_has_a_limit_with_the_same_decimals() -> None:
    for code in ("VND", "USD", "EUR"):
        money = Currency.of(code)
        assert money.limit.code == f"LIMIT_{code}"
        assert money.limit.decimals == money.decimals
        assert money.limit.is_limit
        assert not money.is_limit
        assert money.limit.money is money is money.money
    with pytest.raises(ValueError, match="already"):
        _ = Currency.of("LIMIT_VND").limit


@pytest.mark.parametrize(
    ("money", "vi", "en"),
    [
        (Money(0), f"0{NBSP}₫", f"0{NBSP}₫"),
        (Money(999), f"999{NBSP}₫", f"999{NBSP}₫"),
        (Money(1_000_000), f"1.000.000{NBSP}₫", f"1,000,000{NBSP}₫"),
        (Money(-300_000), f"{MINUS}300.000{NBSP}₫", f"{MINUS}300,000{NBSP}₫"),
        (Money(123_456, "USD"), f"1.234,56{NBSP}US$", "$1,234.56"),
        (Money(-5, "USD"), f"{MINUS}0,05{NBSP}US$", f"{MINUS}$0.05"),
        (Money(100, "EUR"), f"1,00{NBSP}€", "€1.00"),
        (Money(1_000, "LIMIT_VND"), f"1.000{NBSP}₫", f"1,000{NBSP}₫"),
    ],
)
def test_is_written_as_its_reader_writes_it(money: Money, vi: str, en: str) -> None:
    assert money.format("vi") == vi
    assert money.format("en") == money.format("en-us") == en
    with translation.override("vi"):
        assert str(money) == vi
    with translation.override("en"):
        assert f"{money}" == en
    with translation.override(None):
        assert str(money) == vi


@pytest.mark.parametrize(
    ("text", "currency", "language", "amount"),
    [
        ("1.000.000", "VND", "vi", 1_000_000),
        ("1.000.000", "VND", "en", 1_000_000),
        ("1,000,000", "VND", "vi", 1_000_000),
        ("1 000 000", "VND", "vi", 1_000_000),
        (f"1{NBSP}000 ₫", "VND", "vi", 1_000),
        ("1000000", "VND", "en", 1_000_000),
        ("1.000", "VND", "en", 1_000),  # the đồng has no fraction, so this can only be a thousand
        ("50.000đ", "VND", "vi", 50_000),
        ("VND 50,000", "VND", "en", 50_000),
        ("50.000 VNĐ", "LIMIT_VND", "vi", 50_000),
        ("-20.000", "VND", "vi", -20_000),
        (f"{MINUS}20.000 ₫", "VND", "vi", -20_000),
        ("+20000", "VND", "vi", 20_000),
        ("0", "VND", "vi", 0),
        ("1,000,000.50", "USD", "en", 100_000_050),
        ("1.000.000,5", "USD", "vi", 100_000_050),
        ("1.000.000,50", "USD", "en", 100_000_050),
        ("12.50", "USD", "vi", 1_250),
        ("12,5", "USD", "en", 1_250),
        ("1.234", "USD", "vi", 123_400),
        ("$1,234.56", "USD", "en", 123_456),
        ("-$5", "USD", "en", -500),
        ("$-5", "USD", "en", -500),
        ("7 usd", "USD", "en", 700),
        ("1 234,56 €", "EUR", "vi", 123_456),
    ],
)
def test_reads_what_people_type(text: str, currency: str, language: str, amount: int) -> None:
    assert Money.parse(text, currency, language) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency", "language"),
    [
        ("", "VND", "vi"),
        ("   ", "VND", "vi"),
        ("-", "VND", "vi"),
        ("₫", "VND", "vi"),
        ("abc", "VND", "vi"),
        ("1e6", "VND", "vi"),
        ("--5", "VND", "vi"),
        ("1.5", "VND", "vi"),
        ("1,000,000.50", "VND", "en"),
        ("1.00.000", "VND", "vi"),
        ("1.0000", "VND", "vi"),
        ("1.000,000", "VND", "vi"),
        ("0.500", "VND", "vi"),
        ("1  000", "VND", "vi"),
        (".5", "USD", "en"),
        ("5.", "USD", "en"),
        ("1.000", "USD", "en"),  # a thousand, or one dollar?
        ("1,000", "USD", "vi"),
        ("1.234567", "USD", "vi"),
        ("5 €", "USD", "en"),
        ("$5", "VND", "en"),
        ("١٢٣", "VND", "vi"),
        ("9" * 5000, "VND", "vi"),
    ],
)
def test_refuses_to_guess_and_shows_how_to_write_it(text: str, currency: str, language: str) -> None:
    with pytest.raises(AmountUnreadable) as refused, translation.override("en"):
        Money.parse(text, currency, language)

    assert refused.value.field == "amount"
    assert len(str(refused.value)) < 200
    assert Money.parse(refused.value.example, currency, language)


def test_refuses_more_than_any_program_beside_it_can_hold() -> None:
    assert Money.parse("1.000.000.000.000.000", "VND", "vi").amount == 10**15
    with pytest.raises(AmountTooLarge) as refused, translation.override("en"):
        Money.parse("1.000.000.000.000.001", "VND", "vi")
    assert refused.value.largest == f"1.000.000.000.000.000{NBSP}₫"


@given(amounts, currencies, languages)
def test_what_is_written_is_read_back(amount: int, currency: str, language: str) -> None:
    money = Money(amount, currency)
    assert Money.parse(money.format(language), currency, language) == money
    assert Money.parse(money.digits(language), currency, language) == money


@given(st.text(alphabet="0123456789., -", max_size=12), currencies)
def test_what_both_languages_read_without_a_refusal_never_shrinks_or_grows_by_a_thousand(
    text: str, currency: str
) -> None:
    """A slip of the language switch may lead to a refusal, never to another amount by a factor of 1,000."""
    read = set()
    for language in ("vi", "en"):
        try:
            read.add(Money.parse(text, currency, language))
        except (AmountUnreadable, AmountTooLarge):
            return
    assert len(read) == 1
