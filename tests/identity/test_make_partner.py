"""ID-6 A customer that becomes a partner keeps its people, under a partner's roles."""

from datetime import datetime

import pytest

from kanal.identity.acting import acting
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.make_partner import NotACustomer, NotAnEnterprise, make_partner
from kanal.identity.models import Invitation, Membership, Organization
from kanal.identity.profile import Profile
from kanal.identity.register_organization import register_organization
from tests.world import World, a_person, a_world, records_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def test_its_people_keep_their_places(world: World, noon: datetime) -> None:
    """ID-6"""
    invite_colleague(
        organization=world.an_phat,
        email="moi@anphat.example",
        roles=["CUSTOMER_OWNER", "CUSTOMER_BILLING"],
        by=world.acting(world.an),
        at=noon,
    )
    make_partner(organization=world.an_phat, by=world.acting(world.thu), at=noon)

    roles = dict(Membership.objects.filter(organization=world.an_phat).values_list("person", "roles"))
    assert roles == {
        world.an.id: ["PARTNER_ADMIN"],
        world.binh.id: ["PARTNER_FINANCE"],
        world.chi.id: ["PARTNER_VIEWER"],
    }
    [invitation] = Invitation.objects.filter(organization=world.an_phat, outcome="OPEN")
    assert invitation.roles == ["PARTNER_ADMIN", "PARTNER_FINANCE"]
    [written] = records_of(world.an_phat, "organization.became_partner")
    assert (written.old, written.new) == ({"kind": "CUSTOMER"}, {"kind": "PARTNER"})


def test_only_the_desk_and_only_once(world: World, noon: datetime) -> None:
    """ID-5"""
    with pytest.raises(OnlyTheDesk):
        make_partner(organization=world.hong_ha, by=world.acting(world.dung), at=noon)
    with pytest.raises(NotACustomer):
        make_partner(organization=world.sao_mai, by=world.acting(world.thu), at=noon)


def test_a_person_is_no_partner(world: World, noon: datetime) -> None:
    """ID-5"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    own = register_organization(
        legal_form=Organization.LegalForm.PERSONAL, profile=Profile(name="Nam"), by=acting(nam, None), at=noon
    )
    with pytest.raises(NotAnEnterprise):
        make_partner(organization=own, by=world.acting(world.thu), at=noon)
