"""Whom to tell of what concerns a partner, or an organization that wants to be one, on both sides.

PROG-4 Each partner has an account manager at the desk, who is told of what needs the desk.
"""

from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.queries import the_provider
from kanal.identity.readers import reader_or_those_who_may, readers_who_may
from kanal.notices.tell import Reader
from kanal.partners.models import Partner


def heads_of(organization: Organization) -> list[Reader]:
    """Its owners, or, once it is a partner, its administrators."""
    return readers_who_may(organization, Permission.ORGANIZATION_EDIT)


def desk_readers(permission: Permission) -> list[Reader]:
    provider = the_provider()
    return readers_who_may(provider, permission) if provider else []


def account_manager_or(partner: Organization, permission: Permission) -> list[Reader]:
    """Who looks after it; where nobody does, or nobody any more, whoever at the desk may."""
    provider = the_provider()
    found = Partner.objects.filter(organization=partner).select_related("account_manager").first()
    if provider and found and found.account_manager:
        return reader_or_those_who_may(provider, found.account_manager, permission)
    return desk_readers(permission)
