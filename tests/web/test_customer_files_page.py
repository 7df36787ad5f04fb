"""Customers from a file, on the partner's pages: handed in, looked through, confirmed, followed, downloaded."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kanal.batches.carry_out_rows import carry_out_rows
from kanal.batches.models import Batch
from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization, Person
from kanal.kit import clock
from kanal.kit.keys import sort_key
from kanal.onboarding.customers_from_file import ADD_CUSTOMERS
from kanal.web.converters import BookId
from tests.world import World, a_world

pytestmark = pytest.mark.django_db

NEW = "partner_customer_files_new"
FILE = """E-mail;Tên thường dùng;Ghi chú
khach1@vidu.vn;Công ty Một;gọi lại
khach2@vidu.vn;;
khach1@vidu.vn;Lần nữa;
lan@saomai.example;Chính mình;
không phải thư;Sai;
"""


@pytest.fixture
def world() -> World:
    world = a_world()
    Person.objects.update(language="en")
    return world


@pytest.fixture
def lan(world: World) -> Client:
    return signed_in(world.lan)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def hand_in(client: Client, content: bytes | str = FILE, name: str = "khach-hang.csv") -> HttpResponse:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(reverse(NEW), {"file": SimpleUploadedFile(name, raw)})  # type: ignore[return-value]


def the_batch() -> Batch:
    (batch,) = batches()
    return batch


def batches() -> QuerySet[Batch]:
    """Sao Mai's, the newest first."""
    return Batch.objects.filter(
        book_id=Organization.objects.get(sort_key__contains=sort_key("Sao Mai")).book_id
    ).order_by("-id")


def url(part: str, batch: Batch) -> str:
    return reverse(f"partner_customer_files_{part}", args=[BookId(batch.book_id, batch.id)])


def invited() -> list[tuple[str, str]]:
    """By files: An Phát is a customer of Sao Mai's already."""
    links = CustomerLink.objects.filter(email__startswith="khach").order_by("email")
    return list(links.values_list("email", "friendly_name"))


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def carry_out(batch: Batch) -> None:
    while carry_out_rows(ADD_CUSTOMERS, book_id=batch.book_id, batch_id=batch.id, at=clock.now()):
        pass


# --- Handing in --------------------------------------------------------------------------------------------------


def test_the_whole_way_of_a_file(world: World, lan: Client) -> None:
    """LINK-1, LINK-3"""
    answer = hand_in(lan)
    batch = the_batch()
    assert (answer.status_code, answer["Location"]) == (302, url("one", batch))
    shown = lan.get(url("one", batch)).content.decode()
    assert "Twice in this file" in shown
    assert "That is you" in shown
    assert "Columns that are not used: Ghi chú." in shown
    assert not invited()

    asked = lan.get(url("confirm", batch)).content.decode()
    assert "Invite 2 customers?" in asked
    assert lan.post(url("confirm", batch))["Location"] == url("one", batch)
    running = lan.get(url("one", batch)).content.decode()
    assert "0 of 2" in running
    assert "You can leave this page" in running
    carry_out(batch)

    ended = lan.get(url("one", batch)).content.decode()
    assert "Invitation sent" in ended
    assert "Carried out" in ended
    assert invited() == [("khach1@vidu.vn", "Công ty Một"), ("khach2@vidu.vn", "")]


def test_confirmed_twice_it_is_carried_out_once(world: World, lan: Client) -> None:
    hand_in(lan)
    batch = the_batch()
    assert [lan.post(url("confirm", batch)).status_code for _ in range(2)] == [302, 302]
    carry_out(batch)
    assert len(invited()) == 2


def test_what_cannot_be_read_is_said_beside_the_field_and_nothing_is_kept(lan: Client) -> None:
    """ALL-3"""
    answer = hand_in(lan, "E-mail,Tên\nkhach@vidu.vn,Hà\n".encode("cp1258", errors="replace"))
    assert answer.status_code == 422
    assert "CSV UTF-8" in answer.content.decode()
    assert hand_in(lan, "").status_code == 422
    assert hand_in(lan, "Tên\nAn\n").status_code == 422
    assert hand_in(lan, b"%PDF-1.7 hop dong", "hop-dong.pdf").status_code == 422
    assert lan.post(reverse(NEW)).status_code == 422
    assert not batches().exists()


def test_more_rows_than_are_taken_at_once(lan: Client) -> None:
    lines = [f"khach{number}@vidu.vn" for number in range(2001)]
    answer = hand_in(lan, "\n".join(["E-mail", *lines]))
    assert answer.status_code == 422
    assert "more than 2,000 rows" in answer.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_comes_back_filled_in(world: World, language: str) -> None:
    Person.objects.update(language=language)
    client = signed_in(world.hung)
    template = client.get(reverse("partner_customer_files_xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(whole(template)))
    book.worksheets[0].append(["khach@vidu.vn", "Khách", "Partner"])
    filled = io.BytesIO()
    book.save(filled)

    hand_in(client, filled.getvalue(), "mau.xlsx")

    batch = the_batch()
    assert (batch.rows_total, batch.rows_to_do) == (1, 1)
    assert client.get(reverse("partner_customer_files_csv")).content.startswith(b"\xef\xbb\xbf")


# --- Following ---------------------------------------------------------------------------------------------------


def test_progress_is_that_of_committed_rows_and_leads_to_the_result(world: World, lan: Client) -> None:
    hand_in(lan, "\n".join(["E-mail", *(f"khach{number}@vidu.vn" for number in range(150))]))
    batch = the_batch()
    lan.post(url("confirm", batch))
    carry_out_rows(ADD_CUSTOMERS, book_id=batch.book_id, batch_id=batch.id, at=clock.now())

    halfway = lan.get(url("progress", batch), headers={"HX-Request": "true"})
    assert "100 of 150" in halfway.content.decode()
    assert "HX-Refresh" not in halfway
    carry_out(batch)
    assert lan.get(url("progress", batch), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_it_can_be_stopped_and_says_what_is_done(world: World, lan: Client) -> None:
    hand_in(lan, "\n".join(["E-mail", *(f"khach{number}@vidu.vn" for number in range(150))]))
    batch = the_batch()
    lan.post(url("confirm", batch))
    carry_out_rows(ADD_CUSTOMERS, book_id=batch.book_id, batch_id=batch.id, at=clock.now())

    assert lan.post(url("stop", batch)).status_code == 302

    carry_out(batch)
    assert len(invited()) == 100
    shown = lan.get(url("one", batch)).content.decode()
    assert "Stopped before its turn" in shown
    assert lan.post(url("stop", batch)).status_code == 422


def test_rows_with_a_problem_can_be_looked_at_alone(world: World, lan: Client) -> None:
    hand_in(lan)
    shown = lan.get(url("one", the_batch()), {"standing": "PROBLEM"}).content.decode()
    assert "không phải thư" in shown
    assert "khach2@vidu.vn" not in shown


def test_the_result_is_a_file_that_can_be_mended_and_handed_in_again(world: World, lan: Client) -> None:
    hand_in(lan)
    batch = the_batch()
    lan.post(url("confirm", batch))
    carry_out(batch)

    answer = lan.get(url("one", batch), {"export": "csv"})
    text = whole(answer).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0][-2:] == ["State", "Answer"]
    assert [line[-1] for line in lines[1:3]] == ["Invitation sent", "Invitation sent"]
    book = lan.get(url("one", batch), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(whole(book))).active
    assert sheet is not None
    assert next(row[1] for row in sheet.iter_rows(min_row=2, values_only=True)) == "khach1@vidu.vn"

    again = hand_in(lan, text.replace("không phải thư", "khach3@vidu.vn"), "ket-qua.csv")
    mended = batches().first()
    assert mended is not None
    assert again["Location"] == url("one", mended)
    assert mended.rows_total == 5


def test_the_same_file_again_is_warned_of(world: World, lan: Client) -> None:
    hand_in(lan)
    lan.post(url("confirm", the_batch()))
    second = hand_in(lan)["Location"]
    assert "The very same file was confirmed before" in lan.get(second).content.decode()


def test_a_file_that_is_too_old_cannot_be_confirmed(world: World, lan: Client) -> None:
    hand_in(lan)
    batch = the_batch()
    Batch.objects.filter(book_id=batch.book_id).update(checked_at=clock.now() - timedelta(days=2))
    assert "more than a day ago" in lan.get(url("one", batch)).content.decode()
    assert lan.post(url("confirm", batch)).status_code == 422
    assert not invited()


# --- Who may, and who may not ------------------------------------------------------------------------------------


def test_a_rival_does_not_find_it(world: World, lan: Client) -> None:
    """ALL-1"""
    hand_in(lan)
    batch = the_batch()
    khoa = signed_in(world.khoa)
    for part in ("one", "progress", "file", "confirm", "stop"):
        assert khoa.get(url(part, batch)).status_code == 404
        if part != "file":
            assert lan.get(url(part, batch)).status_code == 200
    assert whole(lan.get(url("file", batch))) == FILE.encode()
    for part in ("confirm", "stop"):
        assert khoa.post(url(part, batch)).status_code == 404
    assert "khach-hang.csv" not in khoa.get(reverse("partner_customer_files")).content.decode()
    assert "khach-hang.csv" in lan.get(reverse("partner_customer_files")).content.decode()
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED


def test_who_may_not_add_customers_may_not_hand_in_files(world: World) -> None:
    """ID-8"""
    phuc = signed_in(world.phuc)
    assert phuc.get(reverse(NEW)).status_code == 403
    assert hand_in(phuc).status_code == 403


def test_a_long_file_takes_no_more_statements_than_a_short_one(
    world: World, lan: Client, django_assert_max_num_queries: object
) -> None:
    hand_in(lan, "\n".join(["E-mail", *(f"khach{number}@vidu.vn" for number in range(1000))]))
    batch = the_batch()
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        assert lan.get(url("one", batch)).status_code == 200
