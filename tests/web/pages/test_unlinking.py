"""Ending the relation of a partner and its customer, on the pages of all three sides."""

import pytest
from django.urls import reverse

from kanal.customers.models import CustomerLink
from kanal.kit import clock
from kanal.kit.actor import Actor
from kanal.kit.money import Money
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.post import post
from tests.web.pages.conftest import Browser
from tests.web.pages.customers import asked, confirmed, read, standing
from tests.world import World

pytestmark = pytest.mark.django_db

CONSOLE = "/console/my-partner/unlink/"


def by_partner(link: CustomerLink) -> str:
    return reverse("partner_account_unlink", args=[link.id])


def top_up(world: World, link: CustomerLink) -> None:
    """So that something is still open."""
    book_id = world.sao_mai.book_id
    cash = AccountName(book_id, Kind.CASH, "VND")
    assert link.customer_id is not None
    wallet = AccountName(book_id, Kind.WALLET, "VND", link.customer_id)
    key = RequestKey(book_id, world.sao_mai.id, "test", "one")
    by = Actor.job("test", organization_id=world.sao_mai.id)
    moves = [Move(source=cash, target=wallet, money=Money(5))]
    post(Group(key=key, moves=moves, act="wallet.funded", by=by, at=clock.now()))


def test_the_partner_asks_and_the_customer_agrees(world: World, browser: Browser) -> None:
    """LINK-7"""
    link, partner, customer = confirmed(world), browser(world.lan), browser(world.dung)
    assert 'value="ask"' in read(partner, by_partner(link))
    assert partner.post(by_partner(link), {"act": "ask", "why": "Hết hợp đồng"}).status_code == 302
    assert "You asked to unlink on" in read(partner, reverse("partner_account", args=[link.id]))
    assert 'value="take_back"' in read(partner, by_partner(link))
    assert partner.post(by_partner(link), {"act": "agree"}).status_code == 422

    assert "Your partner asked to unlink on" in read(customer, reverse("console_my_partner"))
    text = read(customer, CONSOLE)
    assert "Hết hợp đồng" in text
    assert 'value="agree"' in text
    assert customer.post(CONSOLE, {"act": "agree"})["Location"] == reverse("console_my_partner")
    assert standing(link) == "UNLINKED"
    assert "Unlinked" in read(partner, reverse("partner_account", args=[link.id]))
    assert "You buy from the provider directly" in read(customer, reverse("console_my_partner"))


def test_the_customer_asks_and_takes_it_back(world: World, browser: Browser) -> None:
    """LINK-7"""
    link, customer = confirmed(world), browser(world.dung)
    customer.post(CONSOLE, {"act": "ask", "why": ""})
    assert "Asks to unlink; answer it" in read(browser(world.lan), "/partner/")
    assert world.hong_ha.name in read(browser(world.quan), reverse("desk_unlinkings"))
    customer.post(CONSOLE, {"act": "take_back"})
    assert 'value="ask"' in read(customer, CONSOLE)
    assert standing(link) == "CONFIRMED"


def test_the_partner_does_not_agree(world: World, browser: Browser) -> None:
    """LINK-7"""
    link, customer, partner = confirmed(world), browser(world.dung), browser(world.lan)
    customer.post(CONSOLE, {"act": "ask", "why": ""})
    partner.post(by_partner(link), {"act": "refuse", "why": "Còn hợp đồng"})
    assert standing(link) == "CONFIRMED"
    assert "Còn hợp đồng" in read(customer, reverse("console_my_partner"))


def test_what_is_still_open_stands_on_the_page_and_stops_it(world: World, browser: Browser) -> None:
    """LINK-7"""
    link, customer, partner = confirmed(world), browser(world.dung), browser(world.lan)
    top_up(world, link)
    assert 'data-met="no"' in read(partner, by_partner(link))
    partner.post(by_partner(link), {"act": "ask", "why": ""})
    refused = customer.post(CONSOLE, {"act": "agree", "why": ""})
    assert refused.status_code == 422
    assert "The wallet is at zero" in refused.text
    assert standing(link) == "CONFIRMED"


def test_the_desk_unlinks_with_a_reason(world: World, browser: Browser) -> None:
    """LINK-7"""
    link, client = confirmed(world), browser(world.minh)
    page = reverse("desk_unlink_customer", args=[link.id])
    assert client.post(page, {"why": ""}).status_code == 422
    assert client.post(page, {"why": "Đối tác ngừng hoạt động"}).status_code == 302
    assert standing(link) == "UNLINKED"


def test_only_a_confirmed_customer_can_be_unlinked(world: World, browser: Browser) -> None:
    """LINK-7"""
    link = asked(world, "moi@khach.example")
    response = browser(world.lan).get(by_partner(link))
    assert response["Location"] == reverse("partner_account", args=[link.id])
    assert browser(world.dung).get(CONSOLE)["Location"] == reverse("console_my_partner")


def test_only_heads_unlink(world: World, browser: Browser) -> None:
    """ID-8"""
    link = confirmed(world)
    assert browser(world.hung).get(by_partner(link)).status_code == 403
    assert browser(world.chi).get(CONSOLE).status_code == 403
    assert browser(world.vy).get(reverse("desk_unlink_customer", args=[link.id])).status_code == 403
