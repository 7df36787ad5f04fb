"""What the record calls the things of this room (ALL-2)."""

from kanal.audit.models import Subject
from kanal.identity.models import ApiKey, Invitation, Membership, Organization, Person


def organization_subject(organization: Organization) -> Subject:
    return Subject("organization", str(organization.id), organization.name)


def person_subject(person: Person) -> Subject:
    return Subject("person", str(person.id), str(person))


def member_subject(membership: Membership) -> Subject:
    return Subject("member", str(membership.id), str(membership.person))


def invitation_subject(invitation: Invitation) -> Subject:
    return Subject("invitation", str(invitation.id), invitation.email)


def api_key_subject(key: ApiKey) -> Subject:
    return Subject("api_key", str(key.id), key.name)
