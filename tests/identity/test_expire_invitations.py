"""What becomes of invitations that nobody answers, at their own moments and once."""

from datetime import datetime, timedelta

import pytest

from kanal.identity.end_membership import end_membership
from kanal.identity.expire_invitations import (
    expire_invitations,
    next_invitation_to_expire,
    next_invitation_to_remind_of,
    remind_of_invitations,
)
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.models import Invitation, Organization
from kanal.identity.resend_invitation import resend_invitation
from kanal.identity.roles import Role
from kanal.kit.actor import Actor
from tests.world import World, a_person, a_world, join, records_of, told_to

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return a_world()


def invite(organization: Organization, email: str, by: Actor, at: datetime) -> Invitation:
    role = {"PARTNER": "PARTNER_VIEWER", "CUSTOMER": "CUSTOMER_VIEWER"}[organization.kind]
    return invite_colleague(organization=organization, email=email, roles=[role], by=by, at=at)


def test_is_due_three_days_before_the_end_and_at_it(world: World, noon: datetime) -> None:
    invite(world.sao_mai, "moi@saomai.example", world.acting(world.lan), noon)

    assert next_invitation_to_remind_of(noon + 11 * DAY - timedelta(seconds=1)) is None
    assert next_invitation_to_remind_of(noon + 11 * DAY) == noon + 11 * DAY
    assert next_invitation_to_expire(noon + 14 * DAY - timedelta(seconds=1)) is None
    assert next_invitation_to_expire(noon + 40 * DAY) == noon + 14 * DAY


def test_who_invited_is_reminded_once(world: World, noon: datetime) -> None:
    invitation = invite(world.sao_mai, "moi@saomai.example", world.acting(world.lan), noon)
    remind_of_invitations(at=noon + 11 * DAY)
    remind_of_invitations(at=noon + 11 * DAY)

    assert told_to(world.sao_mai, "invitation_expiring") == [world.lan.email]
    assert next_invitation_to_remind_of(noon + 40 * DAY) is None

    resend_invitation(invitation=invitation, by=world.acting(world.lan), at=noon + 12 * DAY)
    assert next_invitation_to_remind_of(noon + 40 * DAY) == noon + 23 * DAY


def test_once_who_invited_has_left_the_others_are_reminded(world: World, noon: datetime) -> None:
    second = join(
        world.sao_mai, a_person("Tú", "tu@saomai.example", at=noon), Role.PARTNER_ADMIN, head=world.lan, at=noon
    )
    invite(world.sao_mai, "moi@saomai.example", world.acting(world.lan), noon)
    end_membership(membership=world.membership_of(world.lan), by=world.acting(world.lan), at=noon + DAY)
    remind_of_invitations(at=noon + 11 * DAY)

    assert told_to(world.sao_mai, "invitation_expiring") == [second.email]


def test_ends_once_each_in_its_own_book(world: World, noon: datetime) -> None:
    invite(world.sao_mai, "moi@saomai.example", world.acting(world.lan), noon)
    invite(world.hong_ha, "moi@hongha.example", world.acting(world.dung), noon + timedelta(hours=1))
    expire_invitations(at=noon + 14 * DAY)

    assert next_invitation_to_expire(noon + 40 * DAY) == noon + 14 * DAY + timedelta(hours=1)
    assert dict(Invitation.objects.filter(email__startswith="moi").values_list("email", "outcome")) == {
        "moi@saomai.example": "EXPIRED",
        "moi@hongha.example": "OPEN",
    }
    expire_invitations(at=noon + 15 * DAY)
    expire_invitations(at=noon + 15 * DAY)
    for organization in (world.sao_mai, world.hong_ha):
        [written] = records_of(organization, "invitation.expired")
        assert (written.actor_kind, written.organization_id) == ("JOB", organization.id)
    assert next_invitation_to_expire(noon + 40 * DAY) is None
