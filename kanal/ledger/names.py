"""What an account is called before anyone looks for it: its id derives from its book, owner, kind, currency and detail.

Whoever holds a name has proved the kind and the currency: no other row can have that id. So flows and currencies are
judged without asking the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kanal.kit.currency import CURRENCIES
from kanal.kit.ids import derived_id
from kanal.kit.plain import Plain
from kanal.ledger.flows import TERMS, Kind

PROVIDER = UUID(int=0)  # the provider's accounts are one per book, so they need no owner's id


@dataclass(frozen=True, slots=True)
class AccountName:
    book_id: int
    kind: Kind
    currency: str
    owner_id: UUID = PROVIDER
    detail: str = ""  # a grant's id, a tax group's code
    id: UUID = field(init=False, repr=False, compare=False)
    hex: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        terms = TERMS[self.kind]
        is_limit = CURRENCIES[self.currency].is_limit
        if terms.limit is not None and terms.limit is not is_limit:
            raise ValueError(f"{self.kind} does not hold {self.currency} (CHART-2)")
        if terms.provider is not (self.owner_id == PROVIDER):
            raise ValueError(f"{self.kind} belongs to {'the provider' if terms.provider else 'an organization'}")
        if terms.detailed is not bool(self.detail):
            raise ValueError(f"{self.kind} {'needs a' if terms.detailed else 'has no'} detail")
        account_id = derived_id("account", self.book_id, self.owner_id, self.kind.value, self.currency, self.detail)
        object.__setattr__(self, "id", account_id)
        object.__setattr__(self, "hex", account_id.hex)

    @property
    def is_holds(self) -> bool:
        return self.kind is Kind.HOLDS

    @property
    def opens_by_itself(self) -> bool:
        """The provider's accounts are the same in every book; an organization's are opened by the verb that may."""
        return TERMS[self.kind].provider

    @property
    def holds(self) -> AccountName:
        """The other side of every hold on this account."""
        return AccountName(self.book_id, Kind.HOLDS, self.currency)

    def to_json(self) -> dict[str, Plain]:
        owner = None if self.owner_id == PROVIDER else str(self.owner_id)
        return {"kind": self.kind.value, "currency": self.currency, "owner": owner, "detail": self.detail}

    def __str__(self) -> str:
        detail = f"/{self.detail}" if self.detail else ""
        return f"{self.book_id}/{self.kind}/{self.currency}{detail}/{str(self.owner_id)[-12:]}"
