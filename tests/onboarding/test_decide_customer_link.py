"""LINK-4 The desk confirms or rejects; LINK-5 what a confirmation opens; CRED-3 what it ends."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from kanal.customers.models import CustomerLink
from kanal.customers.operator_queries import waiting_links
from kanal.customers.queries import confirmed_link, may_fund_itself
from kanal.identity.acting import acting
from kanal.identity.change_billing_default import ReasonMissing, change_billing_default
from kanal.identity.desk_only import OnlyTheDesk
from kanal.identity.models import Organization
from kanal.identity.queries import books_of
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.ledger.answers import AccountClosed
from kanal.ledger.flows import Kind
from kanal.ledger.names import AccountName
from kanal.ledger.post import post
from kanal.ledger.queries import account_named
from kanal.onboarding.accept_partner import ConditionsNotMet, accept_partner
from kanal.onboarding.decide_customer_link import (
    approve_customer_link,
    approve_customer_links,
    reject_customer_link,
)
from kanal.onboarding.open_link import LinkHasMovedOn
from kanal.onboarding.unlink_customer import unlink_by_the_desk
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from tests.ledger.world import group, move, named
from tests.onboarding.links import DUNG, accepted, confirmed, in_state, invited
from tests.world import World, a_world, an_owner, records_of, tellings, told_to

State = CustomerLink.State


@pytest.fixture
def world() -> World:
    return a_world()


def wallet_at_sao_mai(world: World) -> AccountName:
    return AccountName(world.sao_mai.book_id, Kind.WALLET, "VND", world.hong_ha.id)


@pytest.mark.django_db
def test_confirmed_it_buys_from_the_partner_whose_book_has_its_wallet(world: World, noon: datetime) -> None:
    """LINK-5, CRED-3"""
    link = accepted(world, noon)
    assert may_fund_itself(world.hong_ha)
    assert account_named(wallet_at_sao_mai(world)) is None
    assert confirmed_link(world.sao_mai, world.hong_ha) is None

    approve_customer_link(link=link, by=world.acting(world.minh), at=noon + timedelta(days=1))

    customer = Organization.objects.get(id=world.hong_ha.id)
    found = confirmed_link(world.sao_mai, customer)
    assert found is not None
    assert (found.confirmed_at, found.decided_by) == (noon + timedelta(days=1), world.minh)
    assert (customer.seller, may_fund_itself(customer)) == (world.sao_mai, False)
    assert books_of(customer) == [world.hong_ha.book_id, world.sao_mai.book_id]
    wallet = account_named(wallet_at_sao_mai(world))
    assert wallet is not None
    assert (wallet.state, wallet.balance.amount) == ("OPEN", 0)
    assert confirmed_link(world.bien_dong, customer) is None


@pytest.mark.django_db
def test_all_three_sides_are_told_and_it_is_written_in_the_one_book(world: World, noon: datetime) -> None:
    """LINK-4, ALL-2"""
    link = confirmed(world, noon)

    told = [
        telling for telling in tellings(world.sao_mai, "customer_link_confirmed") if str(link.id) in telling["cause"]
    ]
    assert {reader["email"] for telling in told for reader in telling["to"]} == {
        DUNG,
        "lan@saomai.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    }
    placed, *_ = records_of(world.sao_mai, "organization.placed")
    assert placed.subject_id == str(world.hong_ha.id)
    assert records_of(world.hong_ha, "customer_link.confirmed") == []
    [written, *_] = records_of(world.sao_mai, "customer_link.confirmed")
    assert (written.subject_id, written.actor_name) == (str(link.id), "Nguyễn Thị Thu")


@pytest.mark.django_db
def test_a_rejection_says_why_to_both_and_leaves_the_customer_where_it_was(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = accepted(world, noon)
    with pytest.raises(ReasonMissing):
        reject_customer_link(link=link, why=" ", by=world.acting(world.thu), at=noon)
    reject_customer_link(link=link, why=" Thiếu giấy tờ ", by=world.acting(world.thu), at=noon)

    assert {telling["facts"]["why"] for telling in tellings(world.sao_mai, "customer_link_rejected")} == {
        "Thiếu giấy tờ"
    }
    assert {DUNG, "lan@saomai.example"} <= set(told_to(world.sao_mai, "customer_link_rejected"))
    assert may_fund_itself(Organization.objects.get(id=world.hong_ha.id))
    accepted(world, noon, partner=world.bien_dong)  # it is free for another one


@pytest.mark.django_db
def test_only_the_desk_decides(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = accepted(world, noon)
    acts: list[Callable[[Actor], object]] = [
        lambda by: approve_customer_link(link=link, by=by, at=noon),
        lambda by: reject_customer_link(link=link, why="x", by=by, at=noon),
        lambda by: unlink_by_the_desk(link=link, why="x", by=by, at=noon),
    ]
    for person in (world.lan, world.khoa, world.dung, world.an):
        for act in acts:
            with pytest.raises(OnlyTheDesk):
                act(world.acting(person))


@pytest.mark.django_db
def test_many_at_once_are_each_decided_by_itself(world: World, noon: datetime) -> None:
    """LINK-4"""
    links = []
    for number in range(3):
        owner, organization = an_owner("Ai", f"ai{number}@x.example", f"X {number}", "0100100022", at=noon)
        link = invited(world, noon, owner.email)
        links.append(accept_partner(link=link, customer=organization, by=acting(owner, organization), at=noon))
    postpaid = links[1].customer
    assert postpaid is not None
    to = Organization.BillingDefault.POSTPAID
    change_billing_default(organization=postpaid, to=to, why="x", by=world.acting(world.thu), at=noon)
    assert [link.id for link in waiting_links()] == [link.id for link in links]

    answers = approve_customer_links(links=links, by=world.acting(world.thu), at=noon)

    refusals = [refusal for _link, refusal in answers]
    assert [type(refusal) for refusal in refusals] == [type(None), ConditionsNotMet, type(None)]
    assert [CustomerLink.objects.get(id=link.id).state for link in links] == [
        "CONFIRMED",
        "AWAITING_PROVIDER",
        "CONFIRMED",
    ]


@pytest.mark.django_db
def test_who_comes_back_to_a_partner_has_its_old_wallet_again(world: World, noon: datetime) -> None:
    """LINK-5"""
    in_state(world, State.UNLINKED, noon)
    wallet = account_named(wallet_at_sao_mai(world))
    assert wallet is not None
    assert wallet.state == "CLOSED"
    book = world.sao_mai.book_id
    with pytest.raises(AccountClosed):
        post(group(move(named(Kind.CASH, book=book), wallet.name, 1), book=book))

    link = accepted(world, noon + timedelta(days=1))
    approve_customer_link(link=link, by=world.acting(world.thu), at=noon + timedelta(days=1))

    again = account_named(wallet_at_sao_mai(world))
    assert again is not None
    assert again.state == "OPEN"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What each came to, begun at the same moment in a connection of its own."""
    ready = Barrier(len(acts))

    def carried_out(act: Callable[[], object]) -> str:
        ready.wait()
        try:
            act()
        except Refusal as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(carried_out, acts))


@pytest.mark.parametrize("_round", range(3))
def test_of_two_partners_accepted_at_once_exactly_one_wins(own_database: str, noon: datetime, _round: int) -> None:
    """LINK-2, LINK-4"""
    world = a_world()
    links = [invited(world, noon), invited(world, noon, partner=world.bien_dong)]

    outcomes = at_once(
        *(
            lambda link=link: accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=noon)
            for link in links
        )
    )

    assert sorted(outcomes) == ["customer_conditions_not_met", "done"]
    assert sorted(CustomerLink.objects.filter(email=DUNG).values_list("state", flat=True)) == [
        "AWAITING_CUSTOMER",
        "AWAITING_PROVIDER",
    ]


@pytest.mark.parametrize("other", ["approve", "reject", "withdraw"])
def test_two_who_decide_at_once_decide_once(own_database: str, noon: datetime, other: str) -> None:
    """LINK-4"""
    world = a_world()
    link = accepted(world, noon)
    mine, yours = (CustomerLink.objects.get(id=link.id) for _n in range(2))
    against: dict[str, Callable[[], object]] = {
        "approve": lambda: approve_customer_link(link=yours, by=world.acting(world.minh), at=noon),
        "reject": lambda: reject_customer_link(link=yours, why="x", by=world.acting(world.minh), at=noon),
        "withdraw": lambda: withdraw_customer_link(link=yours, by=world.acting(world.lan), at=noon),
    }

    outcomes = at_once(lambda: approve_customer_link(link=mine, by=world.acting(world.thu), at=noon), against[other])

    assert sorted(outcomes) == ["customer_link_moved_on", "done"]
    link.refresh_from_db()
    seller = Organization.objects.get(id=world.hong_ha.id).seller
    assert (seller == world.sao_mai) == (link.state == State.CONFIRMED)


@pytest.mark.django_db
def test_what_was_decided_says_so(world: World, noon: datetime) -> None:
    """LINK-4"""
    link = confirmed(world, noon)
    with pytest.raises(LinkHasMovedOn) as refused:
        approve_customer_link(link=link, by=world.acting(world.minh), at=noon)
    assert refused.value.state == "CONFIRMED"
