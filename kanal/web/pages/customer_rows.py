"""The form of many rows by which customers are added: what was typed, row by row, kept whatever is asked of it.

A row keeps its number for good, so that asking again is the same request (LINK-1): a removed number is not reused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from kanal.customers.models import CustomerLink
from kanal.customers.naming import LONGEST_NAME
from kanal.kit.ids import uuid7
from kanal.kit.refusal import Refusal
from kanal.onboarding.invite_customer import Wish
from kanal.web.pages.here import add_refusal

MOST = 50  # more come in a file
LONGEST_BATCH = 64
FIELDS = ("email", "friendly_name", "role")


class RowForm(forms.Form):
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=254,
        error_messages={"required": gettext_lazy("Enter the e-mail that the customer signs in with.")},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    friendly_name = forms.CharField(
        label=gettext_lazy("Friendly name"),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Your role"), choices=CustomerLink.Role.choices, initial=CustomerLink.Role.PARTNER
    )

    def __init__(self, number: int, data: QueryDict | None = None, initial: dict[str, str] | None = None) -> None:
        self.number = number
        super().__init__(data, prefix=f"row{number}", initial=initial, use_required_attribute=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("email") and not self.errors:
            try:
                self.wish = Wish(**{name: said[name] for name in FIELDS}).checked()
            except Refusal as refusal:
                add_refusal(self, refusal)
        return said


def typed(data: QueryDict, number: int) -> dict[str, str]:
    return {name: data.get(f"row{number}-{name}", "") for name in FIELDS if f"row{number}-{name}" in data}


@dataclass
class Sheet:
    """`batch` is this form's name for good: sent twice, it invites nobody twice."""

    batch: str
    rows: Sequence[RowForm]
    newest: int = 0  # the row to begin typing in

    @classmethod
    def empty(cls, *, email: str = "", friendly_name: str = "") -> Sheet:
        first = RowForm(1, initial={"email": email, "friendly_name": friendly_name, "role": CustomerLink.Role.PARTNER})
        return cls(uuid7().hex, [first], newest=1)

    @classmethod
    def typed(cls, data: QueryDict) -> Sheet:
        """Nothing is checked: a row is added or removed while others are half written."""
        return cls(_batch(data), [RowForm(number, initial=typed(data, number)) for number in _numbers(data)])

    @classmethod
    def sent(cls, data: QueryDict) -> Sheet:
        """Rows left empty are nobody's; one at least is filled in."""
        numbers = _numbers(data)
        filled = [number for number in numbers if _is_filled(data, number)] or numbers[:1]
        return cls(_batch(data), [RowForm(number, data) for number in filled])

    def with_another(self) -> Sheet:
        if self.is_full:
            return self
        number = max(row.number for row in self.rows) + 1
        return Sheet(self.batch, [*self.rows, RowForm(number)], newest=number)

    def without(self, number: str) -> Sheet:
        left = [row for row in self.rows if str(row.number) != number]
        if left:
            return Sheet(self.batch, left)
        number_ = max(row.number for row in self.rows) + 1
        return Sheet(self.batch, [RowForm(number_)], newest=number_)

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MOST

    @property
    def is_one(self) -> bool:
        return len(self.rows) == 1

    def is_valid(self) -> bool:
        """Each is asked, so that each says what is wrong."""
        return not [row for row in self.rows if not row.is_valid()]


def _batch(data: QueryDict) -> str:
    told = data.get("batch", "")
    return told if told.isalnum() and len(told) <= LONGEST_BATCH else uuid7().hex


def _numbers(data: QueryDict) -> list[int]:
    told = (text for text in data.getlist("row") if text.isdecimal() and text.isascii() and len(text) <= 6)  # noqa: PLR2004
    return list(dict.fromkeys(int(text) for text in told))[:MOST] or [1]


def _is_filled(data: QueryDict, number: int) -> bool:
    said = typed(data, number)
    return bool(said.get("email", "").strip() or said.get("friendly_name", "").strip())
