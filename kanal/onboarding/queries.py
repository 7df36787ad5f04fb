"""What pages ask about becoming a customer and ceasing to be one; every read starts from who asks.

ALL-1  What one organization may not see does not exist for it (404).
LINK-3 The account's owner, on the consent page, and the desk see which condition fails; the partner never does.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from kanal.customers.models import CustomerLink
from kanal.customers.queries import is_owned_by
from kanal.identity.models import Organization, Person
from kanal.identity.queries import verified_addresses_of
from kanal.identity.secret import digest_of
from kanal.onboarding.addresses import accounts_of, looked_up
from kanal.onboarding.asked import Asked
from kanal.onboarding.conditions import Checked, check_all, check_one, failing_in
from kanal.onboarding.models import InvitedRow

# --- For the partner ---------------------------------------------------------------------------------------------


def rows_of_batch(partner: Organization, batch: str) -> QuerySet[InvitedRow]:
    """What each row of one form or file was answered."""
    return InvitedRow.objects.filter(partner=partner, batch=batch).select_related("link").order_by("row")


def rows_since(partner: Organization, since: datetime) -> QuerySet[InvitedRow]:
    return InvitedRow.objects.filter(partner=partner, asked_at__gte=since)


# --- For the customer --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """An account that could accept, with its conditions."""

    customer: Organization
    conditions: list[Checked]

    @property
    def may_accept(self) -> bool:
        return not failing_in(self.conditions)


def link_by_secret(secret: str) -> CustomerLink | None:
    """Whoever holds the newest link may read who asks; None for what a newer one has replaced."""
    found = CustomerLink.objects.filter(secret_digest=digest_of(secret))
    return found.select_related("partner").first()


def is_for(person: Person, link: CustomerLink) -> bool:
    """The address is theirs, or that of somebody who owns an account together with them."""
    return link.email in verified_addresses_of(person) or bool(_shared(link, person))


def choices_of(link: CustomerLink, person: Person) -> list[Choice]:
    """LINK-2 The invited person's accounts that this person owns: one of them accepts."""
    accounts = _shared(link, person)
    checked = check_all(Asked(partner=link.partner, emails=[link.email], organizations=accounts, link=link))
    return [Choice(account, checked[account.id]) for account in accounts]


def choice_of(link: CustomerLink, customer: Organization) -> Choice:
    asked = Asked(partner=link.partner, emails=[link.email], organizations=[customer], link=link)
    return Choice(customer, check_one(asked))


def _shared(link: CustomerLink, person: Person) -> list[Organization]:
    _person, accounts = accounts_of(link.email)
    return [
        account for account in accounts if account.kind == Organization.Kind.CUSTOMER and is_owned_by(person, account)
    ]


# --- For the desk ------------------------------------------------------------------------------------------------


def choices_for_desk(link: CustomerLink) -> list[Choice]:
    """LINK-3 The account that accepted, or before that all that the invited person has; none for an unknown address."""
    if link.customer is not None:
        return [choice_of(link, link.customer)]
    address = looked_up(link.partner, link.email, link=link)
    return [Choice(account, checked) for account, checked in address.accounts]
