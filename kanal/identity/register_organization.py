"""A signed-in person founds an organization, which is the provider's direct customer from the first moment.

ID-1  The founder's e-mail is verified first.
ID-5  An organization is ENTERPRISE or PERSONAL and starts PREPAID.
ID-6  The founder is its owner.

A partner may have asked the founder to register: who knows of that is asked for later, by name.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.identity.acting import acting_person
from kanal.identity.found_organization import found_organization
from kanal.identity.models import Organization, Person
from kanal.identity.profile import Profile
from kanal.identity.queries import memberships_of, the_provider, verified_addresses_of
from kanal.identity.roles import Role
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.queue import enqueue
from kanal.kit.refusal import Refusal

MOST_OWNED = 20  # organizations of one owner; more are a mistake, or a flood


@dataclass(eq=False)
class NoProviderYet(Refusal):
    code = "no_provider_yet"

    def __str__(self) -> str:
        return _("This portal is not set up yet. Try again once its provider has been founded.")


@dataclass(eq=False)
class EmailNotVerified(Refusal):
    code = "email_not_verified"
    email: str

    def __str__(self) -> str:
        return _("Confirm %(email)s first: open the link in the mail we sent there.") % self.words()


@dataclass(eq=False)
class TooManyOrganizations(Refusal):
    code = "too_many_organizations"
    most: int

    def __str__(self) -> str:
        return _("One person owns at most %(most)d organizations. Ask a colleague to register this one.") % self.words()


@transaction.atomic
def register_organization(*, legal_form: str, profile: Profile, by: Actor, at: datetime) -> Organization:
    founder = locked(acting_person(by))
    provider = the_provider()
    if provider is None:
        raise NoProviderYet
    _check_founder(founder)
    organization = found_organization(
        kind=Organization.Kind.CUSTOMER,
        legal_form=legal_form,
        profile=profile,
        seller=provider,
        head=founder,
        by=by,
        at=at,
    )
    enqueue("invite_registered", at=at, book_id=organization.book_id, organization_id=organization.id)
    return organization


def _check_founder(founder: Person) -> None:
    if founder.email not in verified_addresses_of(founder):
        raise EmailNotVerified(email=founder.email)
    if memberships_of(founder).filter(roles__contains=[Role.CUSTOMER_OWNER]).count() >= MOST_OWNED:
        raise TooManyOrganizations(most=MOST_OWNED)
