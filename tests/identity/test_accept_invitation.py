"""ID-1, ID-6 Joining by the link that was mailed; withdrawing, declining and sending again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from allauth.account.models import EmailAddress
from django.db import connections

from kanal.identity.accept_invitation import (
    InvitationUnknown,
    InvitedAtAnotherAddress,
    YouAreAMember,
    accept_invitation,
)
from kanal.identity.acting import acting
from kanal.identity.decline_invitation import decline_invitation, whoever_was_invited
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.models import Invitation, Membership, Person
from kanal.identity.queries import member_of
from kanal.identity.resend_invitation import SentAMomentAgo, resend_invitation
from kanal.identity.withdraw_invitation import InvitationEnded, withdraw_invitation
from tests.world import World, a_person, a_world, mailed_secret, records_of, told_to

LATER = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return a_world()


def invited(world: World, at: datetime, email: str = "moi@saomai.example") -> tuple[Invitation, str]:
    invitation = invite_colleague(
        organization=world.sao_mai,
        email=email,
        roles=["PARTNER_SALES"],
        own_customers_only=True,
        by=world.acting(world.lan),
        at=at,
    )
    return invitation, mailed_secret(world.sao_mai, email)


@pytest.mark.django_db
def test_joins_with_the_roles_that_were_offered(world: World, noon: datetime) -> None:
    """ID-6"""
    invitation, secret = invited(world, noon)
    moi = a_person("Mới", "moi@saomai.example", at=noon)
    membership = accept_invitation(secret=secret, by=acting(moi, None), at=noon + LATER)

    assert (membership.roles, membership.own_customers_only) == (["PARTNER_SALES"], True)
    assert member_of(world.sao_mai, moi) == membership
    invitation.refresh_from_db()
    assert (invitation.outcome, invitation.ended_at) == ("ACCEPTED", noon + LATER)
    [written, *_] = records_of(world.sao_mai, "member.joined")
    assert (written.actor_id, written.organization_id) == (str(moi.id), world.sao_mai.id)
    assert told_to(world.sao_mai, "invitation_accepted")[-1] == world.lan.email


@pytest.mark.django_db
def test_a_link_works_once(world: World, noon: datetime) -> None:
    """ID-1"""
    _, secret = invited(world, noon)
    moi = a_person("Mới", "moi@saomai.example", at=noon)
    accept_invitation(secret=secret, by=acting(moi, None), at=noon)

    with pytest.raises(InvitationEnded) as refusal:
        accept_invitation(secret=secret, by=acting(moi, None), at=noon)
    assert refusal.value.outcome == "ACCEPTED"
    assert Membership.objects.filter(person=moi).count() == 1


@pytest.mark.django_db
def test_joins_only_whoever_proved_to_read_mail_there(world: World, noon: datetime) -> None:
    """ID-1"""
    _, secret = invited(world, noon)
    with pytest.raises(InvitedAtAnotherAddress):
        accept_invitation(secret=secret, by=world.acting(world.khoa), at=noon)

    unproved = a_person("Mới", "moi@saomai.example", at=noon)
    EmailAddress.objects.filter(user=unproved).update(verified=False)
    with pytest.raises(InvitedAtAnotherAddress):
        accept_invitation(secret=secret, by=acting(unproved, None), at=noon)
    assert member_of(world.sao_mai, unproved) is None


@pytest.mark.django_db
def test_a_second_proved_address_is_good_too(world: World, noon: datetime) -> None:
    """ID-1"""
    _, secret = invited(world, noon, "k@saomai.example")
    EmailAddress.objects.create(user=world.khoa, email="k@saomai.example", verified=True, primary=False)

    assert accept_invitation(secret=secret, by=world.acting(world.khoa), at=noon).person == world.khoa

    _, again = invited(world, noon, "kk@saomai.example")
    EmailAddress.objects.create(user=world.khoa, email="kk@saomai.example", verified=True, primary=False)
    with pytest.raises(YouAreAMember):
        accept_invitation(secret=again, by=world.acting(world.khoa), at=noon)


@pytest.mark.django_db
def test_past_its_end_it_is_over_even_before_the_tick(world: World, noon: datetime) -> None:
    """ID-1"""
    _, secret = invited(world, noon)
    moi = a_person("Mới", "moi@saomai.example", at=noon)

    with pytest.raises(InvitationEnded) as refusal:
        accept_invitation(secret=secret, by=acting(moi, None), at=noon + timedelta(days=14))
    assert refusal.value.outcome == "EXPIRED"
    last_moment = noon + timedelta(days=14) - timedelta(microseconds=1)
    assert accept_invitation(secret=secret, by=acting(moi, None), at=last_moment)


@pytest.mark.django_db
def test_only_the_newest_link_works(world: World, noon: datetime) -> None:
    """ID-1"""
    invitation, old = invited(world, noon)
    moi = a_person("Mới", "moi@saomai.example", at=noon)
    sent_again = resend_invitation(invitation=invitation, by=world.acting(world.lan), at=noon + timedelta(days=13))

    assert sent_again.expires_at == noon + timedelta(days=27)
    assert records_of(world.sao_mai, "invitation.sent_again")
    with pytest.raises(InvitationUnknown):
        accept_invitation(secret=old, by=acting(moi, None), at=noon + timedelta(days=13))
    new = mailed_secret(world.sao_mai, "moi@saomai.example")
    assert accept_invitation(secret=new, by=acting(moi, None), at=noon + timedelta(days=26)).person == moi


@pytest.mark.django_db
def test_is_not_sent_again_at_once(world: World, noon: datetime) -> None:
    """ID-4"""
    invitation, _ = invited(world, noon)
    with pytest.raises(SentAMomentAgo):
        resend_invitation(
            invitation=invitation, by=world.acting(world.lan), at=noon + timedelta(minutes=3) - timedelta(seconds=1)
        )
    resend_invitation(invitation=invitation, by=world.acting(world.lan), at=noon + timedelta(minutes=3))
    assert len(told_to(world.sao_mai, "colleague_invited")) == 3 + 2  # the cast's own, and these


@pytest.mark.django_db
def test_a_withdrawn_link_opens_nothing(world: World, noon: datetime) -> None:
    """ID-1"""
    invitation, secret = invited(world, noon)
    withdraw_invitation(invitation=invitation, by=world.acting(world.lan), at=noon)
    moi = a_person("Mới", "moi@saomai.example", at=noon)

    with pytest.raises(InvitationEnded) as refusal:
        accept_invitation(secret=secret, by=acting(moi, None), at=noon)
    assert refusal.value.outcome == "WITHDRAWN"
    for act in (withdraw_invitation, resend_invitation):
        with pytest.raises(InvitationEnded):
            act(invitation=invitation, by=world.acting(world.lan), at=noon + LATER)
    assert records_of(world.sao_mai, "invitation.withdrawn")


@pytest.mark.django_db
def test_can_be_declined_without_an_account(world: World, noon: datetime) -> None:
    """ALL-2"""
    invitation, secret = invited(world, noon)
    nobody = whoever_was_invited(invitation, address="203.0.113.5", device="Safari", request_id="r1")
    decline_invitation(secret=secret, by=nobody, at=noon)

    invitation.refresh_from_db()
    assert invitation.outcome == "DECLINED"
    [written] = records_of(world.sao_mai, "invitation.declined")
    assert (written.actor_id, written.address) == ("moi@saomai.example", "203.0.113.5")
    assert told_to(world.sao_mai, "invitation_declined") == [world.lan.email]
    with pytest.raises(InvitationEnded) as refusal:
        decline_invitation(secret=secret, by=nobody, at=noon)
    assert refusal.value.outcome == "DECLINED"


@pytest.mark.django_db
def test_a_guessed_link_says_nothing(world: World, noon: datetime) -> None:
    """ID-4"""
    for guess in ("", "0" * 40, "x", "'; DROP TABLE identity_person; --"):
        with pytest.raises(InvitationUnknown):
            accept_invitation(secret=guess, by=world.acting(world.khoa), at=noon)


@pytest.mark.parametrize("outcome", ["ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED"])
def test_every_end_has_its_own_sentence(outcome: str) -> None:
    """ALL-3"""
    assert str(InvitationEnded(outcome=outcome))


def test_two_acceptances_at_once_make_one_member(own_database: str, noon: datetime) -> None:
    """ID-1"""
    world = a_world()
    _, secret = invited(world, noon)
    moi = a_person("Mới", "moi@saomai.example", at=noon)
    ready = Barrier(2)

    def accept(person: Person) -> str:
        ready.wait()
        try:
            accept_invitation(secret=secret, by=acting(person, None), at=noon)
        except InvitationEnded:
            return "refused"
        finally:
            connections.close_all()
        return "joined"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(accept, [moi, moi])) == ["joined", "refused"]
    assert Membership.objects.filter(person=moi).count() == 1
