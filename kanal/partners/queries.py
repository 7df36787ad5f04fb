"""What others may ask about partners; every read starts from who asks.

ALL-1 What one organization may not see does not exist for it (404).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from kanal.identity.models import Membership, Organization, Person
from kanal.identity.permissions import TABLE, Permission
from kanal.identity.queries import members_of, the_provider
from kanal.identity.roles import Role
from kanal.kit.period import local_date
from kanal.partners.models import Contract, ContractFile, OwnOrganization, Partner, PartnerApplication

# --- Applications and partners -----------------------------------------------------------------------------------


def applications_of(organization: Organization) -> QuerySet[PartnerApplication]:
    """Newest first."""
    found = PartnerApplication.objects.filter(organization=organization)
    return found.select_related("organization", "asked_by", "decided_by").order_by("-asked_at", "-id")


def latest_application_of(organization: Organization) -> PartnerApplication | None:
    return applications_of(organization).first()


def open_application_of(organization: Organization) -> PartnerApplication | None:
    return applications_of(organization).filter(state=PartnerApplication.State.PENDING).first()


def partner_of(organization: Organization) -> Partner | None:
    """Its standing in the programme; None for who is no partner."""
    found = Partner.objects.filter(organization=organization)
    return found.select_related("organization", "account_manager").first()


def possible_account_managers() -> QuerySet[Membership]:
    """Who at the desk may look after a partner: those who decide about it."""
    provider = the_provider()
    roles = [role.value for role in TABLE[Permission.PARTNER_APPLICATIONS_DECIDE]]
    members = members_of(provider) if provider else Membership.objects.none()
    return members.filter(roles__overlap=roles, person__is_active=True).select_related("organization")


# --- Contracts ---------------------------------------------------------------------------------------------------


def contracts_of(partner: Organization) -> QuerySet[Contract]:
    """The newest version of each, the latest to begin first."""
    newer = Contract.objects.filter(replaces=OuterRef("pk"))
    found = Contract.objects.filter(~Exists(newer), partner=partner)
    return found.select_related("partner", "recorded_by").order_by("-from_on", "-id")


def versions_of(contract: Contract) -> QuerySet[Contract]:
    """Newest first."""
    found = Contract.objects.filter(line=contract.line)
    return found.select_related("partner", "recorded_by").order_by("-version")


def newest_version(contract: Contract) -> Contract:
    newest = versions_of(contract).first()
    assert newest is not None, "a contract has at least the version that is asked about"
    return newest


def contract_in_force(partner: Organization, at: datetime) -> Contract | None:
    """The frame contract that holds at this moment, in its newest version; at most one does."""
    day = local_date(at, ZoneInfo(settings.TIME_ZONE))
    found = contracts_of(partner).filter(kind=Contract.Kind.FRAME, from_on__lte=day, to_on__gte=day)
    return found.first()


def files_of(contract: Contract, *, asker: Organization) -> QuerySet[ContractFile]:
    """The papers of all its versions, newest first; internal ones for the desk alone."""
    found = ContractFile.objects.filter(contract__line=contract.line, contract__in=_contracts_seen_by(asker))
    if not asker.is_the_provider:
        found = found.filter(is_internal=False)
    return found.select_related("file", "contract").order_by("-contract__version", "id")


def contract_file_seen_by(asker: Organization, id: UUID) -> ContractFile | None:  # noqa: A002 - the reader's own word
    found = ContractFile.objects.filter(id=id, contract__in=_contracts_seen_by(asker))
    if not asker.is_the_provider:
        found = found.filter(is_internal=False)
    return found.select_related("file", "contract").first()


def contract_seen_by(asker: Organization, id: UUID) -> Contract | None:  # noqa: A002 - the reader's own word
    return _contracts_seen_by(asker).select_related("partner", "recorded_by").filter(id=id).first()


def _contracts_seen_by(asker: Organization) -> QuerySet[Contract]:
    return Contract.objects.all() if asker.is_the_provider else Contract.objects.filter(partner=asker)


@dataclass(frozen=True, slots=True)
class ContractForPartner:
    """What the partner reads of its contract: never the desk's notes, reasons or internal papers."""

    kind: str
    number: str
    signed_on: date
    from_on: date
    to_on: date
    payment_terms_days: int
    is_capped: bool
    overdue_policy: str
    version: int
    recorded_at: datetime
    is_in_force: bool
    files: list[ContractFile]


def contracts_for_partner(partner: Organization, at: datetime) -> list[ContractForPartner]:
    """Each as it stands now, the latest to begin first."""
    day = local_date(at, ZoneInfo(settings.TIME_ZONE))
    return [
        ContractForPartner(
            kind=str(Contract.Kind(contract.kind).label),
            number=contract.number,
            signed_on=contract.signed_on,
            from_on=contract.from_on,
            to_on=contract.to_on,
            payment_terms_days=contract.payment_terms_days,
            is_capped=contract.is_capped,
            overdue_policy=str(Contract.OverduePolicy(contract.overdue_policy).label),
            version=contract.version,
            recorded_at=contract.recorded_at,
            is_in_force=contract.from_on <= day <= contract.to_on,
            files=list(files_of(contract, asker=partner)),
        )
        for contract in contracts_of(partner)
    ]


# --- A partner's further organizations (PROG-5) ------------------------------------------------------------------


def own_organizations_of(partner: Organization) -> QuerySet[OwnOrganization]:
    """Whatever became of them, newest first."""
    found = OwnOrganization.objects.filter(partner=partner)
    return found.select_related("partner", "organization", "asked_by", "decided_by").order_by("-asked_at", "-id")


def own_organization_seen_by(asker: Organization, id: UUID) -> OwnOrganization | None:  # noqa: A002 - as above
    found = OwnOrganization.objects.select_related("partner", "organization", "asked_by", "decided_by")
    if not asker.is_the_provider:
        found = found.filter(partner=asker)
    return found.filter(id=id).first()


def owning_partner_of(organization: Organization) -> Organization | None:
    """Whose further organization it is, confirmed; None for a customer."""
    confirmed = OwnOrganization.objects.filter(organization=organization, state=OwnOrganization.State.CONFIRMED)
    found = confirmed.select_related("partner").first()
    return found.partner if found else None


def owned_among(organizations: Collection[UUID]) -> set[UUID]:
    """Which of these are a partner's further organizations, confirmed or about to be."""
    live = [OwnOrganization.State.PENDING, OwnOrganization.State.CONFIRMED]
    found = OwnOrganization.objects.filter(organization__in=organizations, state__in=live)
    return set(found.values_list("organization_id", flat=True))


def organizations_to_add(partner: Organization, person: Person) -> QuerySet[Organization]:
    """What this person may propose as the partner's own: organizations they own that buy from the provider directly."""
    owned = Membership.objects.filter(person=person, ended_at=None, roles__contains=[Role.CUSTOMER_OWNER])
    found = Organization.objects.filter(
        id__in=owned.values("organization"), kind=Organization.Kind.CUSTOMER, seller=the_provider()
    )
    live = [OwnOrganization.State.PENDING, OwnOrganization.State.CONFIRMED]
    asked = OwnOrganization.objects.filter(state__in=live).values("organization")
    return found.exclude(id__in=asked).exclude(id=partner.id).order_by("sort_key", "id")
