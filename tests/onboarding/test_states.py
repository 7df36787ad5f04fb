"""LINK-4 Every act on a link in every state: what is allowed changes it, what is not leaves it as it was."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization
from kanal.kit.refusal import Refusal
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link, reject_customer_link
from kanal.onboarding.decline_partner import decline_partner
from kanal.onboarding.expire_customer_links import expire_customer_links
from kanal.onboarding.open_link import LinkHasMovedOn
from kanal.onboarding.resend_customer_invitation import resend_customer_invitation
from kanal.onboarding.unlink_customer import UnlinkingNotAsked, agree_to_unlink, ask_to_unlink, unlink_by_the_desk
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link
from tests.onboarding.links import ask, in_state
from tests.world import World, a_world

State = CustomerLink.State
Act = Callable[[World, CustomerLink, datetime], object]
ACTS: dict[str, Act] = {
    "resend": lambda world, link, at: resend_customer_invitation(link=link, by=world.acting(world.lan), at=at),
    "accept": lambda world, link, at: accept_partner(
        link=link, customer=world.hong_ha, by=world.acting(world.dung), at=at
    ),
    "decline": lambda world, link, at: decline_partner(link=link, by=world.acting(world.dung), at=at),
    "withdraw": lambda world, link, at: withdraw_customer_link(link=link, by=world.acting(world.lan), at=at),
    "approve": lambda world, link, at: approve_customer_link(link=link, by=world.acting(world.thu), at=at),
    "reject": lambda world, link, at: reject_customer_link(link=link, why="x", by=world.acting(world.thu), at=at),
    "ask to unlink": lambda world, link, at: ask_to_unlink(link=link, by=world.acting(world.lan), at=at),
    "agree to unlink": lambda world, link, at: agree_to_unlink(link=link, by=world.acting(world.dung), at=at),
    "unlink": lambda world, link, at: unlink_by_the_desk(link=link, why="x", by=world.acting(world.thu), at=at),
}
LEADS_TO: dict[tuple[str, str], str] = {
    ("AWAITING_CUSTOMER", "resend"): "AWAITING_CUSTOMER",
    ("AWAITING_CUSTOMER", "accept"): "AWAITING_PROVIDER",
    ("AWAITING_CUSTOMER", "decline"): "DECLINED",
    ("AWAITING_CUSTOMER", "withdraw"): "WITHDRAWN",
    ("AWAITING_PROVIDER", "withdraw"): "WITHDRAWN",
    ("AWAITING_PROVIDER", "approve"): "CONFIRMED",
    ("AWAITING_PROVIDER", "reject"): "REJECTED",
    ("CONFIRMED", "ask to unlink"): "CONFIRMED",
    ("CONFIRMED", "unlink"): "UNLINKED",
}


@pytest.fixture
def world() -> World:
    return a_world()


def after(link: CustomerLink, noon: datetime) -> datetime:
    """A little after it came to where it is."""
    return (link.expires_at if link.state == State.NO_RESPONSE else noon) + timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_leads_where_the_rule_says_or_nowhere(
    world: World, noon: datetime, state: CustomerLink.State, act: str
) -> None:
    """LINK-4"""
    link = in_state(world, state, noon)
    soon = after(link, noon)
    before = CustomerLink.objects.filter(id=link.id).values().get()
    target = LEADS_TO.get((state.value, act))

    if target is None:
        with pytest.raises((LinkHasMovedOn, UnlinkingNotAsked)) as refused:
            ACTS[act](world, link, soon)
        assert str(refused.value)
        assert CustomerLink.objects.filter(id=link.id).values().get() == before
    else:
        ACTS[act](world, link, soon)
        link.refresh_from_db()
        assert link.state == target


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_time_ends_only_what_is_not_answered(world: World, noon: datetime, state: CustomerLink.State) -> None:
    """LINK-4"""
    link = in_state(world, state, noon)
    expire_customer_links(at=noon + timedelta(days=400))

    link.refresh_from_db()
    assert link.state == (State.NO_RESPONSE if state == State.AWAITING_CUSTOMER else state)


@pytest.mark.django_db
@pytest.mark.parametrize("state", State)
def test_an_address_is_added_again_only_when_nothing_is_under_way(
    world: World, noon: datetime, state: CustomerLink.State
) -> None:
    """LINK-1, LINK-4"""
    link = in_state(world, state, noon)
    row = ask(world, after(link, noon))

    under_way = state in {State.AWAITING_CUSTOMER, State.AWAITING_PROVIDER, State.CONFIRMED}
    assert row.answer == ("CANNOT" if under_way else "SENT")
    link.refresh_from_db()
    assert link.state == state
    assert (link.replaced_at is None) == under_way


@pytest.mark.django_db
def test_who_bought_from_whom_follows_the_state(world: World, noon: datetime) -> None:
    """LINK-4, LINK-5"""
    link = in_state(world, State.AWAITING_PROVIDER, noon)
    assert Organization.objects.get(id=world.hong_ha.id).seller == world.sao_khue
    approve_customer_link(link=link, by=world.acting(world.thu), at=noon)
    assert Organization.objects.get(id=world.hong_ha.id).seller == world.sao_mai
    unlink_by_the_desk(link=link, why="x", by=world.acting(world.thu), at=noon)
    assert Organization.objects.get(id=world.hong_ha.id).seller == world.sao_khue


def test_every_way_of_moving_on_has_a_sentence() -> None:
    """LINK-4"""
    assert all(isinstance(LinkHasMovedOn(state=state), Refusal) and str(LinkHasMovedOn(state=state)) for state in State)
