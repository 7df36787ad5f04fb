"""What the record calls the things of this room (ALL-2)."""

from kanal.audit.models import Subject
from kanal.partners.models import Contract, OwnOrganization, PartnerApplication


def application_subject(application: PartnerApplication) -> Subject:
    return Subject("partner_application", str(application.id), application.organization.name)


def contract_subject(contract: Contract) -> Subject:
    """All versions of a contract have one history."""
    return Subject("contract", str(contract.line), contract.number)


def own_organization_subject(own: OwnOrganization) -> Subject:
    return Subject("own_organization", str(own.id), own.organization.name)
