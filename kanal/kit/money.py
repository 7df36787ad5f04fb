"""Money: a whole number of minor units of one currency.

ID-9  One account, price list, order or invoice has one currency; nothing ever converts.
"""

from __future__ import annotations

from dataclasses import dataclass

from kanal.kit.currency import CURRENCIES, Currency
from kanal.kit.notation import AmountTooLarge, AmountUnreadable, read_amount, write_amount, write_digits
from kanal.kit.plain import Plain

__all__ = ["AmountTooLarge", "AmountUnreadable", "CurrenciesDiffer", "Currency", "Money"]


class CurrenciesDiffer(TypeError):
    """Adding or comparing two currencies is a mistake of the program; no person can mend it."""


@dataclass(frozen=True, slots=True)
class Money:
    amount: int
    currency: str = "VND"

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise TypeError(f"money is a whole number of minor units, not {self.amount!r}")
        if self.currency not in CURRENCIES:
            raise ValueError(f"the house has no currency {self.currency!r}")

    @classmethod
    def zero(cls, currency: str = "VND") -> Money:
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str, language: str) -> Money:
        """What a person typed, "1.000.000" or "1,000,000.50"; refused when it could mean two amounts."""
        return cls(read_amount(text, Currency.of(currency), language), currency)

    @property
    def unit(self) -> Currency:
        return CURRENCIES[self.currency]

    def format(self, language: str) -> str:
        return write_amount(self.amount, self.unit, language)

    def digits(self, language: str) -> str:
        """Grouped, without the symbol: what stands in an input field, and `parse` reads back."""
        return write_digits(self.amount, self.unit, language)

    def to_json(self) -> dict[str, Plain]:
        return {"amount": self.amount, "currency": self.currency}

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.format(get_language() or "vi")

    def __bool__(self) -> bool:
        return self.amount != 0

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount), self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same_currency(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same_currency(other), self.currency)

    def __mul__(self, times: int) -> Money:
        """Shares, rates and minutes round, and say how: see `kanal.kit.rounding`."""
        if type(times) is not int:
            raise TypeError(f"money is multiplied by whole numbers only, not {times!r}")
        return Money(self.amount * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same_currency(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same_currency(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same_currency(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same_currency(other)

    def _same_currency(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money meets money only, not {other!r}")
        if other.currency != self.currency:
            raise CurrenciesDiffer(f"{self.currency} meets {other.currency}; nothing ever converts")
        return other.amount
