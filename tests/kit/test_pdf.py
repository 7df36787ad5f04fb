"""ID-7 Papers as PDF: the same bytes from the same data, in letters that are all there, and never markup."""

from datetime import UTC, datetime
from typing import Any

import pytest

from kanal.kit.pdf.printable import SHOWN, printable
from kanal.kit.pdf.render import render_pdf

AT = datetime(2026, 3, 18, 5, 0, tzinfo=UTC)


def paper(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Lịch sử credit", "language": "vi", "wide": True, "made": "Lập lúc 18/03/2026 12:00", "page": "Trang",
        "issuer": {"name": "Công ty TNHH Sao Mai", "lines": ["Mã số thuế 0312345673"]}, "facts": [["Kỳ", "03/2026"]],
        "figures": [[["Đầu kỳ", "28.000 ₫"], ["Cuối kỳ", "18.000 ₫"]]], "remarks": [], "nothing": "Không có gì",
        "columns": [
            {"label": "Ngày", "right": False, "wide": True}, {"label": "Số tiền", "right": True, "wide": False},
        ],
        "rows": [["18/03/2026", "−10.000 ₫"]], "totals": ["Tổng", "−10.000 ₫"], **changes,
    }  # fmt: skip


def test_the_same_data_and_moment_give_the_same_bytes() -> None:
    first = render_pdf("sheet", paper(), at=AT)

    assert first == render_pdf("sheet", paper(), at=AT)
    assert first.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in first or b"pdfaid:part" in first, "it says itself that it is PDF/A"
    assert first != render_pdf("sheet", paper(title="Khác"), at=AT)


def test_every_letter_that_is_let_through_is_in_the_font() -> None:
    """PDF/A refuses a letter that the font lacks, in either weight: so this would raise."""
    every = "".join(sorted(SHOWN))
    column = {"label": every, "right": False, "wide": True}

    render_pdf("sheet", paper(title=every, rows=[[every]], columns=[column], totals=[every]), at=AT)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ngô Thị Ệ Ộ ữ", "Ngô Thị Ệ Ộ ữ"),
        ("E\u0323\u0302", "Ệ"),
        ("cảm ơn 🎉", "cảm ơn ?"),
        ("東京", "??"),
        ("a\nb\tc\u00a0d", "a b c d"),
        ("\u200bx\u0007", "x?"),
    ],
)
def test_what_the_font_lacks_is_a_question_mark(text: str, shown: str) -> None:
    assert printable({"a": [text]}) == {"a": [shown]}
    render_pdf("sheet", paper(title=text), at=AT)


def test_data_is_never_markup() -> None:
    """A note that reads like a program of typst is printed as it is written."""
    for note in ('#panic("x")', "$x$ *a* _b_ @c <d>", '= H\n#include "/etc/passwd"', "\\u{0}"):
        render_pdf("sheet", paper(rows=[[note, "0"]], title=note, facts=[[note, note]], remarks=[note]), at=AT)


def test_a_paper_without_rows_says_so_and_many_rows_take_many_pages() -> None:
    few, many = (render_pdf("sheet", paper(rows=[["x", "1"]] * count), at=AT) for count in (0, 400))

    assert many.count(b"/Type/Page") > few.count(b"/Type/Page") + 5 or len(many) > 5 * len(few)
