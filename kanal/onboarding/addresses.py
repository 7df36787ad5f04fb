"""Who is behind an invited address, and which of their accounts may become the partner's customer.

LINK-3 The same statements run whether or not the address has an account.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization, Person
from kanal.identity.queries import headed_by, people_behind
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
    return looked_up_together(partner, [email], link=link)[email]


def looked_up_together(
    partner: Organization, emails: Collection[str], *, link: CustomerLink | None = None
) -> dict[str, Address]:
    """Each address by itself, and the same statements for all of them as for one.

    The conditions are asked of all accounts together. Only VERIFIED speaks of an address: whoever reaches a customer
    by one of these is its owner and has confirmed that one, so asked of any of them it says the same.
    """
    people, headed = _reached(emails)
    accounts = {email: headed.get(person.id, []) for email, person in people.items()}
    each_once = {account.id: account for found in accounts.values() for account in found}
    checked = check_all(Asked(partner=partner, emails=emails, organizations=list(each_once.values()), link=link))
    return {
        email: Address(people.get(email), [(account, checked[account.id]) for account in accounts.get(email, [])])
        for email in emails
    }


def accounts_of(email: str) -> tuple[Person | None, list[Organization]]:
    people, headed = _reached([email])
    person = people.get(email)
    return person, headed.get(person.id, []) if person else []


def _reached(emails: Collection[str]) -> tuple[dict[str, Person], dict[UUID, list[Organization]]]:
    people = people_behind(emails)
    return people, headed_by([person.id for person in people.values()] or [NOBODY])
