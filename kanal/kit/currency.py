"""The currencies of the house, and the limit currency that stands beside each.

ID-9  One account, price list, order or invoice has one currency; nothing ever converts.
"""

from __future__ import annotations

from dataclasses import dataclass

_LIMIT = "LIMIT_"


@dataclass(frozen=True, slots=True)
class Currency:
    """Facts about one currency. A limit is permission to spend: it looks like its money and never becomes it."""

    code: str
    decimals: int
    symbol: str
    english_symbol: str
    english_symbol_leads: bool

    @classmethod
    def of(cls, code: str) -> Currency:
        try:
            return CURRENCIES[code]
        except KeyError:
            raise ValueError(f"the house has no currency {code!r}") from None

    @property
    def is_limit(self) -> bool:
        return self.code.startswith(_LIMIT)

    @property
    def limit(self) -> Currency:
        """The currency of credit limits for spending this money."""
        if self.is_limit:
            raise ValueError(f"{self.code} is a limit already")
        return CURRENCIES[_LIMIT + self.code]

    @property
    def money(self) -> Currency:
        """The money that a limit permits to spend; money is itself."""
        return CURRENCIES[self.code.removeprefix(_LIMIT)]


def _with_limits(*currencies: Currency) -> dict[str, Currency]:
    limits = [
        Currency(_LIMIT + each.code, each.decimals, each.symbol, each.english_symbol, each.english_symbol_leads)
        for each in currencies
    ]
    return {each.code: each for each in [*currencies, *limits]}


CURRENCIES = _with_limits(
    Currency("VND", decimals=0, symbol="₫", english_symbol="₫", english_symbol_leads=False),
    Currency("USD", decimals=2, symbol="US$", english_symbol="$", english_symbol_leads=True),
    Currency("EUR", decimals=2, symbol="€", english_symbol="€", english_symbol_leads=True),
)
