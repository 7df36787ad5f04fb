"""Whom to tell of what concerns an organization, each in the language they chose (ID-7)."""

from kanal.identity.models import Organization, Person
from kanal.identity.permissions import TABLE, Permission
from kanal.identity.queries import members_of
from kanal.notices.tell import Reader


def reader(person: Person, organization: Organization | None = None) -> Reader:
    return Reader(
        email=person.email,
        name=person.name,
        language=person.language,
        person_id=person.id,
        organization_id=organization.id if organization else None,
    )


def readers_who_may(organization: Organization, permission: Permission) -> list[Reader]:
    """Its members with this permission, by name."""
    roles = [role.value for role in TABLE[permission]]
    members = members_of(organization).filter(roles__overlap=roles, person__is_active=True)
    return [reader(membership.person, organization) for membership in members]


def reader_or_those_who_may(organization: Organization, person: Person, permission: Permission) -> list[Reader]:
    """Who began something; once they have left, whoever may do it."""
    still_here = members_of(organization).filter(person=person, person__is_active=True).exists()
    return [reader(person, organization)] if still_here else readers_who_may(organization, permission)


def reader_and_those_who_may(organization: Organization, person: Person, permission: Permission) -> list[Reader]:
    """Who began something, while they are here, and whoever may do it; each once."""
    listed = [
        *reader_or_those_who_may(organization, person, permission),
        *readers_who_may(organization, permission),
    ]
    return list({each.person_id: each for each in listed}.values())
