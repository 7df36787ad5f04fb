"""LINK-4 The whole way of a customer: invited, accepted, confirmed, unlinked."""

from datetime import datetime, timedelta

import pytest

from kanal.customers.models import CustomerLink
from kanal.identity.queries import trading_book_of
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link
from kanal.onboarding.invite_customer import Wish, invite_customer
from kanal.onboarding.unlink_customer import agree_to_unlink, ask_to_unlink
from tests.world import World, a_world, told_to


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.mark.django_db
def test_a_customer_comes_and_goes(world: World, noon: datetime) -> None:
    """LINK-4, LINK-5, LINK-7"""
    row = invite_customer(
        partner=world.sao_mai, wish=Wish(email="dung@hongha.example", friendly_name="Hồng Hà"), batch="b", row=1,
        by=world.acting(world.hung), at=noon,
    )  # fmt: skip
    assert row.answer == "SENT"
    assert row.link is not None
    link = accept_partner(link=row.link, customer=world.hong_ha, by=world.acting(world.dung), at=noon)
    link = approve_customer_link(link=link, by=world.acting(world.thu), at=noon + timedelta(days=1))
    world.hong_ha.refresh_from_db()
    assert world.hong_ha.seller == world.sao_mai
    assert trading_book_of(world.hong_ha) == world.sao_mai.book_id

    ask_to_unlink(link=link, by=world.acting(world.hung), at=noon)
    agree_to_unlink(link=link, by=world.acting(world.dung), at=noon)
    link.refresh_from_db()
    assert link.state == CustomerLink.State.UNLINKED
    world.hong_ha.refresh_from_db()
    assert world.hong_ha.seller == world.sao_khue
    assert sorted(told_to(world.sao_mai, "customer_unlinked")) == [
        "dung@hongha.example",
        "hung@saomai.example",
        "lan@saomai.example",
        "minh@saokhue.example",
        "thu@saokhue.example",
    ]
