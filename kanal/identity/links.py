"""Where a message leads: a page behind the door that its organization comes in by."""

from kanal.identity.models import Organization

_DOORS = {
    Organization.Kind.PROVIDER.value: "/desk/",
    Organization.Kind.PARTNER.value: "/partner/",
    Organization.Kind.CUSTOMER.value: "/console/",
}


def link_in(organization: Organization, page: str) -> str:
    return f"{_DOORS[organization.kind]}{page}/"
