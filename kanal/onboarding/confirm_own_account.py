"""Confirm a partner's further organization, once it brings nothing along.

PROG-5 They belong to the partner's book, so what stands in their old one is settled first; they have a wallet of their
       own there.

The room of partners knows nothing of what an organization has or runs; this one asks, and then lets it decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.credit.open_customer_accounts import open_customer_accounts
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.identity.queries import the_provider, trading_book_of
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.queue import enqueue
from kanal.kit.refusal import Refusal
from kanal.onboarding.asked import Asked
from kanal.onboarding.conditions import Checked, check_one, failing_in
from kanal.partners.decide_own_organization import confirm_own_organization
from kanal.partners.models import OwnOrganization
from kanal.partners.queries import owning_partner_of

# Whose it is stands in the asking itself, and it pays for what it uses afterwards (PROG-5).
ONLY_FOR_CUSTOMERS = frozenset({"VERIFIED", "NOT_OWN", "PREPAID"})


@dataclass(eq=False)
class CannotBeOwn(Refusal):
    code = "cannot_be_own"
    name: str
    conditions: Sequence[str]
    missing: str

    def __str__(self) -> str:
        return _("%(name)s cannot be confirmed as long as this is not so: %(missing)s.") % self.words()


@transaction.atomic
def confirm_own_account(*, own: OwnOrganization, by: Actor, at: datetime) -> OwnOrganization:
    """Its wallet is opened in a transaction of its own: one writes one book (R11).

    What was looked at before is said last, so that of two who decide at once the second hears who was first.
    """
    check_is_the_desk(by)
    provider = the_provider()
    assert provider is not None, "there is no partner without a provider"
    locked(provider)
    organization = locked(own.organization)
    missing = failing_in(conditions_of_own(own))
    own = confirm_own_organization(own=own, by=by, at=at)
    if missing:
        raise CannotBeOwn(
            name=organization.name,
            conditions=[each.code for each in missing],
            missing="; ".join(each.label for each in missing),
        )
    enqueue("open_own_wallet", at=at, book_id=organization.book_id, organization_id=organization.id)
    return own


def conditions_of_own(own: OwnOrganization) -> list[Checked]:
    """For the desk, each of them green or red."""
    asked = Asked(partner=own.partner, emails=[own.organization.email], organizations=[own.organization])
    return [each for each in check_one(asked) if each.code not in ONLY_FOR_CUSTOMERS]


def open_own_wallet(*, organization_id: str, at: datetime) -> None:
    organization = Organization.objects.get(id=UUID(organization_id))
    partner = owning_partner_of(organization)
    if partner is not None:
        open_customer_accounts(customer=organization, book_id=trading_book_of(partner), at=at)
