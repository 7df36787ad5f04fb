"""Fields of forms: amounts and days as people write them, in the house's own dress."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kanal.kit.currency import Currency
from kanal.kit.money import AmountTooLarge, AmountUnreadable, Money

MARKS = {"vi": (".", ","), "en": (",", ".")}


class Renderer(TemplatesSetting):
    """Every form of the house, those of other packages too, is drawn by the parts."""

    form_template_name = "parts/form/form.html"
    field_template_name = "parts/form/field.html"


class AmountInput(forms.TextInput):
    template_name = "parts/form/amount.html"

    def __init__(self, currency: str) -> None:
        self.currency = Currency.of(currency)
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        group, point = MARKS.get((get_language() or "vi")[:2], MARKS["vi"])
        own = {
            "inputmode": "decimal" if self.currency.decimals else "numeric",
            "autocomplete": "off",
            "data-amount": True,
            "data-group": group,
            "data-point": point,
            "data-decimals": str(self.currency.decimals),
        }
        context = super().get_context(name, value, {**own, **(attrs or {})})
        context["widget"]["symbol"] = self.currency.symbol
        return context

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Money):
            return value.digits(get_language() or "vi")
        shown: str | None = super().format_value(value)
        return shown


class MoneyField(forms.Field):
    """`cleaned_data` holds Money. What is refused stays as it was typed, beside the sentence that says why."""

    def __init__(
        self, *, currency: str = "VND", least: int | None = None, most: Money | None = None, **rest: Any
    ) -> None:
        self.currency, self.least, self.most = currency, least, most
        super().__init__(widget=AmountInput(currency), **rest)

    def to_python(self, value: Any) -> Money | None:
        if value is None or value == "" or isinstance(value, Money):
            return value or None
        try:
            return Money.parse(str(value), self.currency, get_language() or "vi")
        except (AmountUnreadable, AmountTooLarge) as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal

    def validate(self, value: Money | None) -> None:
        super().validate(value)
        if value is not None and self.least is not None and value.amount < self.least:
            least = Money(self.least, self.currency)
            raise forms.ValidationError(_("Enter at least %(least)s.") % {"least": least}, code="too_little")
        if value is not None and self.most is not None and value > self.most:
            raise forms.ValidationError(_("Enter at most %(most)s.") % {"most": self.most}, code="too_much")


class DayInput(forms.DateInput):
    template_name = "parts/form/day.html"

    def __init__(self) -> None:
        super().__init__(format="%d/%m/%Y")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        own = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("dd/mm/yyyy"),
            "data-day": _("Choose from a calendar"),
        }
        return super().get_context(name, value, {**own, **(attrs or {})})


class DayField(forms.DateField):
    """`hint_url` answers what kind of day it is (a holiday, how many working days away), beside the field."""

    def __init__(
        self, *, earliest: date | None = None, latest: date | None = None, hint_url: str = "", **rest: Any
    ) -> None:
        self.earliest, self.latest, self.hint_url = earliest, latest, hint_url
        messages = {"invalid": _("Write the day as dd/mm/yyyy, such as 31/12/2026.")}
        super().__init__(widget=DayInput(), error_messages=messages, **rest)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and self.earliest is not None and value < self.earliest:
            words = {"day": f"{self.earliest:%d/%m/%Y}"}
            raise forms.ValidationError(_("Choose %(day)s or a later day.") % words, code="too_early")
        if value is not None and self.latest is not None and value > self.latest:
            words = {"day": f"{self.latest:%d/%m/%Y}"}
            raise forms.ValidationError(_("Choose %(day)s or an earlier day.") % words, code="too_late")
