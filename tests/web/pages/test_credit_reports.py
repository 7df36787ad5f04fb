"""REP-1, REP-2, REP-3 The partner's three reports of credit: the same figures on page, sheet and paper."""

import csv
import io
import re
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from kanal.identity.models import Membership
from kanal.kit.ids import public_id
from tests.reports.ground import Ground
from tests.web.pages.test_credit_history import signed_in, whole
from tests.world import a_world

pytestmark = pytest.mark.django_db
MARCH = "day_from=01/03/2026&day_to=31/03/2026"
REPORTS = ["partner_credit_topped_up", "partner_credit_used", "partner_credit_summary"]


@pytest.fixture
def ground(noon: datetime) -> Ground:
    ground = Ground(a_world(), noon)
    ground.fund(28_000)
    ground.owing(17_984)
    ground.move(ground.partner, ground.customer, 10_000, days=1, note="Manual")
    return ground


@pytest.fixture
def lan(ground: Ground) -> Client:
    return signed_in(ground.world.lan)


def lines(client: Client, name: str, more: str = "") -> list[dict[str, str]]:
    text = whole(client.get(f"{reverse(name)}?{MARCH}&export=csv{more}")).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def table(client: Client, name: str, more: str = "") -> dict[str, list[str]]:
    """The table by account as the page shows it, its figures without grouping."""
    page = client.get(f"{reverse(name)}?{MARCH}{more}").content.decode()
    found = re.search(r'aria-labelledby="by-account".*?</table>', page, re.DOTALL)
    assert found is not None
    rows = re.findall(r"<tr.*?</tr>", found.group(), re.DOTALL)[1:]
    cells = [
        re.findall(r'<td[^>]*>(?:<strong>|<a[^>]*>)?(?:<data class="money" value="(-?\d+)"|([^<]+))', row)
        for row in rows
    ]
    return {row[0][1]: [amount for amount, _text in row[1:]] for row in cells}


def test_the_manuals_top_up_in_all_three(ground: Ground, lan: Client) -> None:
    """CRED-5, REP-3 As use of the partner, marked to whom; as topped up of the customer; in the total of both not."""
    used = [row for row in lines(lan, "partner_credit_used") if row["Amount"] == "10000"]
    topped_up = [row for row in lines(lan, "partner_credit_topped_up") if row["Amount"] == "10000"]
    summary = table(lan, "partner_credit_summary")

    assert [(row["Account"], row["Action"], row["Counterparty"], row["In the total"]) for row in used] == [
        (ground.world.sao_mai.name, "Transferred to", "an@anphat.example", "No")
    ]
    assert [(row["Account"], row["Action"], row["Counterparty"]) for row in topped_up] == [
        ("an@anphat.example", "Topped up by", ground.world.sao_mai.name)
    ]
    assert used[0]["Transaction code"] == topped_up[0]["Transaction code"]
    # opening, topped up, refunded, in, used, transferred, corrected, out, closing
    assert summary[ground.world.sao_mai.name] == ["0", "28000", "0", "28000", "0", "10000", "0", "10000", "18000"]
    assert summary["an@anphat.example"] == ["0", "10000", "0", "10000", "17984", "0", "0", "17984", "-7984"]
    assert summary["Total"] == ["0", "28000", "0", "28000", "17984", "0", "0", "17984", "10016"]


def test_type_and_account_narrow_every_figure(ground: Ground, lan: Client) -> None:
    """A transfer to a customer counts where only one of the two sides is asked about."""
    code = public_id("acc", ground.customer.id, ground.book_id)

    assert table(lan, "partner_credit_used", "&whose=own")["Total"][-1] == "10000"
    assert table(lan, "partner_credit_topped_up", "&whose=customers")["Total"][-1] == "10000"
    assert table(lan, "partner_credit_topped_up", f"&account={code}")["Total"][-1] == "10000"
    assert table(lan, "partner_credit_topped_up")["Total"][-1] == "28000"


@pytest.mark.parametrize("name", REPORTS)
def test_lines_and_their_totals_are_the_same_on_page_and_in_files(ground: Ground, lan: Client, name: str) -> None:
    """REP-2 What a reader adds up in the sheet is what the page says."""
    ground.move(ground.revenue, ground.customer, 700, act="spending.refunded", days=3)
    on_page = table(lan, name)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(whole(lan.get(f"{reverse(name)}?{MARCH}&export=xlsx")))).active
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]

    if name == "partner_credit_summary":
        assert {row["Account"]: row["Closing balance"] for row in rows} == {
            account: int(cells[-1]) for account, cells in on_page.items()
        }
        assert [row["Opening balance"] + row["In"] - row["Out"] for row in rows] == [
            row["Closing balance"] for row in rows
        ]
    else:
        counted = sum(row["Amount"] for row in rows if row["In the total"] == "Yes")
        assert counted == int(on_page["Total"][-1])
        assert sum(int(row["Amount"]) for row in lines(lan, name)) == sum(row["Amount"] for row in rows)


@pytest.mark.parametrize("name", REPORTS)
def test_each_is_a_paper_too(ground: Ground, lan: Client, name: str) -> None:
    assert whole(lan.get(f"{reverse(name)}?{MARCH}&export=pdf")).startswith(b"%PDF-1.7")


def test_a_figure_leads_to_its_very_lines(ground: Ground, lan: Client) -> None:
    """REP-1 Drill-down: the history of that account in that period adds up to the row."""
    page = lan.get(f"{reverse('partner_credit_summary')}?{MARCH}").content.decode()
    url = re.search(r'data-href="([^"]+)"', page)
    assert url is not None
    text = whole(lan.get(url.group(1).replace("&amp;", "&") + "&export=csv")).decode("utf-8-sig")

    assert [row["Amount"] for row in csv.DictReader(io.StringIO(text))] == ["-10000", "28000"]


def test_a_rival_reads_neither_the_accounts_nor_the_figures(ground: Ground) -> None:
    """ALL-1"""
    rival = signed_in(ground.world.khoa)
    code = public_id("acc", ground.customer.id, ground.book_id)

    for name in REPORTS:
        assert rival.get(f"{reverse(name)}?account={code}").status_code == 404
        page = rival.get(f"{reverse(name)}?{MARCH}").content.decode()
        assert "an@anphat.example" not in page
        assert "10,000" not in page


def test_who_is_limited_to_own_customers_reads_no_more_here(ground: Ground) -> None:
    """ID-6"""
    Membership.objects.filter(person=ground.world.hung).update(own_customers_only=True)
    hung = signed_in(ground.world.hung)

    for name in REPORTS:
        page = hung.get(f"{reverse(name)}?{MARCH}").content.decode()
        assert "28,000" not in page
        assert "an@anphat.example" not in page


def test_nonsense_in_the_address_shows_this_month(lan: Client) -> None:
    """ALL-3"""
    for more in ("day_from=31/02/2026", "day_to=x", "whose=all", "currency=ABC", "day_from=31/12/2030&day_to=1/1/2020"):
        for name in REPORTS:
            assert lan.get(f"{reverse(name)}?{more}").status_code == 200
    assert lan.get(f"{reverse(REPORTS[0])}?export=doc").status_code == 400
    assert lan.get(f"{reverse(REPORTS[2])}?export=doc").status_code == 400
