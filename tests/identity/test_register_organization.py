"""ID-1, ID-5, ID-6 Founding an organization."""

from datetime import datetime

import pytest
from allauth.account.models import EmailAddress

from kanal.identity.acting import acting
from kanal.identity.models import Membership, Organization, OrganizationBook
from kanal.identity.profile import Profile, TaxCodeMissing
from kanal.identity.queries import organizations_of
from kanal.identity.register_organization import (
    MOST_OWNED,
    EmailNotVerified,
    NoProviderYet,
    TooManyOrganizations,
    register_organization,
)
from tests.world import World, a_person, a_world, records_of

pytestmark = pytest.mark.django_db
AN_PHAT = Profile(name="  An  Phát ", tax_code="0314409058", email="IT@AnPhat.example", province="Hà Nội")


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.parametrize(
    ("legal_form", "profile"),
    [
        (Organization.LegalForm.ENTERPRISE, AN_PHAT),
        (Organization.LegalForm.PERSONAL, Profile(name="Nguyễn Hoài Nam")),
    ],
)
def test_begins_as_a_prepaid_direct_customer(world: World, noon: datetime, legal_form: str, profile: Profile) -> None:
    """ID-5"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    made = register_organization(legal_form=legal_form, profile=profile, by=acting(nam, None), at=noon)

    made.refresh_from_db()
    assert (made.kind, made.legal_form, made.billing_default) == ("CUSTOMER", legal_form, "PREPAID")
    assert made.seller == world.sao_khue
    assert made.created_at == noon


def test_has_a_book_of_its_own_which_it_reads(world: World, noon: datetime) -> None:
    """Each organization is born with a book."""
    nam = a_person("Nam", "nam@example.org", at=noon)
    made = register_organization(
        legal_form=Organization.LegalForm.ENTERPRISE, profile=AN_PHAT, by=acting(nam, None), at=noon
    )

    [read] = OrganizationBook.objects.filter(organization=made)
    assert (read.book_id, read.since_at) == (made.book_id, noon)
    assert made.book_id not in {organization.book_id for organization in world.organizations()}


def test_the_founder_owns_it(world: World, noon: datetime) -> None:
    """ID-6"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    made = register_organization(
        legal_form=Organization.LegalForm.ENTERPRISE, profile=AN_PHAT, by=acting(nam, None), at=noon
    )

    [membership] = Membership.objects.filter(organization=made)
    assert (membership.person, membership.roles) == (nam, ["CUSTOMER_OWNER"])
    assert organizations_of(nam) == [made]


def test_is_recorded_and_can_be_found(world: World, noon: datetime) -> None:
    """ALL-2"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    made = register_organization(
        legal_form=Organization.LegalForm.ENTERPRISE, profile=AN_PHAT, by=acting(nam, None), at=noon
    )

    assert (made.name, made.email) == ("An Phát", "it@anphat.example")
    assert made.search_key == "an phat 0314409058 it anphat example"
    [written] = records_of(made, "organization.founded")
    assert (written.actor_id, written.organization_id, written.at) == (str(nam.id), made.id, noon)
    assert written.new["tax_code"] == "0314409058"


def test_an_enterprise_gives_its_tax_code_and_nothing_is_left_behind(world: World, noon: datetime) -> None:
    """ALL-3"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    with pytest.raises(TaxCodeMissing):
        register_organization(
            legal_form=Organization.LegalForm.ENTERPRISE, profile=Profile(name="An Phát"), by=acting(nam, None), at=noon
        )
    assert organizations_of(nam) == []
    assert Organization.objects.count() == len(world.organizations())


def test_the_founder_has_proved_their_address(world: World, noon: datetime) -> None:
    """ID-1"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    EmailAddress.objects.filter(user=nam).update(verified=False)

    with pytest.raises(EmailNotVerified) as refusal:
        register_organization(
            legal_form=Organization.LegalForm.ENTERPRISE, profile=AN_PHAT, by=acting(nam, None), at=noon
        )
    assert refusal.value.email == nam.email


def test_there_is_a_provider_first(noon: datetime) -> None:
    """ID-5"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    with pytest.raises(NoProviderYet):
        register_organization(
            legal_form=Organization.LegalForm.ENTERPRISE, profile=AN_PHAT, by=acting(nam, None), at=noon
        )


def test_one_person_does_not_found_without_end(world: World, noon: datetime) -> None:
    """ID-5"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    for _ in range(MOST_OWNED):
        register_organization(
            legal_form=Organization.LegalForm.PERSONAL, profile=Profile(name="Nam"), by=acting(nam, None), at=noon
        )
    with pytest.raises(TooManyOrganizations):
        register_organization(
            legal_form=Organization.LegalForm.PERSONAL, profile=Profile(name="Nam"), by=acting(nam, None), at=noon
        )
