"""The form of many rows: typed, checked as it is typed, asked row by row, answered in four words."""

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client

from kanal.customers.models import CustomerLink
from kanal.kit import clock
from kanal.onboarding.models import InvitedRow
from tests.web.pages.conftest import Browser
from tests.web.pages.customers import asked, read
from tests.world import World, a_person, an_owner, tellings

pytestmark = pytest.mark.django_db

PAGE, CHECK = "/partner/accounts/add/", "/partner/accounts/add/check/"
BATCH = "b" * 32


def rows(*typed: tuple[str, str], act: str = "add", first: int = 1) -> dict[str, object]:
    """As the form sends them: each row by its number, and which button was pressed."""
    data: dict[str, object] = {"batch": BATCH, "row": [str(n) for n in range(first, first + len(typed))], "act": act}
    for number, (email, name) in enumerate(typed, start=first):
        data |= {f"row{number}-email": email, f"row{number}-friendly_name": name, f"row{number}-role": "PARTNER"}
    return data


def sent(client: Client, *typed: tuple[str, str]) -> str:
    """The page of answers that follows."""
    response = client.post(PAGE, rows(*typed))
    assert response.status_code == 302, response.text
    return read(client, response["Location"])


def test_each_row_is_answered_by_itself(world: World, browser: Browser) -> None:
    """LINK-1, LINK-3"""
    text = sent(
        browser(world.hung),
        ("moi@khach.example", "Khách mới"),
        ("MOI@khach.example", ""),
        ("hung@saomai.example", ""),
        ("an@anphat.example", ""),
        ("dung@hongha.example", ""),
    )
    answers = re.findall(r'data-status="(\w+)"', text)
    assert answers == ["SENT", "TWICE", "YOU", "CANNOT", "SENT"]
    assert "2 of 5 invitations are sent." in text
    assert "Cannot be added now" in text
    assert CustomerLink.objects.filter(email__in=["moi@khach.example", "dung@hongha.example"]).count() == 2


def test_sent_twice_it_invites_once(world: World, browser: Browser) -> None:
    """LINK-1 A double click, or going back and sending it again."""
    client = browser(world.hung)
    first = sent(client, ("moi@khach.example", ""))
    assert sent(client, ("moi@khach.example", "")) == first
    assert len(tellings(world.sao_mai, "customer_asked_to_register")) == 1


def test_a_row_changed_after_going_back_is_another_row(world: World, browser: Browser) -> None:
    """LINK-1"""
    client = browser(world.hung)
    sent(client, ("sai@khach.example", ""))
    text = sent(client, ("dung@khach.example", ""))
    assert "sai@khach.example" in text
    assert re.findall(r'data-status="(\w+)"', text) == ["SENT", "SENT"]


def test_what_is_wrong_stands_beside_its_row_and_nothing_is_asked(world: World, browser: Browser) -> None:
    """ALL-3"""
    client = browser(world.hung)
    response = client.post(PAGE, rows(("khong phai", "Một"), ("tot@khach.example", "Hai"), ("", "Ba")))
    assert response.status_code == 422
    text = response.text
    for typed in ("khong phai", "Một", "tot@khach.example", "Hai", "Ba"):
        assert f'value="{typed}"' in text
    assert text.count('aria-invalid="true"') == 2
    assert "Enter the e-mail that the customer signs in with." in text
    assert not InvitedRow.objects.filter(batch=BATCH).exists()
    assert client.post(PAGE, {}).status_code == 422


def test_rows_come_and_go_without_script_and_nothing_typed_is_lost(world: World, browser: Browser) -> None:
    client = browser(world.hung)
    response = client.post(PAGE, rows(("nua chung", "Một"), act="more"))
    assert response.status_code == 200
    assert 'value="nua chung"' in response.text
    assert 'name="row2-email"' in response.text
    assert "aria-invalid" not in response.text.partition('id="content"')[2]

    data = rows(("a@khach.example", "Một"), ("b@khach.example", "Hai")) | {"remove": "1"}
    del data["act"]
    text = client.post(PAGE, data).text
    assert "a@khach.example" not in text
    assert 'value="b@khach.example"' in text
    assert 'name="row2-email"' in text
    assert BATCH in text
    assert not InvitedRow.objects.filter(batch=BATCH).exists()


def test_htmx_gets_the_rows_alone(world: World, browser: Browser) -> None:
    response = browser(world.hung).post(PAGE, rows(("a@khach.example", ""), act="more"), headers={"hx-request": "true"})
    assert "<html" not in response.text
    assert 'id="customer-rows"' in response.text
    assert "autofocus" in response.text


def test_a_row_is_checked_as_it_is_typed(world: World, browser: Browser) -> None:
    """LINK-3 Whoever has the address is not asked."""
    client = browser(world.hung)

    def said(*typed: tuple[str, str], checked: int) -> str:
        return client.post(CHECK, rows(*typed) | {"checked": str(checked)}).text.strip()

    assert "e-mail" in said(("khong phai", ""), checked=1).lower()
    assert "stands in the form twice" in said(("a@khach.example", ""), ("A@khach.example", ""), checked=2)
    assert said(("a@khach.example", ""), ("a@khach.example", ""), checked=1) == ""
    assert {said((email, ""), checked=1) for email in ("an@anphat.example", "moi@khach.example", "")} == {""}
    assert said(("a@khach.example", ""), checked=9) == ""


def test_more_than_a_day_allows_loses_nothing_typed(world: World, browser: Browser, settings: LazySettings) -> None:
    """LINK-1, ALL-3"""
    settings.KANAL_CUSTOMER_ROWS_A_DAY = 1
    response = browser(world.hung).post(PAGE, rows(("a@khach.example", "Một"), ("b@khach.example", "Hai")))
    assert response.status_code == 422
    assert "the most a day" in response.text
    assert 'value="b@khach.example"' in response.text
    assert not InvitedRow.objects.filter(batch=BATCH).exists()


def test_only_who_sells_adds(world: World, browser: Browser) -> None:
    """ID-8"""
    assert browser(world.mai).get(PAGE).status_code == 403
    assert "Only an administrator or sales does this." in read(browser(world.mai), "/partner/accounts/")


def test_answers_are_ones_own(world: World, browser: Browser) -> None:
    """ALL-1"""
    sent(browser(world.hung), ("moi@khach.example", ""))
    assert browser(world.khoa).get(f"/partner/accounts/added/{BATCH}/").status_code == 404


def test_an_account_added_again_begins_with_what_is_known(world: World, browser: Browser) -> None:
    text = read(browser(world.hung), f"{PAGE}?email=cu%40khach.example&name=C%C5%A9")
    assert 'value="cu@khach.example"' in text
    assert 'value="Cũ"' in text


EMAIL = "chu@congty.example"


def nobody(_world: World) -> None:
    """The address has no account."""


def somebody_without_an_organization(_world: World) -> None:
    a_person("Chủ", EMAIL)


def an_eligible_account(_world: World) -> None:
    an_owner("Chủ", EMAIL, "Công Ty", "0314409058")


@pytest.mark.parametrize("other", [somebody_without_an_organization, an_eligible_account])
def test_whether_an_address_has_an_account_is_in_no_byte(world: World, browser: Browser, other: object) -> None:
    """LINK-3 The answer, its page, the list, the page of the account and its export: the same bytes."""
    assert all_pages_after_adding(world, browser, nobody) == all_pages_after_adding(world, browser, other)


def test_why_an_address_cannot_be_added_is_in_no_byte(world: World, browser: Browser) -> None:
    """LINK-3 All failing conditions look alike: a partner, and another partner's customer."""

    def answer(email: str) -> tuple[int, str]:
        with transaction.atomic():
            response = browser(world.khoa).post(PAGE, rows((email, "")))
            page = read(browser(world.khoa), response["Location"])
            transaction.set_rollback(True)
        return len(response.content), page.replace(email, "EMAIL")

    answers = [answer(email) for email in ("an@anphat.example", "lan@saomai.example")]
    assert constant(answers[0][1]) == constant(answers[1][1])
    assert answers[0][0] == answers[1][0]


def all_pages_after_adding(world: World, browser: Browser, make: object) -> list[str]:
    """Undone afterwards, so that each case begins from the same."""
    with transaction.atomic():
        make(world)  # type: ignore[operator]
        client = browser(world.lan)
        answer = client.post(PAGE, rows((EMAIL, "Công ty"), ("khac@khach.example", "")))
        link = CustomerLink.objects.get(email=EMAIL)
        pages = [
            read(client, answer["Location"]),
            read(client, "/partner/accounts/"),
            read(client, f"/partner/accounts/{link.public_id}/"),
            read(client, f"/partner/accounts/{link.public_id}/again/"),
            read(client, f"/partner/accounts/{link.public_id}/withdraw/"),
            client.get("/search/?q=chu").text,
            exported(client),
        ]
        transaction.set_rollback(True)
    return [str(answer.status_code), *map(constant, pages)]


def exported(client: Client) -> str:
    response = client.get("/partner/accounts/?export=csv&column=name&column=email&column=status")
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def constant(text: str) -> str:
    """Without what differs between two visits to the very same page: ids, seals and the time of day."""
    text = re.sub(r"cus_\w+", "cus", text)
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "seal", text)
    text = re.sub(r'<time datetime="[^"]+" title="[^"]+">[^<]+</time>', "time", text)
    text = re.sub(r"\d\d? \w{3} \d{4}, \d\d:\d\d", "time", text)
    return re.sub(r"again from \d\d:\d\d", "again from time", text)


def test_nothing_tells_afterwards_either(world: World, browser: Browser) -> None:
    """LINK-3 Sent again after the address has registered meanwhile, the partner reads the same."""
    link = asked(world, EMAIL)
    client, page = browser(world.lan), f"/partner/accounts/{link.public_id}/"
    before = constant(read(client, page))
    an_owner("Chủ", EMAIL, "Công Ty", "0314409058", at=clock.now() - timedelta(minutes=1))
    assert constant(read(client, page)) == before
