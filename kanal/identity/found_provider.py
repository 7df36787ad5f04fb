"""Found the provider, once: the organization at the top of every tree, and its first administrator.

ID-6  The first member of the desk is its administrator.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kanal.identity.found_organization import found_organization
from kanal.identity.models import Organization, Person
from kanal.identity.profile import Profile
from kanal.identity.queries import the_provider
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class ProviderExists(Refusal):
    code = "provider_exists"
    name: str

    def __str__(self) -> str:
        return _("The provider is founded already: %(name)s. Edit its profile at the desk instead.") % self.words()


def found_provider(*, profile: Profile, admin: Person, by: Actor, at: datetime) -> Organization:
    """A second one founded at the same moment meets the constraint there_is_one_provider."""
    existing = the_provider()
    if existing is None:
        try:
            return _found(profile=profile, admin=admin, by=by, at=at)
        except IntegrityError:
            existing = the_provider()
            if existing is None:
                raise
    raise ProviderExists(name=existing.name)


@transaction.atomic
def _found(*, profile: Profile, admin: Person, by: Actor, at: datetime) -> Organization:
    return found_organization(
        kind=Organization.Kind.PROVIDER,
        legal_form=Organization.LegalForm.ENTERPRISE,
        profile=profile,
        seller=None,
        head=admin,
        by=by,
        at=at,
    )
