"""CONTR-2 60, 30 and 7 days before a contract ends both sides are told, exactly once each."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kanal.jobs.due import DUE
from kanal.jobs.tick import tick
from kanal.kit.models import TickRun
from kanal.partners.assign_account_manager import assign_account_manager
from kanal.partners.models import ContractWarning
from kanal.partners.plan_warnings import warnings_of
from kanal.partners.queries import partner_of
from tests.partners.contracts import a_contract
from tests.partners.test_contracts import change
from tests.world import World, a_world, tellings, told_to

ENDS_AT = datetime(2027, 3, 14, 17, tzinfo=UTC)  # the midnight in Hanoi that ends 14 March 2027


def told(world: World) -> list[tuple[int, str]]:
    """How many days were left, to whom."""
    found = tellings(world.sao_mai, "contract_ending")
    return [(telling["facts"]["days"], reader["email"]) for telling in found for reader in telling["to"]]


def go_on(until: datetime) -> None:
    """Months pass without the rounds of each day, which say nothing of contracts."""
    tick(until=until, sources=[source for source in DUE if not source.every_day])


def before(days: int) -> datetime:
    return ENDS_AT - timedelta(days=days)


LAN, MINH = "lan@saomai.example", "minh@saokhue.example"


@pytest.fixture
def world(own_database: str, noon: datetime) -> World:
    world = a_world()
    partner = partner_of(world.sao_mai)
    assert partner is not None
    assign_account_manager(partner=partner, person=world.minh, by=world.acting(world.thu), at=noon)
    go_on(until=noon)
    return world


def test_each_warning_comes_at_its_own_moment_and_once(world: World, noon: datetime) -> None:
    """CONTR-2"""
    a_contract(world, noon)

    go_on(until=before(60) - timedelta(seconds=1))
    assert told(world) == []
    for days, so_far in [(60, [60]), (30, [60, 30]), (7, [60, 30, 7])]:
        go_on(until=before(days))
        go_on(until=before(days) + timedelta(hours=1))
        assert told(world) == [(each, reader) for each in so_far for reader in (LAN, MINH)]
    go_on(until=ENDS_AT + timedelta(days=90))
    assert len(told(world)) == 6


def test_a_clock_that_jumps_skips_none(world: World, noon: datetime) -> None:
    """CONTR-2 Each is told as it would have been, with the days that were left then."""
    a_contract(world, noon)
    go_on(until=ENDS_AT + timedelta(days=400))

    assert told(world) == [(60, LAN), (60, MINH), (30, LAN), (30, MINH), (7, LAN), (7, MINH)]
    assert [warning.told_at for warning in ContractWarning.objects.order_by("due_at")] == [
        before(60),
        before(30),
        before(7),
    ]
    assert not TickRun.objects.filter(failed__gt=0).exists()


def test_recorded_late_it_is_warned_of_once_at_once(world: World) -> None:
    """CONTR-2 Of the moments that have passed only the nearest to the end is told."""
    late = before(20)
    go_on(until=late)
    a_contract(world, late)
    go_on(until=late)
    assert told(world) == [(20, LAN), (20, MINH)]

    go_on(until=ENDS_AT)
    assert [days for days, reader in told(world) if reader == LAN] == [20, 7]


def test_a_new_end_is_warned_of_anew_and_an_old_one_no_more(world: World, noon: datetime) -> None:
    """CONTR-2"""
    contract = a_contract(world, noon)
    go_on(until=before(45))
    change(world, contract, before(45), to_on=date(2028, 3, 13), why="Gia hạn")
    go_on(until=ENDS_AT)
    assert [days for days, reader in told(world) if reader == LAN] == [60]

    go_on(until=ENDS_AT + timedelta(days=366))
    assert [days for days, reader in told(world) if reader == LAN] == [60, 60, 30, 7]


def test_another_version_with_the_same_end_repeats_nothing(world: World, noon: datetime) -> None:
    """CONTR-2"""
    contract = a_contract(world, noon)
    go_on(until=before(20))
    change(world, contract, before(20), payment_terms_days=30)
    go_on(until=ENDS_AT)

    assert [days for days, reader in told(world) if reader == LAN] == [60, 30, 7]


def test_there_and_back_again_warns_of_what_was_not_told(world: World, noon: datetime) -> None:
    """CONTR-2"""
    contract = a_contract(world, noon)
    go_on(until=before(45))
    longer = change(world, contract, before(45), to_on=date(2028, 3, 13))
    change(world, longer, before(40), to_on=date(2027, 3, 14))
    go_on(until=ENDS_AT)

    assert [days for days, reader in told(world) if reader == LAN] == [60, 30, 7]


def test_without_an_account_manager_those_who_record_contracts_are_told(own_database: str, noon: datetime) -> None:
    """CONTR-2, PROG-4"""
    world = a_world()
    go_on(until=noon)
    a_contract(world, noon)
    go_on(until=before(60))

    assert told_to(world.sao_mai, "contract_ending") == [LAN, MINH, "thu@saokhue.example"]


@pytest.mark.parametrize(
    ("recorded_days_before", "planned"),
    [
        (61, [60, 30, 7]),
        (60, [60, 30, 7]),
        (59, [60, 30, 7]),
        (30, [30, 7]),
        (29, [30, 7]),
        (7, [7]),
        (1, [7]),
        (0, []),
    ],
)
def test_what_is_planned_for_a_contract_recorded_so_late(recorded_days_before: int, planned: list[int]) -> None:
    """CONTR-2"""
    recorded_at = before(recorded_days_before)
    found = warnings_of(ENDS_AT, recorded_at=recorded_at)

    assert [days for days, _moment in found] == planned
    assert all(moment >= recorded_at for _days, moment in found)
    assert [moment for days, moment in found if days < recorded_days_before] == [
        before(days) for days in planned if days < recorded_days_before
    ]
