"""PROG-2, PROG-3 The desk decides: once, with its conditions looked at again, and both sides are told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.make_partner import make_partner
from kanal.identity.models import Membership, Organization
from kanal.identity.place_under import place_under
from kanal.identity.queries import books_of, trading_book_of
from kanal.jobs.tick import tick
from kanal.kit.models import TickRun
from kanal.partners.approve_partner import approve_partner
from kanal.partners.conditions import CannotBePartner
from kanal.partners.models import Partner, PartnerApplication
from kanal.partners.open_application import ApplicationDecided
from kanal.partners.operator_queries import waiting_applications
from kanal.partners.queries import latest_application_of, partner_of
from kanal.partners.reject_partner import reject_partner
from kanal.partners.withdraw_application import withdraw_application
from tests.partners.test_apply_to_be_partner import apply
from tests.world import World, a_world, records_of, tellings, told_to


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_approval_makes_a_partner_with_its_own_book(world: World, noon: datetime) -> None:
    """PROG-2, PROG-3"""
    book = world.hong_ha.book_id
    application = apply(world, noon)
    assert partner_of(world.hong_ha) is None

    partner = approve_partner(application=application, by=world.acting(world.minh), at=noon + timedelta(days=1))

    organization = Organization.objects.get(id=world.hong_ha.id)
    assert organization.kind == Organization.Kind.PARTNER
    assert trading_book_of(organization) == organization.book_id == book
    assert books_of(organization) == [book]
    assert Membership.objects.get(organization=organization, person=world.dung).roles == ["PARTNER_ADMIN"]
    assert (partner.approved_at, partner.account_manager) == (noon + timedelta(days=1), None)
    decided = latest_application_of(organization)
    assert decided is not None
    assert (decided.state, decided.decided_by) == ("APPROVED", world.minh)
    [telling] = tellings(world.hong_ha, "partner_application_approved")
    assert (telling["to"][0]["email"], telling["link"]) == ("dung@hongha.example", "/partner/")
    assert told_to(world.hong_ha, "partner_joined") == ["minh@saokhue.example", "thu@saokhue.example"]
    [written] = records_of(world.hong_ha, "partner_application.approved")
    assert written.actor_name == "Hoàng Minh"


@pytest.mark.django_db
def test_customers_of_the_new_partner_trade_in_its_book(world: World, noon: datetime) -> None:
    """PROG-2"""
    approve_partner(application=apply(world, noon), by=world.acting(world.thu), at=noon)
    hong_ha = Organization.objects.get(id=world.hong_ha.id)
    place_under(organization=world.an_phat, seller=hong_ha, by=world.acting(world.thu), at=noon)

    assert trading_book_of(Organization.objects.get(id=world.an_phat.id)) == hong_ha.book_id


@pytest.mark.django_db
def test_a_rejection_says_why_and_leaves_a_way_back(world: World, noon: datetime) -> None:
    """PROG-2"""
    application = apply(world, noon)
    with pytest.raises(ReasonMissing):
        reject_partner(application=application, why="  ", by=world.acting(world.thu), at=noon)

    reject_partner(application=application, why=" Thiếu giấy phép ", by=world.acting(world.thu), at=noon)

    assert told_to(world.hong_ha, "partner_application_rejected") == [
        "dung@hongha.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    ]
    assert tellings(world.hong_ha, "partner_application_rejected")[0]["facts"]["why"] == "Thiếu giấy phép"
    [written] = records_of(world.hong_ha, "partner_application.rejected")
    assert written.why == "Thiếu giấy phép"
    world.hong_ha.refresh_from_db()
    assert world.hong_ha.kind == Organization.Kind.CUSTOMER
    again = apply(world, noon + timedelta(days=7))
    assert approve_partner(application=again, by=world.acting(world.thu), at=noon + timedelta(days=8))


@pytest.mark.django_db
def test_only_the_desk_decides(world: World, noon: datetime) -> None:
    """PROG-2"""
    application = apply(world, noon)
    for rival in (world.dung, world.khoa, world.lan):
        with pytest.raises(OnlyTheDesk):
            approve_partner(application=application, by=world.acting(rival), at=noon)
        with pytest.raises(OnlyTheDesk):
            reject_partner(application=application, why="x", by=world.acting(rival), at=noon)


@pytest.mark.django_db
@pytest.mark.parametrize("decided", ["approved", "rejected", "withdrawn"])
def test_what_is_decided_stays_decided(world: World, noon: datetime, decided: str) -> None:
    """PROG-2"""
    application, desk = apply(world, noon), world.acting(world.thu)
    if decided == "approved":
        approve_partner(application=application, by=desk, at=noon)
    elif decided == "rejected":
        reject_partner(application=application, why="x", by=desk, at=noon)
    else:
        withdraw_application(application=application, by=world.acting(world.dung), at=noon)

    stale = PartnerApplication.objects.get(id=application.id)
    for act in (
        lambda: approve_partner(application=stale, by=desk, at=noon),
        lambda: reject_partner(application=stale, why="y", by=desk, at=noon),
        lambda: withdraw_application(application=stale, by=world.acting(world.dung), at=noon),
    ):
        with pytest.raises(ApplicationDecided) as refused:
            act()
        assert refused.value.state == decided.upper()
        assert str(refused.value)
    assert not waiting_applications().exists()


@pytest.mark.django_db
def test_who_became_somebodys_customer_meanwhile_is_not_approved(world: World, noon: datetime) -> None:
    """PROG-1"""
    application = apply(world, noon)
    place_under(organization=world.hong_ha, seller=world.sao_mai, by=world.acting(world.thu), at=noon)

    with pytest.raises(CannotBePartner) as refused:
        approve_partner(application=application, by=world.acting(world.thu), at=noon)
    assert refused.value.conditions == ["NOBODYS_CUSTOMER"]
    application.refresh_from_db()
    assert application.is_open
    assert partner_of(world.hong_ha) is None


@pytest.mark.django_db
def test_who_became_a_partner_another_way_is_not_made_one_twice(world: World, noon: datetime) -> None:
    """PROG-1"""
    application = apply(world, noon)
    make_partner(organization=world.hong_ha, by=world.acting(world.thu), at=noon)

    with pytest.raises(CannotBePartner):
        approve_partner(application=application, by=world.acting(world.thu), at=noon)


@pytest.mark.parametrize("other", ["approve", "reject", "withdraw"])
def test_two_who_decide_at_once_decide_once(own_database: str, noon: datetime, other: str) -> None:
    """PROG-2"""
    world = a_world()
    application, ready = apply(world, noon), Barrier(2)
    mine, yours = (PartnerApplication.objects.get(id=application.id) for _n in range(2))  # as two browsers have it

    def approve() -> None:
        approve_partner(application=mine, by=world.acting(world.thu), at=noon)

    def differ() -> None:
        if other == "approve":
            approve_partner(application=yours, by=world.acting(world.minh), at=noon)
        elif other == "reject":
            reject_partner(application=yours, why="x", by=world.acting(world.minh), at=noon)
        else:
            withdraw_application(application=yours, by=world.acting(world.dung), at=noon)

    def decide(act: object) -> str:
        ready.wait()
        try:
            act()  # type: ignore[operator]
        except ApplicationDecided as refused:
            return refused.state
        finally:
            connections.close_all()
        return "decided"

    with ThreadPoolExecutor(2) as threads:
        outcomes = list(threads.map(decide, [approve, differ]))
    [lost] = [outcome for outcome in outcomes if outcome != "decided"]
    application.refresh_from_db()
    assert lost == application.state
    won = application.state == PartnerApplication.State.APPROVED
    assert Partner.objects.filter(organization=world.hong_ha).exists() == won
    assert len(tellings(world.hong_ha, "partner_application_approved")) == won


def test_the_desk_is_told_once_of_what_is_overdue_at_its_own_moment(own_database: str, noon: datetime) -> None:
    """PROG-2"""
    world = a_world()
    tick(until=noon)
    application = apply(world, noon)

    tick(until=application.due_at - timedelta(seconds=1))
    assert tellings(world.hong_ha, "partner_application_overdue") == []
    tick(until=application.due_at + timedelta(days=30))
    tick(until=application.due_at + timedelta(days=31))

    assert told_to(world.hong_ha, "partner_application_overdue") == ["minh@saokhue.example", "thu@saokhue.example"]
    application.refresh_from_db()
    assert application.overdue_told_at == application.due_at
    [written] = records_of(world.hong_ha, "partner_application.became_overdue")
    assert written.at == application.due_at
    assert not TickRun.objects.filter(failed__gt=0).exists()


def test_nobody_is_told_of_what_was_decided_in_time(own_database: str, noon: datetime) -> None:
    """PROG-2"""
    world = a_world()
    application = apply(world, noon)
    reject_partner(application=application, why="x", by=world.acting(world.thu), at=noon)
    tick(until=application.due_at + timedelta(days=1))

    assert tellings(world.hong_ha, "partner_application_overdue") == []
