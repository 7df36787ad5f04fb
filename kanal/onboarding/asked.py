"""Of which accounts a question of `conditions` is asked, and what is looked up once for all questions.

LINK-3 An address without an account costs the same as one with: where there is no organization, a stand-in that is
       nobody is asked about, so that the same statements run whoever the address belongs to.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization
from kanal.identity.queries import books_of_any
from kanal.kit.queue import NO_BOOK
from kanal.ledger.models import Account
from kanal.ledger.queries import accounts_with_something

NOBODY = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """May any of these organizations become a customer of this partner, as asked at one of these addresses?"""

    partner: Organization
    emails: Collection[str]
    organizations: Sequence[Organization]
    link: CustomerLink | None = None  # the one that is asked for, when there is one already

    @cached_property
    def ids(self) -> list[UUID]:
        return [organization.id for organization in self.organizations] or [NOBODY]

    @cached_property
    def books(self) -> list[int]:
        """Every book that any of them ever had accounts in."""
        return books_of_any(self.ids) or [NO_BOOK]

    @cached_property
    def standing(self) -> list[Account]:
        """Whatever is not empty of theirs there."""
        return accounts_with_something(self.ids, self.books)
