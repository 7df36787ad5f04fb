"""The one list component: what is in the address is what is shown, counted, paged and exported."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext, override
from openpyxl import load_workbook

from kanal.kit.keys import search_key
from kanal.kit.money import Money
from kanal.notices.models import Mail
from kanal.web.access import open_page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Listing, Two, Yes, words
from kanal.web.parts import list_page

NOON = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)

LIST = Listing[Mail](
    name="mails",
    title="Mails",
    columns=[
        Column("subject", "Subject", lambda mail: mail.subject, sort="subject"),
        Column("to", "To", lambda mail: Two(mail.to_name, mail.to_address)),
        Column("state", "State", lambda mail: Mail.State(mail.state), kind=Kind.BADGE, sort="state"),
        Column("amount", "Amount", lambda mail: Money(mail.attempts * 1000), kind=Kind.MONEY, sort="attempts"),
        Column("made", "Made", lambda mail: mail.made_at, kind=Kind.MOMENT, sort="made_at"),
        Column("day", "Day", lambda mail: timezone.localdate(mail.made_at), kind=Kind.DAY, shown=False),
        Column("acts", "", lambda mail: mail.cause, kind=Kind.ACTIONS, template="tests/cell.html", exported=False),
    ],
    order="-made",
    filters=[
        Choice("state", "State", Mail.State.choices, lambda rows, state: rows.filter(state=state)),
        Days("made", "Made", "made_at"),
        Yes("tried", "Tried again", lambda rows: rows.filter(attempts__gt=1)),
    ],
    search=words(),
    link=lambda mail: f"/mails/{mail.public_id}/",
    empty=Empty("No mails yet", "Write one.", "Write", "home"),
)


def everything() -> QuerySet[Mail]:
    return Mail.objects.all()


@open_page
def mails(request: HttpRequest) -> HttpResponseBase:
    return LIST.answer(request, everything(), "tests/page.html")


urlpatterns = [path("mails/", mails, name="mails"), path("", include("kanal.urls"))]

TEMPLATES = {
    "tests/page.html": '<main>{% include "parts/list.html" %}</main>',
    "tests/cell.html": "<i>{{ value }}</i>",
}


@pytest.fixture(autouse=True)
def _a_page_with_a_list(settings: Any, db: None) -> Iterator[None]:
    options = settings.TEMPLATES[0]["OPTIONS"]
    own = ("django.template.loaders.locmem.Loader", TEMPLATES)
    inner = [own, "django.template.loaders.app_directories.Loader"]
    loaders = [("template_partials.loader.Loader", inner)]
    engine = {**settings.TEMPLATES[0], "OPTIONS": {**options, "loaders": loaders}}
    with override_settings(ROOT_URLCONF=__name__, TEMPLATES=[engine]):
        yield


@pytest.fixture
def client() -> Client:
    return Client(headers={"accept-language": "vi"})


def write(count: int, **given: Any) -> None:
    at = given.pop("at", NOON)
    Mail.objects.bulk_create(
        Mail(
            **{
                "kind": "test",
                "cause": f"c{Mail.objects.count()}-{n}",
                "to_address": f"reader{n}@example.com",
                "to_name": f"Người đọc {n}",
                "language": "vi",
                "subject": f"Thư {n:03}",
                "made_at": at + timedelta(minutes=n),
                "state": Mail.State.FAILED,
                "attempts": 1,
                "search_key": search_key(given.get("subject", f"Thư {n:03}")),
                **given,
            }
        )
        for n in range(count)
    )


def subjects(response: Any) -> list[str]:
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)</a>', response.text)


def links(response: Any) -> dict[str, str]:
    """Where the pager and the exports lead."""
    pager = re.findall(r'id="list-mails-(first|earlier|later)"[^>]*? href="([^"]+)"', response.text)
    files = re.findall(r'href="([^"]*export=(csv|xlsx)[^"]*)"', response.text)
    found = [*pager, *((name, url) for url, name in files)]
    return {name: url.replace("&amp;", "&") for name, url in found}


def vi(text: str) -> str:
    with override("vi"):
        return gettext(text)


class TestPaging:
    def test_walks_all_rows_forwards_and_back(self, client: Client) -> None:
        write(60)
        first = client.get("/mails/")
        second = client.get(links(first)["later"])
        third = client.get(links(second)["later"])
        assert [len(subjects(page)) for page in (first, second, third)] == [25, 25, 10]
        assert subjects(first)[0] == "Thư 059"
        assert subjects(third)[-1] == "Thư 000"
        assert subjects(client.get(links(third)["earlier"])) == subjects(second)
        assert subjects(client.get(links(third)["first"])) == subjects(first)
        assert "later" not in links(third)
        assert "earlier" not in links(first)

    def test_takes_a_choice_of_sizes_and_no_other(self, client: Client) -> None:
        write(60)
        assert [len(subjects(client.get(f"/mails/?size={size}"))) for size in ("10", "50", "7", "x", "1000000")] == [
            10,
            50,
            25,
            25,
            25,
        ]

    def test_sorts_by_a_column_both_ways(self, client: Client) -> None:
        write(3)
        assert subjects(client.get("/mails/?order=subject")) == ["Thư 000", "Thư 001", "Thư 002"]
        down = client.get("/mails/?order=-subject")
        assert subjects(down) == ["Thư 002", "Thư 001", "Thư 000"]
        assert 'aria-sort="descending"' in down.text

    @pytest.mark.parametrize("order", ["nonsense", "to", "-", "subject__contains", "-password"])
    def test_an_order_that_is_not_offered_is_the_usual_one(self, client: Client, order: str) -> None:
        write(3)
        assert subjects(client.get("/mails/", {"order": order}))[0] == "Thư 002"

    def test_nonsense_in_the_address_breaks_nothing(self, client: Client) -> None:
        write(30)
        for query in (
            "after=x",
            "before=%00",
            "after=W10",
            "made_from=99/99/9999",
            "size=-1",
            "q=%27%22%3E%26!()",
            "column=z",
        ):
            assert client.get(f"/mails/?{query}").status_code == 200


class TestNarrowing:
    def test_by_a_choice(self, client: Client) -> None:
        write(3)
        write(2, state=Mail.State.SENT, sent_at=NOON, subject="Gửi")
        page = client.get("/mails/?state=SENT")
        assert subjects(page) == ["Gửi", "Gửi"]
        assert 'class="chip"' in page.text
        assert len(subjects(client.get("/mails/?state=NONSENSE"))) == 5

    def test_by_days_of_the_provider_both_included(self, client: Client) -> None:
        """17:00 UTC is midnight in Hanoi."""
        write(1, subject="before", at=datetime(2026, 3, 17, 16, 59, tzinfo=UTC))
        write(1, subject="first", at=datetime(2026, 3, 17, 17, 0, tzinfo=UTC))
        write(1, subject="last", at=datetime(2026, 3, 19, 16, 59, tzinfo=UTC))
        write(1, subject="after", at=datetime(2026, 3, 19, 17, 0, tzinfo=UTC))
        page = client.get("/mails/?made_from=18/03/2026&made_to=2026-03-19")
        assert subjects(page) == ["last", "first"]
        assert 'value="18/03/2026"' in page.text

    def test_by_a_tick(self, client: Client) -> None:
        write(2)
        write(1, attempts=3, subject="again")
        assert subjects(client.get("/mails/?tried=1")) == ["again"]

    @pytest.mark.parametrize("text", ["dong nai", "Đồng", "NAI dong", "cty d"])
    def test_by_the_beginnings_of_words_without_accents(self, client: Client, text: str) -> None:
        write(1, subject="Cty Đồng Nai")
        write(1, subject="Cty Hà Nội")
        assert subjects(client.get("/mails/", {"q": text})) == ["Cty Đồng Nai"]

    @pytest.mark.parametrize("text", ["ồng", "xyz", "!!!", "' OR 1=1 --", "dong & | !"])
    def test_and_by_nothing_else(self, client: Client, text: str) -> None:
        write(1, subject="Cty Đồng Nai")
        page = client.get("/mails/", {"q": text})
        found = subjects(page)
        assert found == (["Cty Đồng Nai"] if text == "dong & | !" else [])

    @pytest.mark.parametrize("counted", [3, 10_000])
    def test_by_words_finds_the_same_whether_few_or_many_match(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, counted: int
    ) -> None:
        monkeypatch.setattr(list_page, "COUNTED", counted)
        write(15, subject="Cty Đồng Nai")
        write(4, subject="Cty Đồng Nai", state=Mail.State.SENT, sent_at=NOON)
        write(30, subject="Hà Nội")
        first = client.get("/mails/?q=dong&size=10&state=FAILED")
        second = client.get(links(first)["later"])
        assert [len(subjects(page)) for page in (first, second)] == [10, 5]
        assert set(subjects(first) + subjects(second)) == {"Cty Đồng Nai"}

    def test_by_words_asks_the_words_own_index_first(self, client: Client) -> None:
        """A rare word among a million rows: with an order and a limit, PostgreSQL would try each row in turn."""
        write(30, subject="Cty Đồng Nai")
        with CaptureQueriesContext(connection) as asked:
            client.get("/mails/?q=dong")
        matches, page = [query["sql"] for query in asked if "notices_mail" in query["sql"]]
        assert "ORDER BY" not in matches
        assert "to_tsvector" in matches
        assert "to_tsvector" not in page
        assert "= ANY(" in page

    def test_lives_in_the_address_of_every_link(self, client: Client) -> None:
        write(60)
        page = client.get("/mails/?q=thu&state=FAILED&order=subject")
        for name in ("later", "csv", "xlsx"):
            asked = parse_qs(urlsplit(links(page)[name]).query)
            assert (asked["q"], asked["state"], asked["order"]) == (["thu"], ["FAILED"], ["subject"])

    def test_changing_it_begins_at_the_first_page(self, client: Client) -> None:
        write(60)
        second = client.get(links(client.get("/mails/?state=FAILED"))["later"])
        chip = re.search(r'<a class="chip" href="([^"]+)"', second.text)
        assert chip is not None
        assert "after" not in chip.group(1)

    def test_that_finds_nothing_says_so_and_how_to_go_on(self, client: Client) -> None:
        write(1)
        page = client.get("/mails/?q=zzz")
        assert vi("Nothing matches") in page.text
        assert 'href="/mails/"' in page.text


def test_a_list_without_rows_says_what_to_do(client: Client) -> None:
    page = client.get("/mails/")
    assert "No mails yet" in page.text
    assert re.search(r'<a class="button"[^>]*href="/"', page.text)
    assert "<table" not in page.text


def said_count(client: Client) -> str:
    found = re.search(r'<div class="list-foot">\s*<span>(.*?)</span>', client.get("/mails/").text)
    assert found is not None
    return re.sub(r"(?<=\d) \D+$", "", found.group(1))


class TestCounting:
    def test_is_exact(self, client: Client) -> None:
        write(30)
        assert said_count(client) == "30"

    def test_beyond_the_limit_says_more_than_it(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        write(60)
        monkeypatch.setattr(list_page, "COUNTED", 40)
        assert said_count(client) == vi("more than %(count)s") % {"count": 40}
        monkeypatch.setattr(list_page, "COUNTED", 60)
        assert said_count(client) == "60"

    def test_never_reads_more_than_the_limit(self, client: Client) -> None:
        write(60)
        with CaptureQueriesContext(connection) as asked:
            client.get("/mails/")
        counts = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
        assert len(counts) == 1
        assert "LIMIT 10001" in counts[0]

    @pytest.mark.parametrize(("rows", "queries"), [(3, 1), (60, 2)])
    def test_a_page_costs_one_query_and_one_for_the_count_where_there_is_more(
        self, client: Client, rows: int, queries: int
    ) -> None:
        write(rows)
        client.get("/mails/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/mails/")
        assert len([query for query in asked if "notices_mail" in query["sql"]]) == queries


class TestColumns:
    def test_are_chosen_in_the_address(self, client: Client) -> None:
        write(1)
        page = client.get("/mails/?column=subject&column=day")
        assert re.findall(r'<th scope="col"[^>]*data-kind="(\w+)"', page.text) == ["text", "day", "actions"]

    def test_stay_for_the_session_when_chosen_on_the_page(self, client: Client) -> None:
        write(30)
        kept = client.get("/mails/?keep=1&column=subject&column=made&size=10&state=FAILED&after=x")
        assert kept["Location"] == "/mails/?state=FAILED"
        page = client.get(kept["Location"])
        assert len(subjects(page)) == 10
        assert re.findall(r'<th scope="col"[^>]*data-kind="(\w+)"', page.text) == ["text", "moment", "actions"]

    def test_that_do_not_exist_leave_the_usual_ones(self, client: Client) -> None:
        write(1)
        client.get("/mails/?keep=1&column=nonsense&size=x")
        assert len(re.findall(r'<th scope="col"', client.get("/mails/").text)) == 6


class TestFragments:
    def test_htmx_gets_only_the_results_and_says_the_count(self, client: Client) -> None:
        write(3)
        page = client.get("/mails/?q=thu&state=&made_from=", headers={"hx-request": "true", "hx-target": "list-mails"})
        assert page.text.lstrip().startswith('<div id="list-mails"')
        assert "<main>" not in page.text
        assert page["HX-Push-Url"] == "/mails/?q=thu"
        assert '<output id="list-mails-said" hx-swap-oob="innerHTML">3 ' in page.text

    def test_anything_else_gets_the_page(self, client: Client) -> None:
        page = client.get("/mails/", headers={"hx-request": "true", "hx-target": "somewhere"})
        assert "<main>" in page.text


class TestExport:
    def test_is_exactly_what_is_filtered_in_the_order_shown(self, client: Client) -> None:
        write(60)
        write(2, state=Mail.State.SENT, sent_at=NOON, subject="Gửi")
        rows = as_csv(client, "state=FAILED&order=subject&export=csv")
        assert [row[0] for row in rows[1:]] == [f"Thư {n:03}" for n in range(60)]

    def test_csv_opens_in_spreadsheets(self, client: Client) -> None:
        write(1)
        response = client.get("/mails/?export=csv")
        data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
        assert data.startswith(b"\xef\xbb\xbf")
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert re.fullmatch(r'attachment; filename="kanal-mails-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])

    def test_csv_has_plain_figures_and_local_moments(self, client: Client) -> None:
        write(1, attempts=1234)
        heads, row = as_csv(client, "export=csv")
        assert heads == [
            "Subject",
            "To",
            "State",
            "Amount",
            vi("Currency of “%(column)s”") % {"column": "Amount"},
            "Made (Asia/Ho_Chi_Minh)",
        ]
        assert row == [
            "Thư 000",
            "Người đọc 0, reader0@example.com",
            vi("Failed"),
            "1234000",
            "VND",
            "2026-03-18 12:00:00",
        ]

    @pytest.mark.parametrize("text", ["=1+1", "+84 24", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_csv_never_carries_a_formula(self, client: Client, text: str) -> None:
        write(1, subject=text)
        assert as_csv(client, "export=csv")[1][0] == f"'{text}"

    def test_xlsx_has_amounts_as_numbers_and_days_as_days(self, client: Client) -> None:
        write(1, attempts=1234, subject="=1+1")
        sheet = as_sheet(client, "export=xlsx&column=subject&column=amount&column=made&column=day")
        subject, amount, currency, made, day = sheet[2]
        assert (subject.value, subject.data_type) == ("=1+1", "s")
        assert (amount.value, amount.data_type, amount.number_format) == (1_234_000, "n", "#,##0")
        assert currency.value == "VND"
        assert made.value == datetime(2026, 3, 18, 12, 0)  # noqa: DTZ001 - a sheet knows no zone
        assert (made.is_date, made.number_format) == (True, "dd/mm/yyyy hh:mm")
        assert (day.value.date().isoformat(), day.number_format) == ("2026-03-18", "dd/mm/yyyy")

    def test_xlsx_is_exactly_what_is_filtered(self, client: Client) -> None:
        write(60)
        write(2, state=Mail.State.SENT, sent_at=NOON, subject="Gửi")
        sheet = as_sheet(client, "state=SENT&export=xlsx")
        assert sheet.max_row == 3

    def test_xlsx_of_too_much_is_said_and_csv_offered(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        from kanal.web.parts import export

        write(3)
        monkeypatch.setattr(export, "XLSX_ROWS", 2)
        response = client.get("/mails/?state=FAILED&export=xlsx")
        assert response["Location"] == "/mails/?state=FAILED"
        monkeypatch.setattr(export, "XLSX_ROWS", 3)
        assert as_sheet(client, "export=xlsx").max_row == 4

    def test_is_read_in_batches_and_in_the_readers_language_to_the_end(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(30)
        from kanal.web.parts import export

        monkeypatch.setattr(export, "CHUNK", 200)
        response = client.get("/mails/?export=csv")
        chunks = list(response.streaming_content)  # type: ignore[attr-defined]
        assert len(chunks) > 3
        assert chunks[-2].decode().count(vi("Failed")) > 0

    def test_in_a_way_that_does_not_exist_is_bad(self, client: Client) -> None:
        assert client.get("/mails/?export=exe").status_code == 400

    def test_of_nothing_has_only_its_heads(self, client: Client) -> None:
        assert len(as_csv(client, "export=csv")) == 1
        assert as_sheet(client, "export=xlsx").max_row == 1


def as_csv(client: Client, query: str) -> list[list[str]]:
    response = client.get(f"/mails/?{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text, newline="")))


def as_sheet(client: Client, query: str) -> Any:
    response = client.get(f"/mails/?{query}")
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active  # type: ignore[attr-defined]


def test_everything_shown_is_escaped(client: Client) -> None:
    write(1, subject="<script>alert(1)</script>", cause='"><script>')
    page = client.get("/mails/", {"q": "<script>", "order": '"><script>'})
    assert "<script>" not in page.text
    assert "<script>" not in client.get("/mails/").text


def test_a_row_leads_to_its_detail(client: Client) -> None:
    write(1)
    page = client.get("/mails/")
    detail = f"/mails/{Mail.objects.get().public_id}/"
    assert f'<tr role="row" data-href="{detail}">' in page.text
    assert f'<a class="row-link" href="{detail}">' in page.text
