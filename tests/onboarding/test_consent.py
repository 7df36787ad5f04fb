"""LINK-4 The customer's answer: by the newest link, once, signed in as an owner; the account is the owner's choice."""

from datetime import datetime, timedelta

import pytest

from kanal.customers.models import CustomerLink
from kanal.customers.queries import invitation_to, invitations_to, links_of_customer, partner_link_of
from kanal.identity.acting import acting
from kanal.identity.models import Organization
from kanal.identity.register_organization import register_organization
from kanal.identity.roles import Role
from kanal.jobs.bindings import BINDINGS
from kanal.kit.models import Outbox
from kanal.ledger.flows import Kind
from kanal.onboarding.accept_partner import (
    ConditionsNotMet,
    CustomerInvitationUnknown,
    InvitedSomebodyElse,
    accept_partner,
)
from kanal.onboarding.decline_partner import decline_partner, whoever_was_asked
from kanal.onboarding.invite_registered import invite_registered
from kanal.onboarding.open_link import LinkHasMovedOn
from kanal.onboarding.queries import choices_of, is_for, link_by_secret
from kanal.onboarding.resend_customer_invitation import CustomerMailedAMomentAgo, resend_customer_invitation
from tests.onboarding.links import DUNG, UNKNOWN, accepted, ask, in_state, invited, put, secret_of
from tests.world import World, a_person, a_world, an_owner, join, mailed_link, profile_of, records_of, tellings, told_to

State = CustomerLink.State


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_the_link_in_the_mail_leads_to_who_asks_and_accepts(world: World, noon: datetime) -> None:
    """LINK-4"""
    secret = secret_of(invited(world, noon))
    link = link_by_secret(secret)
    assert link is not None
    assert (link.partner, is_for(world.dung, link), is_for(world.khoa, link)) == (world.sao_mai, True, False)

    accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon, secret=secret)

    link.refresh_from_db()
    assert (link.state, link.customer, link.answered_by) == (State.AWAITING_PROVIDER, world.hong_ha, world.dung)
    assert told_to(world.sao_mai, "partner_accepted")[-1:] == [DUNG]
    assert "lan@saomai.example" in told_to(world.sao_mai, "customer_link_accepted")
    assert {"thu@saokhue.example", "minh@saokhue.example"} <= set(told_to(world.sao_mai, "customer_link_waiting"))
    [written, *_] = records_of(world.sao_mai, "customer_link.accepted")
    assert (written.subject_name, written.organization_id, written.actor_name) == (
        DUNG,
        world.sao_mai.id,
        "Đỗ Thùy Dung",
    )


@pytest.mark.django_db
def test_a_link_works_once(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = invited(world, noon)
    secret = secret_of(link)
    accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon, secret=secret)
    with pytest.raises(LinkHasMovedOn):
        accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon, secret=secret)
    with pytest.raises(LinkHasMovedOn):
        decline_partner(link=link, by=world.acting(world.dung), at=noon, secret=secret)


@pytest.mark.django_db
def test_only_the_newest_link_works(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = invited(world, noon)
    old = secret_of(link)
    with pytest.raises(CustomerMailedAMomentAgo):
        resend_customer_invitation(link=link, by=world.acting(world.lan), at=noon + timedelta(seconds=179))
    resend_customer_invitation(link=link, by=world.acting(world.lan), at=noon + timedelta(minutes=3))

    assert link_by_secret(old) is None
    assert secret_of(link) != old
    with pytest.raises(CustomerInvitationUnknown):
        accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon, secret=old)
    again = accept_partner(
        link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon, secret=secret_of(link)
    )
    assert again.times_sent == 2
    assert again.expires_at == noon + timedelta(days=30, minutes=3)


@pytest.mark.django_db
def test_the_link_lives_thirty_days_even_before_the_tick(world: World, noon: datetime) -> None:
    """LINK-4"""
    link, by = invited(world, noon), world.acting(world.dung)
    end = noon + timedelta(days=30)
    assert list(invitations_to(world.hong_ha, end - timedelta(seconds=1))) == [link]
    assert list(invitations_to(world.hong_ha, end)) == []
    with pytest.raises(LinkHasMovedOn) as late:
        accept_partner(link=link, customer=world.hong_ha, by=by, at=end)
    assert late.value.state == State.NO_RESPONSE
    accept_partner(link=link, customer=world.hong_ha, by=by, at=end - timedelta(seconds=1))


@pytest.mark.django_db
def test_adding_an_address_again_ends_its_earlier_link(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = in_state(world, State.WITHDRAWN, noon)
    newer = invited(world, noon + timedelta(minutes=3))

    assert newer.id != link.id
    assert invitation_to(world.hong_ha, link.id, noon) is None
    with pytest.raises(LinkHasMovedOn):
        accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon + timedelta(hours=1))


@pytest.mark.django_db
def test_only_an_owner_of_the_account_answers(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = invited(world, noon)
    billing = join(world.hong_ha, a_person("Kế Toán", "kt@hongha.example"), Role.CUSTOMER_BILLING, head=world.dung)
    for person in (billing, world.an, world.lan, world.khoa):
        with pytest.raises(InvitedSomebodyElse):
            accept_partner(link=link, customer=world.hong_ha, by=acting(person, world.hong_ha), at=noon)
        with pytest.raises(InvitedSomebodyElse):
            decline_partner(link=link, by=acting(person, world.hong_ha), at=noon)
    with pytest.raises(InvitedSomebodyElse):  # she is nobody there
        accept_partner(link=link, customer=world.an_phat, by=world.acting(world.dung), at=noon)
    link.refresh_from_db()
    assert link.state == State.AWAITING_CUSTOMER


@pytest.mark.django_db
def test_another_owner_of_the_same_account_answers_as_well(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = invited(world, noon)
    second = join(world.hong_ha, a_person("Đồng Chủ", "hai@hongha.example"), Role.CUSTOMER_OWNER, head=world.dung)

    assert [choice.customer for choice in choices_of(link, second)] == [world.hong_ha]
    accept_partner(link=link, customer=world.hong_ha, by=acting(second, world.hong_ha), at=noon)


@pytest.mark.django_db
def test_who_owns_several_accounts_chooses_and_each_has_its_own_conditions(world: World, noon: datetime) -> None:
    """LINK-2 One that meets all is enough to be invited."""
    put(world.hong_ha, Kind.WALLET)
    other = register_organization(
        legal_form=Organization.LegalForm.ENTERPRISE,
        profile=profile_of("Hồng Hà Studio", "0100100022"),
        by=acting(world.dung, None),
        at=noon,
    )
    link = invited(world, noon)

    assert {choice.customer: choice.may_accept for choice in choices_of(link, world.dung)} == {
        world.hong_ha: False,
        other: True,
    }
    with pytest.raises(ConditionsNotMet):
        accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon)
    accept_partner(link=link, customer=other, by=acting(world.dung, other), at=noon)
    link.refresh_from_db()
    assert link.customer == other


@pytest.mark.django_db
def test_declining_tells_the_partner(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = decline_partner(link=invited(world, noon), by=world.acting(world.dung), at=noon)

    assert (link.state, link.customer, link.answered_at) == (State.DECLINED, None, noon)
    [telling] = tellings(world.sao_mai, "customer_link_declined")
    assert (telling["to"][0]["email"], telling["facts"]["customer"]) == ("lan@saomai.example", DUNG)


@pytest.mark.django_db
def test_who_has_no_account_declines_with_the_link_alone(world: World, noon: datetime) -> None:
    """LINK-3 So that saying no does not tell that there is an account."""
    link = invited(world, noon, UNKNOWN)
    nobody = whoever_was_asked(link, address="192.0.2.9", device="", request_id="")
    with pytest.raises(InvitedSomebodyElse):
        decline_partner(link=link, by=nobody, at=noon)
    assert decline_partner(link=link, by=nobody, at=noon, secret=secret_of(link)).state == State.DECLINED


@pytest.mark.django_db
def test_who_has_an_account_signs_in_to_decline(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = invited(world, noon)
    nobody = whoever_was_asked(link, address="192.0.2.9", device="", request_id="")
    with pytest.raises(InvitedSomebodyElse):
        decline_partner(link=link, by=nobody, at=noon, secret=secret_of(link))


@pytest.mark.django_db
@pytest.mark.parametrize("days", [1, 40, 89])
def test_who_registers_by_day_ninety_is_invited_anew_and_may_accept(world: World, noon: datetime, days: int) -> None:
    """LINK-3"""
    link, when = invited(world, noon, UNKNOWN), noon + timedelta(days=days)
    old = secret_of(link)
    assert tellings(world.sao_mai, "customer_asked_to_register")
    owner, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=when)
    for _twice in range(2):
        invite_registered(organization_id=str(organization.id), asked_at=when, at=when)

    assert link_by_secret(old) is None
    [telling] = tellings(organization, "customer_invited")
    assert telling["to"][0]["email"] == UNKNOWN
    secret = mailed_link(organization, UNKNOWN).removeprefix("/customer-invitations/").strip("/")
    almost_a_month_later = when + timedelta(days=29)
    assert list(invitations_to(organization, almost_a_month_later)) == [link]
    found = link_by_secret(secret)
    assert found is not None
    accept_partner(
        link=found, customer=organization, by=acting(owner, organization), at=almost_a_month_later, secret=secret
    )
    link.refresh_from_db()
    assert link.state == State.AWAITING_PROVIDER


@pytest.mark.django_db
def test_who_registers_after_day_ninety_is_not(world: World, noon: datetime) -> None:
    """LINK-3"""
    invited(world, noon, UNKNOWN)
    when = noon + timedelta(days=90)
    _, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=when)
    invite_registered(organization_id=str(organization.id), asked_at=when, at=when)

    assert tellings(organization, "customer_invited") == []


@pytest.mark.django_db
def test_what_was_taken_back_or_declined_is_not_sent_anew(world: World, noon: datetime) -> None:
    """LINK-3"""
    link = invited(world, noon, UNKNOWN)
    nobody = whoever_was_asked(link, address="192.0.2.9", device="", request_id="")
    decline_partner(link=link, by=nobody, at=noon, secret=secret_of(link))
    _, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=noon)
    invite_registered(organization_id=str(organization.id), asked_at=noon, at=noon)

    assert tellings(organization, "customer_invited") == []


@pytest.mark.django_db
def test_the_customer_never_reads_what_the_partner_calls_it(world: World, noon: datetime) -> None:
    """LINK-1"""
    link = ask(world, noon, name="Khách khó tính").link
    assert link is not None
    accepted(world, noon, link=link)

    for kind in ("customer_invited", "partner_accepted", "customer_link_waiting"):
        assert "Khách khó tính" not in str(tellings(world.sao_mai, kind))
    assert tellings(world.sao_mai, "customer_link_accepted")[-1]["facts"]["customer"] == "Khách khó tính"


@pytest.mark.django_db
def test_the_past_stays_readable_for_the_customer(world: World, noon: datetime) -> None:
    """LINK-7"""
    link = in_state(world, State.UNLINKED, noon)
    assert partner_link_of(world.hong_ha) is None
    assert list(links_of_customer(world.hong_ha)) == [link]


@pytest.mark.django_db
def test_registering_asks_for_it_by_itself(world: World, noon: datetime) -> None:
    """LINK-3"""
    invited(world, noon, UNKNOWN)
    _, organization = an_owner("Ai Đó", UNKNOWN, "Nơi Ấy", "0100100022", at=noon)
    [asking] = Outbox.objects.filter(book_id=organization.book_id, name="invite_registered")

    BINDINGS[asking.name].verb(**asking.facts, asked_at=asking.asked_at, at=noon)
    assert len(tellings(organization, "customer_invited")) == 1
