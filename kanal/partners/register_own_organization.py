"""Found a new organization and ask the desk, in one go, to count it among the partner's own.

PROG-5 An approved partner adds further organizations of its own, confirmed by the desk.
"""

from datetime import datetime

from django.db import transaction

from kanal.identity.models import Organization
from kanal.identity.profile import Profile
from kanal.identity.register_organization import register_organization
from kanal.kit.actor import Actor
from kanal.partners.add_own_organization import add_own_organization
from kanal.partners.models import OwnOrganization


@transaction.atomic
def register_own_organization(
    *, partner: Organization, legal_form: str, profile: Profile, by: Actor, at: datetime
) -> OwnOrganization:
    """Until the desk confirms, it is an ordinary customer of the provider; whoever asks is its owner."""
    organization = register_organization(legal_form=legal_form, profile=profile, by=by, at=at)
    return add_own_organization(partner=partner, organization=organization, by=by, at=at)
