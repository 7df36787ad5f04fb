"""PROG-1, PROG-2 Asking to become a partner: who may, what is promised, who hears of it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from kanal.identity.acting import acting
from kanal.identity.models import Organization
from kanal.identity.place_under import place_under
from kanal.identity.profile import Profile
from kanal.identity.register_organization import register_organization
from kanal.kit.calendar import CalendarEnds
from kanal.partners.apply_to_be_partner import ApplicationWaits, TermsNotAccepted, apply_to_be_partner
from kanal.partners.conditions import CannotBePartner, conditions_of
from kanal.partners.models import PartnerApplication
from kanal.partners.queries import open_application_of
from kanal.partners.terms import EDITION
from kanal.partners.withdraw_application import withdraw_application
from tests.world import World, a_person, a_world, records_of, told_to


@pytest.fixture
def world() -> World:
    return a_world()


def apply(world: World, at: datetime) -> PartnerApplication:
    return apply_to_be_partner(organization=world.hong_ha, terms_edition=EDITION, by=world.acting(world.dung), at=at)


@pytest.mark.django_db
def test_an_enterprise_that_is_nobodys_customer_applies_and_both_sides_hear_of_it(world: World, noon: datetime) -> None:
    """PROG-1, PROG-2"""
    application = apply(world, noon)

    assert (application.state, application.terms_edition) == ("PENDING", EDITION)
    assert told_to(world.hong_ha, "partner_application_received") == ["dung@hongha.example"]
    assert told_to(world.hong_ha, "partner_application_waiting") == ["minh@saokhue.example", "thu@saokhue.example"]
    [written] = records_of(world.hong_ha, "partner_application.made")
    assert (written.actor_name, written.new["terms_edition"]) == ("Đỗ Thùy Dung", EDITION)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked_at", "due_at"),
    [
        # Wednesday at noon in Hanoi: Thursday, Friday, Monday, and over at the midnight that ends Monday.
        (datetime(2026, 3, 18, 5, tzinfo=UTC), datetime(2026, 3, 23, 17, tzinfo=UTC)),
        # Wednesday 23:30 in Hanoi is the same day there, though UTC and the working day's end disagree.
        (datetime(2026, 3, 18, 16, 30, tzinfo=UTC), datetime(2026, 3, 23, 17, tzinfo=UTC)),
        # Half an hour past midnight it is Thursday.
        (datetime(2026, 3, 18, 17, 30, tzinfo=UTC), datetime(2026, 3, 24, 17, tzinfo=UTC)),
        # 30 April and 1 May are holidays, then comes a weekend: 29 April, 4 and 5 May.
        (datetime(2026, 4, 28, 5, tzinfo=UTC), datetime(2026, 5, 5, 17, tzinfo=UTC)),
    ],
)
def test_the_clock_is_three_working_days(world: World, asked_at: datetime, due_at: datetime) -> None:
    """PROG-2"""
    application = apply(world, asked_at)

    assert application.due_at == due_at
    assert not application.is_overdue(due_at - timedelta(seconds=1))
    assert application.is_overdue(due_at)


@pytest.mark.django_db
def test_beyond_the_calendar_no_promise_is_guessed(world: World) -> None:
    """PROG-2"""
    with pytest.raises(CalendarEnds):
        apply(world, datetime(2031, 3, 18, 5, tzinfo=UTC))
    assert open_application_of(world.hong_ha) is None


@pytest.mark.django_db
def test_each_condition_stops_it_alone(world: World, noon: datetime) -> None:
    """PROG-1"""
    nam = a_person("Nam", "nam@example.org", at=noon)
    personal = register_organization(
        legal_form=Organization.LegalForm.PERSONAL, profile=Profile(name="Nam"), by=acting(nam, None), at=noon
    )
    for organization, asker, missing in [
        (personal, acting(nam, personal), "ENTERPRISE"),
        (world.an_phat, world.acting(world.an), "NOBODYS_CUSTOMER"),
        (world.sao_mai, world.acting(world.lan), "NOT_A_PARTNER"),
    ]:
        with pytest.raises(CannotBePartner) as refused:
            apply_to_be_partner(organization=organization, terms_edition=EDITION, by=asker, at=noon)
        assert refused.value.facts()["conditions"] == [missing]
        assert [condition.code for condition in conditions_of(organization) if not condition.met] == [missing]
    assert all(condition.met for condition in conditions_of(world.hong_ha))


@pytest.mark.django_db
def test_the_conditions_are_those_of_now_and_not_of_the_row_in_hand(world: World, noon: datetime) -> None:
    """PROG-1"""
    place_under(
        organization=Organization.objects.get(id=world.hong_ha.id),
        seller=world.sao_mai,
        by=world.acting(world.thu),
        at=noon,
    )
    with pytest.raises(CannotBePartner):
        apply(world, noon)


@pytest.mark.django_db
@pytest.mark.parametrize("edition", ["", "2020-01"])
def test_the_terms_in_force_are_accepted(world: World, noon: datetime, edition: str) -> None:
    """PROG-1"""
    with pytest.raises(TermsNotAccepted):
        apply_to_be_partner(organization=world.hong_ha, terms_edition=edition, by=world.acting(world.dung), at=noon)


@pytest.mark.django_db
def test_twice_is_once_and_withdrawn_it_may_be_asked_again(world: World, noon: datetime) -> None:
    """PROG-2"""
    first = apply(world, noon)
    with pytest.raises(ApplicationWaits):
        apply(world, noon)

    withdraw_application(application=first, by=world.acting(world.dung), at=noon)
    assert told_to(world.hong_ha, "partner_application_withdrawn") == [
        "dung@hongha.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    ]
    again = apply(world, noon + timedelta(hours=1))
    assert open_application_of(world.hong_ha) == again


@pytest.mark.django_db
def test_the_database_keeps_one_waiting_application(world: World, noon: datetime) -> None:
    """PROG-2"""
    apply(world, noon)
    with pytest.raises(IntegrityError, match="one_application_waits_at_a_time"), transaction.atomic():
        PartnerApplication.objects.create(
            organization=world.hong_ha,
            terms_edition=EDITION,
            asked_by=world.dung,
            asked_at=noon,
            due_at=noon + timedelta(days=3),
        )


def test_two_who_apply_at_once_apply_once(own_database: str, noon: datetime) -> None:
    """PROG-2"""
    world = a_world()
    ready = Barrier(2)

    def ask(_n: int) -> str:
        ready.wait()
        try:
            apply(world, noon)
        except ApplicationWaits:
            return "waits"
        finally:
            connections.close_all()
        return "applied"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(ask, range(2))) == ["applied", "waits"]
    assert PartnerApplication.objects.filter(organization=world.hong_ha).count() == 1
    assert told_to(world.hong_ha, "partner_application_received") == ["dung@hongha.example"]
