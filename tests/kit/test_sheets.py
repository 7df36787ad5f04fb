"""Files that people bring: what is read of them, and what is refused with a sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from django.utils.translation import gettext_lazy, override
from hypothesis import given
from hypothesis import strategies as st

from kanal.kit.files import FileEmpty, FileKindNotTaken
from kanal.kit.money import Money
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import HeadingsMissing, HeadingTwice, SheetColumn
from kanal.kit.sheets.read import (
    CellTooLong,
    MoreCellsThanHeadings,
    Sheet,
    SheetHoldsNothing,
    SheetLocked,
    TooManyLines,
    read_sheet,
)
from kanal.kit.sheets.read_csv import LettersUnclear, LineUnreadable
from kanal.kit.sheets.read_xlsx import SheetTooMuch, SheetUnreadable
from kanal.kit.sheets.text import guarded, text_of_cell, tidied, unguarded
from kanal.kit.sheets.values import DayUnreadable, read_day
from kanal.kit.sheets.write import csv_of, template_csv, template_xlsx

COLUMNS = [
    SheetColumn(name="email", label=gettext_lazy("E-mail"), example="an@example.com", also=("mail",)),
    SheetColumn(name="name", label=gettext_lazy("Name"), example="An Phát", is_required=False),
    SheetColumn(
        name="amount",
        label=gettext_lazy("Amount"),
        example="1.000.000",
        kind="amount",
        is_required=False,
        also=("sotien",),
    ),
]


def read(content: bytes | str, *, name: str = "ten.csv", most: int = 100, language: str = "vi") -> Sheet:
    raw = content.encode() if isinstance(content, str) else content
    return read_sheet(raw, name=name, columns=COLUMNS, most=most, language=language)


def workbook(*sheets: list[list[Any]], hidden: tuple[int, ...] = ()) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yyyy"}) as book:
        for number, lines in enumerate(sheets):
            sheet = book.add_worksheet()
            if number in hidden:
                sheet.hide()
            else:
                sheet.activate()
            for at, line in enumerate(lines):
                for place, value in enumerate(line):
                    sheet.write(at, place, value)
    return file.getvalue()


def emails(sheet: Sheet) -> list[str]:
    return [row.cells["email"] for row in sheet.rows]


HEADED_ALIKE = [
    "E-mail,Name",
    "e-mail,name",
    "EMAIL,NAME",
    "Email *,Name",
    "Email (bắt buộc),Tên",
    "Mail,Ten",
    "Tên;Email",
    "TÊN\tE-MAIL",
    "STT,E-mail,Ghi chú",
    "sep=;\r\nTên;Email",
]


@pytest.mark.parametrize("heading", HEADED_ALIKE)
def test_headings_are_known_in_both_languages_whatever_their_case_accents_and_order(heading: str) -> None:
    delimiter = next((each for each in (";", "\t") if each in heading.splitlines()[-1]), ",")
    names = heading.splitlines()[-1].split(delimiter)
    place = next(at for at, each in enumerate(names) if "mail" in each.lower())
    line = ["x"] * len(names)
    line[place] = "an@anphat.vn"

    sheet = read(f"{heading}\r\n{delimiter.join(line)}\r\n")

    assert emails(sheet) == ["an@anphat.vn"]


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_vietnamese_letters_arrive_as_they_are(encoding: str) -> None:
    sheet = read("Email,Tên\nan@anphat.vn,Đặng Thị Ngọc Ánh\n".encode(encoding))
    assert sheet.rows[0].cells["name"] == "Đặng Thị Ngọc Ánh"


@pytest.mark.parametrize("encoding", ["cp1258", "cp1252", "latin-1"])
def test_an_old_code_page_is_refused_rather_than_guessed(encoding: str) -> None:
    raw = "Email,Tên\nan@anphat.vn,Công ty Hà\n".encode(encoding, errors="replace")
    with pytest.raises(LettersUnclear) as refusal:
        read(raw)
    assert "CSV UTF-8" in str(refusal.value)


def test_utf_16_without_its_mark_is_refused() -> None:
    with pytest.raises(LettersUnclear):
        read("Email\nan@anphat.vn\n".encode("utf-16-le"))


def test_lines_are_numbered_as_where_the_file_is_opened() -> None:
    sheet = read('Email,Name\na@x.vn,"two\nlines"\n\n,\nb@x.vn,B\n')
    assert [(row.line, row.cells["name"]) for row in sheet.rows] == [(2, "two lines"), (6, "B")]


def test_lines_of_a_workbook_are_numbered_by_its_rows() -> None:
    sheet = read(workbook([["Sao kê tháng 3"], [], ["Email", "Name"], ["a@x.vn", "A"], [], ["b@x.vn", "B"]]))
    assert [row.line for row in sheet.rows] == [4, 6]


def test_a_title_above_the_headings_is_passed_over() -> None:
    assert emails(read("Danh sách khách hàng\n\nEmail,Tên\na@x.vn,A\n")) == ["a@x.vn"]


def test_a_row_that_is_only_numbered_is_empty() -> None:
    assert len(read("STT,Email\n1,a@x.vn\n2,\n3,\n").rows) == 1


def test_headings_that_nobody_asks_for_are_told() -> None:
    assert read("STT,Email,Ghi chú\n1,a@x.vn,gọi lại\n").unused == ["STT", "Ghi chú"]


def test_the_example_of_the_template_is_no_row() -> None:
    with override("en"):
        sheet = read(template_csv(COLUMNS) + "an@anphat.vn,An,5\r\n")
    assert (emails(sheet), sheet.example_left_out) == (["an@anphat.vn"], True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_filled_in_template_is_read(language: str) -> None:
    file = io.BytesIO()
    with override(language):
        template_xlsx(file, COLUMNS)
    with pytest.raises(SheetHoldsNothing):
        read(file.getvalue(), name="mau.xlsx")
    import openpyxl

    book = openpyxl.load_workbook(file)
    book.worksheets[0].append(["an@anphat.vn", "An", 1_000_000])
    filled = io.BytesIO()
    book.save(filled)
    sheet = read(filled.getvalue(), name="mau.xlsx")
    assert sheet.rows[0].cells == {"email": "an@anphat.vn", "name": "An", "amount": "1000000"}


def test_the_first_visible_sheet_with_the_headings_is_read() -> None:
    other, wanted = [["Email"], ["no@x.vn"]], [["Email"], ["yes@x.vn"]]
    assert emails(read(workbook(other, [["Notes"]], wanted, hidden=(0,)))) == ["yes@x.vn"]


VALUES = [
    (1_000_000, "vi", "1000000"),
    (1_000_000.0, "vi", "1000000"),
    (1234.5, "vi", "1234,5"),
    (1234.5, "en", "1234.5"),
    (0.1 + 0.2, "en", "0.3"),
    (1e21, "vi", "1000000000000000000000"),
    (True, "vi", "TRUE"),
    (None, "vi", ""),
    (datetime(2026, 3, 18), "vi", "18/03/2026"),  # noqa: DTZ001 - a sheet knows no zones
    (datetime(2026, 3, 18, 9, 5), "vi", "18/03/2026 09:05:00"),  # noqa: DTZ001
    ("  Công ty\xa0 An \u200bPhát\n", "vi", "Công ty An Phát"),
]


@pytest.mark.parametrize(("value", "language", "text"), VALUES)
def test_a_cell_is_written_out_as_its_reader_would_type_it(value: object, language: str, text: str) -> None:
    assert text_of_cell(value, language) == text


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("cents", [100, 123_450, 100_012, 1, 99_999_999_999])
def test_a_number_of_a_workbook_is_the_same_amount_in_both_languages(cents: int, language: str) -> None:
    """1.234 as a number is never taken for a thousand."""
    number = float(Decimal(cents) / 100)
    sheet = read(workbook([["Email", "Amount"], ["a@x.vn", number]]), name="t.xlsx", language=language)
    assert Money.parse(sheet.rows[0].cells["amount"], "USD", language) == Money(cents, "USD")


def test_days_and_moments_of_a_workbook() -> None:
    sheet = read(workbook([["Email", "Name"], ["a@x.vn", date(2026, 3, 1)]]), name="t.xlsx")
    assert read_day(sheet.rows[0].cells["name"]) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "text", ["18/03/2026", "18-3-2026", "18.03.2026", "2026-03-18", "18/03/2026 09:05", " 18/03/2026"]
)
def test_a_day_as_people_write_it(text: str) -> None:
    assert read_day(text) == date(2026, 3, 18)


@pytest.mark.parametrize("text", ["03/18/2026", "31/02/2026", "18/03/26", "tomorrow", "", "2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(DayUnreadable):
        read_day(text)


BAD: list[tuple[bytes | str, type[Refusal]]] = [
    ("", FileEmpty),
    ("Tên,Số điện thoại\nA,1\n", HeadingsMissing),
    ("Email,Mail\na@x.vn,b@x.vn\n", HeadingTwice),
    ("Email\n\n\n", SheetHoldsNothing),
    ('Email,Name\na@x.vn,"not closed\nb@x.vn,B\n', LineUnreadable),
    ('Email,Name\na@x.vn,"a"b\n', LineUnreadable),
    ("Email,Name\na@x.vn,A, and B\n", MoreCellsThanHeadings),
    ("Email\n" + "x" * 2001 + "\n", CellTooLong),
    (b"PK\x03\x04 and no more", SheetUnreadable),
    (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), SheetLocked),
    (bytes.fromhex("d0cf11e0a1b11ae1") + "Workbook\0".encode("utf-16-le"), FileKindNotTaken),
]


@pytest.mark.parametrize(("content", "refusal"), BAD)
def test_what_is_wrong_with_a_file_is_said(content: bytes | str, refusal: type[Refusal]) -> None:
    """ALL-3"""
    with pytest.raises(refusal) as said:
        read(content)
    assert str(said.value)
    assert said.value.field == "file"


def test_more_rows_than_are_taken_are_refused_with_the_number() -> None:
    with override("en"), pytest.raises(TooManyLines, match="more than 3 rows"):
        read("Email\n" + "a@x.vn\n" * 4, most=3)
    assert len(read("Email\n" + "a@x.vn\n" * 3, most=3).rows) == 3


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def changed(content: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """A workbook in which one member was tampered with."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            inside = source.read(name)
            assert name != member or old in inside
            target.writestr(name, inside.replace(old, new) if name == member else inside)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_file_that_unpacks_to_gigabytes_is_refused_without_unpacking_them() -> None:
    bomb = zipped(**{"xl/worksheets/sheet1.xml": b" " * (65 * 1024 * 1024)})
    assert len(bomb) < 100_000
    with pytest.raises(SheetTooMuch):
        read(bomb)


def test_a_file_of_countless_cells_is_refused() -> None:
    with pytest.raises(SheetTooMuch):
        read(zipped(**{"xl/worksheets/sheet1.xml": b"<c/>" * 3_000_001}))


def test_entities_are_not_expanded() -> None:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    book = workbook([["Email"], ["a@x.vn"]])
    old = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    with pytest.raises(SheetUnreadable):
        read(changed(book, SHEET, old, xml))


def test_cells_far_away_cost_neither_memory_nor_time() -> None:
    far = workbook([["Email"], ["a@x.vn"]])
    far = changed(far, SHEET, b'r="A2"', b'r="XFD1048576"')
    far = changed(far, SHEET, b'<row r="2"', b'<row r="1048576"')
    with pytest.raises(SheetHoldsNothing):
        read(far, name="t.xlsx")
    endless = changed(workbook([["Email"], ["a@x.vn"]]), SHEET, b'<row r="2"', b'<row r="99999999999999"')
    with pytest.raises(SheetHoldsNothing):
        read(endless, name="t.xlsx")


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    book = workbook([["Email"], ["a@x.vn"], ["b@x.vn"]])
    assert len(read(changed(book, SHEET, b'ref="A1:A3"', b'ref="A1"')).rows) == 2


def test_what_breaks_off_inside_is_refused() -> None:
    book = changed(workbook([["Email"], ["a@x.vn"]]), SHEET, b"</sheetData>", b"")
    with pytest.raises(SheetUnreadable):
        read(book, name="t.xlsx")


texts = st.text(st.characters(codec="utf-8"), max_size=30).map(tidied)


@given(st.lists(st.tuples(texts.filter(bool), texts, texts), min_size=1, max_size=8), st.sampled_from(["csv", "xlsx"]))
def test_what_we_write_is_read_back_as_it_was(rows: list[tuple[str, str, str]], how: str) -> None:
    lines = [["E-mail", "Name", "Amount"], *map(list, rows)]
    if how == "csv":
        content = csv_of(lines).encode()
    else:
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet()
            for at, line in enumerate(lines):
                for place, text in enumerate(line):
                    sheet.write_string(at, place, text)
        content = file.getvalue()

    found = read_sheet(content, name="t", columns=COLUMNS, most=100, language="vi")

    assert [tuple(row.cells[name] for name in ("email", "name", "amount")) for row in found.rows] == rows


@given(texts)
def test_the_guard_against_formulas_is_taken_back_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


@given(st.binary(max_size=300))
def test_whatever_is_handed_in_is_read_or_refused(content: bytes) -> None:
    """ALL-3"""
    for begins in (b"", b"Email\n", b"PK\x03\x04"):
        try:
            read(begins + content)
        except Refusal as refusal:
            str(refusal)


@given(st.integers(0, 5000), st.integers(0, 255))
def test_a_workbook_with_a_broken_byte_is_read_or_refused(at: int, byte: int) -> None:
    """ALL-3"""
    book = bytearray(BOOK)
    book[at % len(book)] = byte
    try:
        read(bytes(book), name="t.xlsx")
    except Refusal as refusal:
        str(refusal)


BOOK = workbook([["Email", "Name"], ["a@x.vn", "An"], ["b@x.vn", 12.5]])


@given(st.sampled_from([",", ";", "\t"]), st.lists(st.tuples(texts.filter(bool), texts), min_size=1, max_size=6))
def test_the_separating_sign_is_found_whatever_stands_in_the_cells(delimiter: str, rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([["Tên", "Email"], *([guarded(b), guarded(a)] for a, b in rows)])
    found = read(file.getvalue())
    assert [(row.cells["email"], row.cells["name"]) for row in found.rows] == rows
