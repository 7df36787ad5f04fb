"""Accounts, as the partner's people see them: the list, one of them, and what can be done now."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kanal.customers.models import CustomerLink
from kanal.identity.change_roles import change_roles
from kanal.identity.permissions import Permission
from kanal.identity.roles import Role
from kanal.kit import clock
from kanal.kit.ids import public_id, uuid7
from kanal.onboarding.decide_customer_link import approve_customer_link
from kanal.onboarding.decline_partner import decline_partner
from kanal.web.pages import account_parts
from kanal.web.pages.account_parts import AccountColumn, Block
from kanal.web.parts.declared import Column
from tests.web.pages.conftest import Browser
from tests.web.pages.customers import accepted, asked, confirmed, read, standing
from tests.web.samples import Owner, an_own_organization
from tests.world import World

pytestmark = pytest.mark.django_db

PAGE = "/partner/accounts/"
CLOCK = "kit_clockshift"  # asked once in a while, whatever the page


def test_customers_and_own_organizations_stand_in_one_list(world: World, browser: Browser) -> None:
    """LINK-1, PROG-5"""
    asked(world, "moi@khach.example", "Khách mới")
    an_own_organization(world, Owner(world.sao_mai, world.lan))
    text = read(browser(world.lan), PAGE)
    assert "Khách mới" in text
    assert "moi@khach.example" in text
    assert "an@anphat.example" in text
    assert f"Chi nhánh {world.sao_mai.name}" in text
    assert "Awaiting customer" in text

    own = read(browser(world.lan), f"{PAGE}?relation=OWN")
    assert "Chi nhánh" in own
    assert "moi@khach.example" not in own
    assert "moi@khach.example" not in read(browser(world.lan), f"{PAGE}?role=OWN")


def test_it_is_found_by_the_beginning_of_a_word(world: World, browser: Browser) -> None:
    asked(world, "moi@khach.example", "Khách mới")
    assert "moi@khach.example" in read(browser(world.lan), f"{PAGE}?q=khach mo")
    assert "moi@khach.example" not in read(browser(world.lan), f"{PAGE}?q=hach")


def test_a_status_is_filtered_as_the_badge_says_it(world: World, browser: Browser) -> None:
    """LINK-4 What was not answered in time is such before the tick has said so."""
    link = asked(world, "cham@khach.example")
    late = clock.now() - timedelta(minutes=1)
    CustomerLink.objects.filter(id=link.id).update(sent_at=late - timedelta(days=30), expires_at=late)
    assert standing(link) == "AWAITING_CUSTOMER"
    client = browser(world.lan)
    assert "cham@khach.example" not in read(client, f"{PAGE}?status=AWAITING_CUSTOMER")
    unanswered = read(client, f"{PAGE}?status=NO_RESPONSE")
    assert "cham@khach.example" in unanswered
    assert 'data-status="NO_RESPONSE"' in unanswered


def test_the_list_is_exported_as_it_is_filtered(world: World, browser: Browser) -> None:
    asked(world, "moi@khach.example", "Khách mới")
    response = browser(world.lan).get(f"{PAGE}?status=CONFIRMED&export=csv")
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "an@anphat.example" in text
    assert "moi@khach.example" not in text
    assert "Actions" not in text


def test_sales_limited_to_their_own_see_no_others(world: World, browser: Browser) -> None:
    """ID-6"""
    change_roles(
        membership=world.membership_of(world.hung),
        roles=[Role.PARTNER_SALES],
        own_customers_only=True,
        by=world.acting(world.lan),
        at=clock.now(),
    )
    others = asked(world, "lan@khach.example", by=world.lan)
    own = asked(world, "hung@khach.example", by=world.hung)
    client = browser(world.hung)
    text = read(client, PAGE)
    assert own.email in text
    assert others.email not in text
    assert client.get(reverse("partner_account", args=[own.id])).status_code == 200
    assert client.get(reverse("partner_account", args=[others.id])).status_code == 404
    assert others.email not in client.get("/search/?q=lan").text


@pytest.mark.parametrize("act", ["", "rename/", "assign/", "again/", "withdraw/", "unlink/"])
def test_a_rivals_customer_is_as_one_that_does_not_exist(world: World, browser: Browser, act: str) -> None:
    """ALL-1 In every byte, but for the name of the request."""
    link = confirmed(world)
    khoa = browser(world.khoa)
    for method in (khoa.get, khoa.post):
        rival = method(f"{PAGE}{link.public_id}/{act}")
        nobody = method(f"{PAGE}{public_id('cus', uuid7())}/{act}")
        assert rival.status_code == nobody.status_code
        assert rival.status_code == (404 if act or method == khoa.get else 405)
        assert without_what_varies(rival.text, link.public_id) == without_what_varies(nobody.text, "")


def without_what_varies(text: str, own_id: str) -> str:
    assert not own_id or own_id not in text.partition('id="content"')[2]
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    text = re.sub(r"<code>[0-9a-f]+</code>", "", text)
    return re.sub(r"cus_\w+", "cus", text)


def test_what_can_be_done_follows_the_state(world: World, browser: Browser) -> None:
    """LINK-4"""
    client = browser(world.lan)
    waiting, agreed = asked(world, "moi@khach.example"), accepted(world)
    text = read(client, reverse("partner_account", args=[waiting.id]))
    for act in ("again", "withdraw", "rename", "assign"):
        assert reverse(f"partner_account_{act}", args=[waiting.id]) in text
    assert reverse("partner_account_unlink", args=[waiting.id]) not in text
    text = read(client, reverse("partner_account", args=[agreed.id]))
    assert reverse("partner_account_again", args=[agreed.id]) not in text
    assert "nothing is to be sent" in text
    text = read(client, reverse("partner_account", args=[confirmed_link(world).id]))
    assert "partner/accounts/" in text
    assert reverse("partner_account_unlink", args=[confirmed_link(world).id]) in text


def confirmed_link(world: World) -> CustomerLink:
    return CustomerLink.objects.get(customer=world.an_phat, state="CONFIRMED")


def test_a_viewer_reads_why_not(world: World, browser: Browser) -> None:
    """ID-8"""
    link = asked(world, "moi@khach.example")
    text = read(browser(world.phuc), reverse("partner_account", args=[link.id]))
    assert "Only an administrator or sales does this." in text
    assert reverse("partner_account_withdraw", args=[link.id]) not in text
    assert browser(world.phuc).post(reverse("partner_account_withdraw", args=[link.id])).status_code == 403


def test_sent_again_at_most_once_in_three_minutes(world: World, browser: Browser) -> None:
    """LINK-4"""
    link, client = asked(world, "moi@khach.example"), browser(world.hung)
    page = reverse("partner_account_again", args=[link.id])
    assert "Send the invitation to moi@khach.example again?" in read(client, page)
    assert client.post(page).status_code == 302
    assert "It can be sent again from" in read(client, reverse("partner_account", args=[link.id]))
    again = client.post(page)
    assert again.status_code == 422
    assert "sent a moment ago" in again.text


def test_it_is_renamed_assigned_and_withdrawn(world: World, browser: Browser) -> None:
    """LINK-1, LINK-4, ID-6"""
    link, client = asked(world, "moi@khach.example", "Cũ", by=world.lan), browser(world.lan)
    client.post(reverse("partner_account_rename", args=[link.id]), {"friendly_name": " Tên   mới "})
    link.refresh_from_db()
    assert link.friendly_name == "Tên mới"
    hung = world.membership_of(world.hung)
    client.post(reverse("partner_account_assign", args=[link.id]), {"person": str(hung.pk)})
    link.refresh_from_db()
    assert link.assigned_to == world.hung
    stranger = client.post(reverse("partner_account_assign", args=[link.id]), {"person": str(uuid7())})
    assert stranger.status_code == 422
    client.post(reverse("partner_account_withdraw", args=[link.id]))
    assert standing(link) == "WITHDRAWN"
    text = read(client, reverse("partner_account", args=[link.id]))
    assert "Add again" in text
    assert "email=moi%40khach.example" in text


def test_who_answered_is_the_address_to_the_partner(world: World, browser: Browser) -> None:
    """LINK-3 A name would tell that there is an account; the desk reads it."""
    link = asked(world, "dung@hongha.example")
    decline_partner(link=link, by=world.acting(world.dung), at=clock.now())
    text = read(browser(world.lan), reverse("partner_account", args=[link.id]))
    assert "Invitation declined" in text
    assert str(world.dung) not in text
    assert world.hong_ha.name not in text
    assert str(world.dung) in read(browser(world.minh), reverse("desk_customer", args=[link.id]))


def test_the_organization_is_known_once_it_is_confirmed(world: World, browser: Browser) -> None:
    """LINK-3"""
    link = accepted(world, "Hồng")
    page = reverse("partner_account", args=[link.id])
    assert world.hong_ha.name not in read(browser(world.lan), page)
    approve_customer_link(link=link, by=world.acting(world.minh), at=clock.now())
    assert world.hong_ha.name in read(browser(world.lan), page)


def test_other_rooms_add_columns_and_blocks(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    column = AccountColumn(Column("wallet", "Wallet", lambda row: f"wallet of {row}"), Permission.CUSTOMERS_READ)
    block = Block("Wallet", "parts/facts.html", Permission.CUSTOMERS_READ, lambda _request, _link: {"facts": []})
    hidden = Block("Margin", "parts/facts.html", Permission.CUSTOMERS_ASSIGN, lambda _request, _link: {"facts": []})
    monkeypatch.setattr(account_parts, "COLUMNS", [column])
    monkeypatch.setattr(account_parts, "BLOCKS", [block, hidden])
    client = browser(world.phuc)
    assert "wallet of" in read(client, PAGE)
    text = read(client, reverse("partner_account", args=[confirmed_link(world).id]))
    assert "Wallet</h2>" in text
    assert "Margin</h2>" not in text


def test_search_finds_accounts_of_ones_own(world: World, browser: Browser) -> None:
    """ALL-1"""
    link = asked(world, "moi@khach.example", "Khách mới")
    url = reverse("partner_account", args=[link.id])
    assert url in browser(world.lan).get("/search/?q=khach").text
    assert url not in browser(world.khoa).get("/search/?q=khach").text
    assert reverse("desk_customer", args=[link.id]) in browser(world.thu).get("/search/?q=khach").text


def test_the_overview_says_which_customers_need_attention(world: World, browser: Browser) -> None:
    link = asked(world, "dung@hongha.example", "Hồng")
    assert "Nobody waits for you." in read(browser(world.lan), "/partner/")
    decline_partner(link=link, by=world.acting(world.dung), at=clock.now())
    text = read(browser(world.lan), "/partner/")
    assert "Declined; ask why, and add it again" in text
    assert reverse("partner_account", args=[link.id]) in text


@pytest.mark.parametrize(("name", "page"), [("lan", PAGE), ("vy", "/desk/customers/all/")])
def test_a_list_costs_as_much_with_many_rows_as_with_few(world: World, browser: Browser, name: str, page: str) -> None:
    client, costs = browser(getattr(world, name)), []
    for n in (2, 12):
        for each in range(n):
            asked(world, f"khach{n}.{each}@khach.example", f"Khách {each}")
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        costs.append([query["sql"][:90] for query in queries if CLOCK not in query["sql"]])
    assert costs[0] == costs[1]
