"""Amounts and days as people type them; what is wrong stays as it was typed."""

from datetime import date

import pytest
from django import forms
from django.utils.translation import override

from kanal.kit.money import Money
from kanal.web.parts.fields import DayField, MoneyField


class AForm(forms.Form):
    amount = MoneyField(label="Amount", least=1, most=Money(5_000_000))
    dollars = MoneyField(label="Dollars", currency="USD", required=False)
    day = DayField(label="Day", required=False, earliest=date(2026, 1, 1), latest=date(2026, 12, 31))
    note = forms.CharField(label="Note", required=False, help_text="Only you see it.")


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("vi", "1.000.000", 1_000_000),
        ("vi", "1000000", 1_000_000),
        ("vi", " 1.000.000 ₫ ", 1_000_000),
        ("en", "1,000,000", 1_000_000),
    ],
)
def test_amounts_are_read_grouped_or_not(language: str, typed: str, amount: int) -> None:
    with override(language):
        form = AForm({"amount": typed})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["amount"] == Money(amount)


@pytest.mark.parametrize("typed", ["", "abc", "0", "-5", "5.000.001", "1.5", "9" * 30])
def test_an_amount_that_cannot_be_is_said_why_and_stays_as_typed(typed: str) -> None:
    with override("vi"):
        form = AForm({"amount": typed, "note": "giữ lại"})
        assert not form.is_valid()
        assert form.errors["amount"]
        assert f'value="{typed}"' in str(form["amount"]) or not typed
        assert 'value="giữ lại"' in str(form["note"])


def test_cents_are_read_in_the_readers_own_notation() -> None:
    with override("vi"):
        form = AForm({"amount": "1", "dollars": "1.234,56"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["dollars"] == Money(123_456, "USD")


def test_an_amount_that_is_there_is_shown_grouped_in_the_readers_language() -> None:
    for language, shown in (("vi", "1.000.000"), ("en", "1,000,000")):
        with override(language):
            assert f'value="{shown}"' in str(AForm(initial={"amount": Money(1_000_000)})["amount"])


@pytest.mark.parametrize("typed", ["01/03/2026", "1/3/2026", "2026-03-01", "01-03-2026"])
def test_days_are_read_as_people_write_them(typed: str) -> None:
    for language in ("vi", "en"):
        with override(language):
            form = AForm({"amount": "1", "day": typed})
            assert form.is_valid(), form.errors
            assert form.cleaned_data["day"] == date(2026, 3, 1)


@pytest.mark.parametrize("typed", ["31/02/2026", "soon", "31/12/2025", "01/01/2027"])
def test_a_day_that_cannot_be_is_said_why_and_stays_as_typed(typed: str) -> None:
    with override("vi"):
        form = AForm({"amount": "1", "day": typed})
        assert form.errors["day"]
        assert f'value="{typed}"' in str(form["day"])


def test_errors_stand_beside_their_field_and_summed_up_on_top() -> None:
    with override("vi"):
        form = AForm({"amount": "abc"})
        text = form.render()
    assert text.index("data-summary") < text.index('name="amount"') < text.index('id="id_amount_error"')
    assert '<a href="#id_amount">' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="id_amount_error"' in text
    assert 'aria-describedby="id_note_helptext"' in text


def test_what_was_typed_is_escaped() -> None:
    with override("vi"):
        text = AForm({"amount": '"><script>alert(1)</script>'}).render()
    assert "<script" not in text
