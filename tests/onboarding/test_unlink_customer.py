"""LINK-7 Unlinking: asked by one side, agreed by the other, or by the desk; never before everything is settled."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic, sleep

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from kanal.credit.grant_credit import grant_credit
from kanal.credit.lock_accounts import lock_accounts
from kanal.credit.models import Grant, TemporaryLine
from kanal.credit.request_credit import request_credit
from kanal.customers.models import CustomerLink, Unlinking
from kanal.customers.operator_queries import open_unlinkings
from kanal.customers.queries import links_of, may_fund_itself, open_unlinking_of, unlinkings_of
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.models import Organization, Person
from kanal.identity.queries import books_of, trading_book_of
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Hold
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post
from kanal.onboarding.open_matters import MATTERS, matters_of
from kanal.onboarding.unlink_customer import (
    NotYoursToAnswer,
    StillOpen,
    UnlinkingAsked,
    UnlinkingNotAsked,
    agree_to_unlink,
    ask_to_unlink,
    refuse_unlinking,
    take_back_unlinking,
    unlink_by_the_desk,
)
from tests.ledger.world import balance, group, move, named, vnd
from tests.onboarding.links import DUNG, confirmed, put
from tests.world import World, a_world, records_of, tellings, told_to

State, Outcome = CustomerLink.State, Unlinking.Outcome


@pytest.fixture
def world() -> World:
    return a_world()


def sides(world: World) -> list[tuple[Person, Person]]:
    return [(world.lan, world.dung), (world.dung, world.lan)]


@pytest.mark.django_db
@pytest.mark.parametrize("first", [0, 1])
def test_one_side_asks_and_the_other_agrees(world: World, noon: datetime, first: int) -> None:
    """LINK-7, CRED-3"""
    link = confirmed(world, noon)
    asker, other = sides(world)[first]
    ask_to_unlink(link=link, by=world.acting(asker), at=noon, why=" Hết hợp đồng ")
    assert [telling["facts"]["why"] for telling in tellings(world.sao_mai, "unlink_asked")] == ["Hết hợp đồng"]
    assert told_to(world.sao_mai, "unlink_asked") == [other.email]

    agree_to_unlink(link=link, by=world.acting(other), at=noon)

    link.refresh_from_db()
    customer = Organization.objects.get(id=world.hong_ha.id)
    assert (link.state, link.unlinked_at) == (State.UNLINKED, noon)
    assert (customer.seller, may_fund_itself(customer)) == (world.sao_khue, True)
    assert trading_book_of(customer) == customer.book_id
    assert world.sao_mai.book_id in books_of(customer)  # the past stays readable
    assert link in links_of(world.sao_mai)
    [done] = unlinkings_of(link)
    assert (done.outcome, done.ended_by) == (Outcome.DONE, other)
    assert {DUNG, "lan@saomai.example", "thu@saokhue.example"} <= set(told_to(world.sao_mai, "customer_unlinked"))
    [written] = records_of(world.sao_mai, "customer_link.unlinked")
    assert written.why == "Hết hợp đồng"


@pytest.mark.django_db
@pytest.mark.parametrize("first", [0, 1])
def test_nobody_answers_their_own_asking(world: World, noon: datetime, first: int) -> None:
    """LINK-7"""
    link = confirmed(world, noon)
    asker, other = sides(world)[first]
    ask_to_unlink(link=link, by=world.acting(asker), at=noon)

    with pytest.raises(UnlinkingAsked):
        ask_to_unlink(link=link, by=world.acting(other), at=noon)
    with pytest.raises(NotYoursToAnswer):
        agree_to_unlink(link=link, by=world.acting(asker), at=noon)
    with pytest.raises(NotYoursToAnswer):
        refuse_unlinking(link=link, by=world.acting(asker), at=noon)
    with pytest.raises(NotYoursToAnswer):
        take_back_unlinking(link=link, by=world.acting(other), at=noon)
    assert open_unlinking_of(link) is not None


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["take back", "refuse"])
def test_an_asking_that_comes_to_nothing_leaves_the_link_and_may_be_made_again(
    world: World, noon: datetime, way: str
) -> None:
    """LINK-7"""
    link = confirmed(world, noon)
    ask_to_unlink(link=link, by=world.acting(world.lan), at=noon)
    if way == "take back":
        take_back_unlinking(link=link, by=world.acting(world.lan), at=noon)
        assert told_to(world.sao_mai, "unlink_taken_back") == [DUNG]
    else:
        refuse_unlinking(link=link, by=world.acting(world.dung), at=noon, why="Còn hợp đồng")
        assert told_to(world.sao_mai, "unlink_refused") == ["lan@saomai.example"]

    link.refresh_from_db()
    assert link.state == State.CONFIRMED
    for act in (agree_to_unlink, refuse_unlinking, take_back_unlinking):
        with pytest.raises(UnlinkingNotAsked):
            act(link=link, by=world.acting(world.dung), at=noon)
    ask_to_unlink(link=link, by=world.acting(world.dung), at=noon)
    assert [each.link for each in open_unlinkings()] == [link]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", [True, False])
def test_the_desk_unlinks_with_a_reason(world: World, noon: datetime, asked: bool) -> None:
    """LINK-7"""
    link = confirmed(world, noon)
    if asked:
        ask_to_unlink(link=link, by=world.acting(world.lan), at=noon)
    with pytest.raises(ReasonMissing):
        unlink_by_the_desk(link=link, why="  ", by=world.acting(world.thu), at=noon)

    unlink_by_the_desk(link=link, why="Vi phạm hợp đồng", by=world.acting(world.minh), at=noon)

    link.refresh_from_db()
    assert link.state == State.UNLINKED
    assert not open_unlinkings().exists()
    by_the_desk = unlinkings_of(link).get(side=Unlinking.Side.DESK)
    assert (by_the_desk.why, by_the_desk.ended_by) == ("Vi phạm hợp đồng", world.minh)


def held(world: World) -> None:
    wallet = put(world.hong_ha, Kind.WALLET, book=world.sao_mai.book_id)
    post(group(Hold(account=wallet, money=vnd(5)), book=world.sao_mai.book_id))


def a_line(world: World) -> None:
    book = world.sao_mai.book_id
    pool, line = named(Kind.POOL, world.sao_mai.id, book=book), named(Kind.LINE, world.hong_ha.id, book=book)
    open_accounts([pool, line], at=world.sao_mai.created_at)
    limits = named(Kind.LIMIT_SOURCE, book=book)
    post(group(move(limits, pool, 9), move(pool, line, 9), book=book))


def a_temporary_line(world: World) -> None:
    TemporaryLine.objects.create(
        book_id=world.sao_mai.book_id,
        partner_id=world.sao_mai.id,
        customer_id=world.hong_ha.id,
        amount=1,
        currency="LIMIT_VND",
        ends_at=world.sao_mai.created_at + timedelta(days=90),
    )


def a_request(world: World) -> None:
    customer = Organization.objects.get(id=world.hong_ha.id)
    by, at = world.acting(world.dung), world.sao_mai.created_at + timedelta(days=40)
    request_credit(customer=customer, money=vnd(5), by=by, at=at, request_id="asked")


def a_grant_to_be_signed(world: World) -> None:
    at = world.sao_mai.created_at + timedelta(days=40)
    grant_credit(
        organization=Organization.objects.get(id=world.hong_ha.id),
        money=vnd(settings.KANAL_SECOND_PERSON_ABOVE + 1),
        ends_at=at + timedelta(days=60),
        why="Chào mừng",
        by=world.acting(world.hanh),
        at=at,
        request_id="ordered",
    )


OPEN: dict[str, tuple[Callable[[World], object], list[str]]] = {
    "wallet": (lambda world: put(world.hong_ha, Kind.WALLET, book=world.sao_mai.book_id), ["WALLET_RETURNED"]),
    "hold": (held, ["WALLET_RETURNED", "NOTHING_HELD"]),
    "advance": (lambda world: put(world.hong_ha, Kind.ADVANCE, book=world.sao_mai.book_id), ["NO_ADVANCE"]),
    "bill": (lambda world: put(world.hong_ha, Kind.OWED, book=world.sao_mai.book_id), ["BILLS_SETTLED"]),
    "receipt": (lambda world: put(world.hong_ha, Kind.RECEIPTS, book=world.sao_mai.book_id), ["RECEIPTS_ALLOCATED"]),
    "line": (a_line, ["LINE_WITHDRAWN"]),
    "temporary line": (a_temporary_line, ["NO_TEMPORARY_LINE"]),
    "request": (a_request, ["REQUESTS_ANSWERED"]),
    "order of the desk": (a_grant_to_be_signed, ["NOTHING_TO_SIGN"]),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", OPEN)
def test_what_is_still_open_stops_everybody_and_is_named(world: World, noon: datetime, what: str) -> None:
    """LINK-7"""
    link = confirmed(world, noon)
    make, codes = OPEN[what]
    make(world)
    assert [matter.code for matter in matters_of(link) if not matter.met] == codes
    ask_to_unlink(link=link, by=world.acting(world.lan), at=noon)

    acts: list[Callable[[], object]] = [
        lambda: agree_to_unlink(link=link, by=world.acting(world.dung), at=noon),
        lambda: unlink_by_the_desk(link=link, why="x", by=world.acting(world.thu), at=noon),
    ]
    for act in acts:
        with pytest.raises(StillOpen) as refused:
            act()
        assert refused.value.matters == codes
        assert str(refused.value)
    link.refresh_from_db()
    assert link.state == State.CONFIRMED
    assert open_unlinking_of(link) is not None


def test_promotional_and_trial_credit_lapses(own_database: str, noon: datetime) -> None:
    """LINK-7"""
    world = a_world()
    link = confirmed(world, noon)
    customer = Organization.objects.get(id=world.hong_ha.id)
    for is_poc in (False, True):
        grant_credit(
            organization=customer,
            money=vnd(1000),
            ends_at=noon + timedelta(days=60),
            why="Chào mừng",
            is_poc=is_poc,
            by=world.acting(world.hanh),
            at=noon,
            request_id=f"grant {is_poc}",
        )
    grants = Grant.objects.filter(book_id=world.sao_mai.book_id, owner_id=customer.id)
    assert [balance(grant.account) for grant in grants] == [1000, 1000]
    assert all(matter.met for matter in matters_of(link))

    unlink_by_the_desk(link=link, why="x", by=world.acting(world.thu), at=noon)

    assert [balance(grant.account) for grant in grants.all()] == [0, 0]
    assert {grant.lapsed_at for grant in grants.all()} == {noon}
    link.refresh_from_db()
    assert link.state == State.UNLINKED


@pytest.mark.django_db
def test_what_stands_in_its_own_book_is_not_the_partners_matter(world: World, noon: datetime) -> None:
    """LINK-7"""
    link = confirmed(world, noon)
    put(world.hong_ha, Kind.OWED)

    assert all(matter.met for matter in matters_of(link))


def test_every_matter_has_a_code_of_its_own() -> None:
    """LINK-7"""
    codes = [matter.code for matter in MATTERS]
    assert len(set(codes)) == len(codes)
    assert all(str(matter.label) for matter in MATTERS)


def test_a_line_that_is_handed_out_meanwhile_keeps_them_together(own_database: str, noon: datetime) -> None:
    """LINK-7 Who hands out a line holds the wallet's row until it is done (LINK-5), and parting waits for that."""
    world = a_world()
    link = confirmed(world, noon)
    book = world.sao_mai.book_id
    wallet = named(Kind.WALLET, world.hong_ha.id, book=book)
    outcome: list[str] = []

    def part() -> None:
        try:
            unlink_by_the_desk(link=link, why="x", by=world.acting(world.thu), at=noon)
        except StillOpen as refused:
            outcome.extend(refused.matters)
        finally:
            connections.close_all()

    parting = Thread(target=part)
    with transaction.atomic():
        lock_accounts([wallet])
        a_line(world)
        parting.start()
        wait_until_somebody_waits_for(connection)
    parting.join()

    assert outcome == ["LINE_WITHDRAWN"]
    link.refresh_from_db()
    assert link.state == State.CONFIRMED


def wait_until_somebody_waits_for(holder: BaseDatabaseWrapper) -> None:
    """As the server sees it, so that nothing is left to luck."""
    deadline = monotonic() + 20
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))"
    with holder.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [(mine,)] = cursor.fetchall()
        while monotonic() < deadline:
            cursor.execute(waiting, [mine])
            [(count,)] = cursor.fetchall()
            if count:
                return
            sleep(0.02)
    raise AssertionError("nobody waits")
