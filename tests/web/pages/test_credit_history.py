"""REP-1, CRED-5 Credit histories at the three doors: who reads which, what stands there, and what never does."""

import csv
import io
import zipfile
from datetime import datetime
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kanal.credit.models import TransferReference
from kanal.customers.queries import customers_ever_of
from kanal.identity.models import Membership, Person
from kanal.kit.ids import public_id, uuid7
from kanal.ledger.movement import Matter
from kanal.ledger.names import AccountName
from tests.reports.ground import Ground
from tests.world import a_world

pytestmark = pytest.mark.django_db
DAY = "day_from=18/03/2026&day_to=18/03/2026"


@pytest.fixture
def ground(noon: datetime) -> Ground:
    return Ground(a_world(), noon)


def signed_in(person: Person, language: str = "en") -> Client:
    Person.objects.filter(id=person.id).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def address(door: str, name: AccountName, *before: UUID) -> str:
    return reverse(f"{door}_credit_history_of", args=[*before, (name.book_id, name.id)])


def whole(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def rows_of_csv(client: Client, url: str, more: str = "") -> list[dict[str, str]]:
    text = whole(client.get(f"{url}?export=csv{more}")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# --- Who reads what ------------------------------------------------------------------------------------------------


def test_a_partner_reads_its_own_and_its_customers_and_nobody_elses(ground: Ground) -> None:
    """ALL-1"""
    world = ground.world
    partner, rival, customer, other = (signed_in(each) for each in (world.lan, world.khoa, world.an, world.dung))

    for name in (ground.partner, ground.customer):
        assert partner.get(address("partner", name)).status_code == 200
        assert rival.get(address("partner", name)).status_code == 404
        assert other.get(address("console", name)).status_code == 404
    assert customer.get(address("console", ground.customer)).status_code == 200
    assert customer.get(address("console", ground.partner)).status_code == 404
    assert partner.get(address("partner", ground.margin)).status_code == 404, "margins have no history here"
    code = public_id("acc", ground.partner.id, ground.book_id)
    assert rival.get(f"{reverse('partner_credit_history')}?account={code}").status_code == 404


def test_who_is_limited_to_own_customers_sees_those_and_not_the_wallet_that_pays_for_all(ground: Ground) -> None:
    """ID-6 Hùng looks after nobody yet; the partner's wallet would tell him of every customer."""
    world = ground.world
    Membership.objects.filter(person=world.hung).update(own_customers_only=True)
    client = signed_in(world.hung)

    assert client.get(address("partner", ground.partner)).status_code == 404
    assert client.get(address("partner", ground.customer)).status_code == 404
    assert ground.world.an_phat.name not in client.get(reverse("partner_credit_history"), follow=True).content.decode()


def test_the_desk_reads_any_organizations_under_its_own_address(ground: Ground) -> None:
    ground.fund(28_000)
    desk = signed_in(ground.world.vy)

    page = desk.get(reverse("desk_credit_history", args=[ground.world.sao_mai.id]), follow=True).content.decode()

    assert "28,000" in page
    assert desk.get(address("desk", ground.customer, ground.world.sao_mai.id)).status_code == 404, "not Sao Mai's"


# --- What stands there ---------------------------------------------------------------------------------------------


def test_the_same_transfer_stands_in_both_histories(ground: Ground) -> None:
    """CRED-5, REP-3 The manual's: out for one and in for the other, one code, who did it, the note, both balances."""
    ground.fund(28_000)
    ground.owing(17_984)
    by = ground.world.acting(ground.world.mai)
    ground.move(ground.partner, ground.customer, 10_000, days=0.1, note="For March", by=by)

    out = rows_of_csv(signed_in(ground.world.lan), address("partner", ground.partner))[0]
    into = rows_of_csv(signed_in(ground.world.an), address("console", ground.customer))[0]

    assert (out["Action"], out["Counterparty"], out["Amount"], out["Balance after"]) == (
        "Transferred to", "an@anphat.example", "-10000", "18000",
    )  # fmt: skip
    assert (into["Action"], into["Counterparty"], into["Amount"], into["Balance after"]) == (
        "Topped up by", ground.world.sao_mai.name, "10000", "-7984",
    )  # fmt: skip
    assert out["Transaction code"] == into["Transaction code"]
    assert out["Description"] == into["Description"] == "For March"
    assert out["Done by"] == str(ground.world.mai)
    assert into["Done by"] == ground.world.sao_mai.name, "of the other side's people only whose they are"


def test_the_private_reference_is_its_owners_alone(ground: Ground) -> None:
    """CRED-5"""
    ground.fund(500)
    transfer = ground.move(ground.partner, ground.customer, 100)
    TransferReference.objects.create(
        book_id=ground.book_id, id=transfer, owner_id=ground.world.sao_mai.id, reference="PRIVATE-77"
    )

    told = {
        person.name: "PRIVATE-77" in client.get(url).content.decode()
        for person, client, url in (
            (person, signed_in(person), url)
            for person, url in (
                (ground.world.lan, address("partner", ground.partner)),
                (ground.world.lan, address("partner", ground.customer)),
                (ground.world.an, address("console", ground.customer)),
                (ground.world.thu, address("desk", ground.customer, ground.world.an_phat.id)),
            )
        )
    }

    assert told == {ground.world.lan.name: True, ground.world.an.name: False, ground.world.thu.name: False}


@pytest.mark.parametrize("how", ["", "export=csv", "export=xlsx"])
def test_no_byte_that_a_customer_is_sent_tells_the_cost(ground: Ground, how: str) -> None:
    """DISC-5 The price alone: neither the parts that it was poured into, nor a balance between two of them."""
    ground.fund(5_000_000)
    ground.move(ground.partner, ground.customer, 2_000_000)
    ground.buy(912_345, 801_234, matter=Matter("order", uuid7()), days=0.1)
    client = signed_in(ground.world.an)

    body = whole(client.get(f"{address('console', ground.customer)}?{how}"))
    if how == "export=xlsx":
        body = b"".join(zipfile.ZipFile(io.BytesIO(body)).read(name) for name in ("xl/worksheets/sheet1.xml",))
    text = body.decode().replace(",", "").replace(".", "")

    assert "912345" in text
    tax = 801_234 // 11
    secret = [801_234, 801_234 - tax, tax, 111_111, 2_000_000 - 801_234 + tax, 2_000_000 - 801_234]
    assert [amount for amount in secret if str(amount) in text] == []


def test_filters_narrow_page_and_files_alike(ground: Ground) -> None:
    """REP-2"""
    ground.fund(1_000, days=0)
    ground.move(ground.partner, ground.customer, 300, days=1, note="First of April")
    ground.move(ground.partner, ground.customer, 200, days=20, note="Second")
    ground.move(ground.customer, ground.partner, 50, days=21, act="wallet.returned")
    client, url = signed_in(ground.world.lan), address("partner", ground.partner)

    def amounts(more: str) -> list[str]:
        return [row["Amount"] for row in rows_of_csv(client, url, more)]

    assert amounts("") == ["50", "-200", "-300", "1000"]
    assert amounts("&sign=out") == ["-200", "-300"]
    assert amounts("&action=FUNDED") == ["1000"]
    assert amounts("&q=second") == ["-200"]
    assert amounts("&day_from=19/03/2026&day_to=31/03/2026") == ["-300"]
    sheet = openpyxl.load_workbook(io.BytesIO(whole(client.get(f"{url}?export=xlsx&sign=out")))).active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    assert [row[heads.index("Amount")].value for row in sheet.iter_rows(min_row=2)] == [-200, -300]


def test_figures_of_a_period_stand_above_its_lines_and_change_with_them(ground: Ground) -> None:
    ground.fund(1_000)
    ground.move(ground.partner, ground.customer, 300, days=1)
    client, url = signed_in(ground.world.lan), f"{address('partner', ground.partner)}?day_from=19/03/2026"

    page = client.get(url).content.decode()
    part = client.get(url, headers={"HX-Request": "true", "HX-Target": "list-credit_history"}).content.decode()

    for text in (page, part):
        assert "Opening balance" in text
        assert "700" in text
    assert 'hx-swap-oob="true"' in part
    assert "<html" not in part


def test_a_line_that_was_dated_back_is_explained(ground: Ground) -> None:
    """ALL-4 Only where order and dates differ."""
    client, url = signed_in(ground.world.lan), address("partner", ground.partner)
    ground.fund(1_000)
    before = client.get(url).content.decode()

    ground.move(ground.partner, ground.customer, 300, days=5, back=3)

    assert "order in which they were recorded" not in before
    assert "order in which they were recorded" in client.get(url).content.decode()


def test_the_same_paper_is_the_same_bytes_in_either_language(ground: Ground) -> None:
    ground.fund(1_000)
    papers = {}
    for language in ("vi", "en"):
        client = signed_in(ground.world.lan, language)
        response = client.get(f"{address('partner', ground.partner)}?export=pdf&{DAY}")
        assert response["Content-Type"] == "application/pdf"
        papers[language] = whole(response)

    assert all(paper.startswith(b"%PDF-1.7") for paper in papers.values())
    assert papers["vi"] != papers["en"]


def test_any_page_costs_the_same_few_queries(
    ground: Ground, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ground.fund(1_000_000)
    for number in range(30):
        ground.move(ground.partner, ground.customer, 10 + number, days=number / 30)
    client, url = signed_in(ground.world.lan), address("partner", ground.partner)
    client.get(url)

    with django_assert_max_num_queries(40):
        client.get(url)


def test_nobody_without_an_account_meets_an_error(ground: Ground) -> None:
    """A direct customer that never held credit reads when there will be some."""
    page = signed_in(ground.world.dung).get(reverse("console_credit_history"), follow=True)

    assert page.status_code == 200
    assert "No credit has moved yet" in page.content.decode()


def test_pages_of_customers_and_organizations_lead_there(ground: Ground) -> None:
    """Drill-down from the partner's page of a customer, and from the desk's of any organization."""
    world = ground.world
    link = customers_ever_of(world.sao_mai).get(customer=world.an_phat)

    account = signed_in(world.lan).get(reverse("partner_account", args=[link.id])).content.decode()
    organization = signed_in(world.thu).get(reverse("desk_organization_of", args=[world.an_phat.id])).content.decode()

    assert address("partner", ground.customer) in account
    assert reverse("desk_credit_history", args=[world.an_phat.id]) in organization
