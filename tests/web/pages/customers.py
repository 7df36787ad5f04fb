"""What the tests of partners' customers share: asking an address, accepting, confirming, and reading a page."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from django.test import Client

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization, Person
from kanal.identity.queries import members_of
from kanal.kit import clock
from kanal.kit.ids import uuid7
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link
from kanal.onboarding.invite_customer import Wish, invite_customer
from tests.world import World

A_MOMENT = timedelta(minutes=10)


def asked(
    world: World, email: str, name: str = "", *, by: Person | None = None, partner: Organization | None = None
) -> CustomerLink:
    """Ten minutes ago, so that it can be sent again now."""
    partner = partner or world.sao_mai
    asker = by or members_of(partner)[0].person
    row = invite_customer(
        partner=partner,
        wish=Wish(email=email, friendly_name=name),
        batch=uuid7().hex,
        row=1,
        by=world.acting(asker),
        at=clock.now() - A_MOMENT,
    )
    assert row.link is not None, row.answer
    return row.link


def accepted(world: World, name: str = "") -> CustomerLink:
    """Hồng Hà says yes to Sao Mai."""
    link = asked(world, "dung@hongha.example", name)
    return accept_partner(link=link, customer=world.hong_ha, by=world.acting(world.dung), at=clock.now())


def confirmed(world: World, name: str = "") -> CustomerLink:
    return approve_customer_link(link=accepted(world, name), by=world.acting(world.minh), at=clock.now())


def read(client: Client, url: str, status: int = HTTPStatus.OK) -> str:
    """What stands on the page itself, without the shell around it."""
    response = client.get(url)
    assert response.status_code == status, (url, response.status_code)
    return response.text.partition('id="content"')[2] or response.text


def standing(link: CustomerLink) -> str:
    link.refresh_from_db()
    return link.state
