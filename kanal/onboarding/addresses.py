"""Who is behind an invited address, and which of their accounts may become the partner's customer.

LINK-3 The same statements run whether or not the address has an account.
"""

from dataclasses import dataclass

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization, Person
from kanal.identity.queries import headed_by, person_behind
from kanal.onboarding.asked import NOBODY, Asked
from kanal.onboarding.conditions import Checked, check_all, failing_in


@dataclass(frozen=True, slots=True)
class Address:
    """`accounts` are those its person is at the head of, each with its conditions."""

    person: Person | None
    accounts: list[tuple[Organization, list[Checked]]]

    @property
    def has_account(self) -> bool:
        return bool(self.accounts)

    @property
    def may_be_invited(self) -> bool:
        """One account that meets all is enough; where there is none yet, there may be one tomorrow."""
        return not self.accounts or any(not failing_in(checked) for _account, checked in self.accounts)


def looked_up(partner: Organization, email: str, *, link: CustomerLink | None = None) -> Address:
    person, accounts = accounts_of(email)
    checked = check_all(Asked(partner=partner, email=email, organizations=accounts, link=link))
    return Address(person, [(account, checked[account.id]) for account in accounts])


def accounts_of(email: str) -> tuple[Person | None, list[Organization]]:
    person = person_behind(email)
    return person, headed_by(person.id if person else NOBODY)
