import pytest
from hypothesis import given
from hypothesis import strategies as st

from kanal.identity.tidy import tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Công  ty \t Sao\u00a0Mai ", "Công ty Sao Mai"),
        ("Sao Mai\r\nBcc: everyone@example.vn", "Sao Mai Bcc: everyone@example.vn"),
        ("Sao\u202eMai\u200b", "SaoMai"),
        ("Vie\u0323\u0302t", "Việt"),
        ("a\x00b", "a b"),
        ("北京 ₫ €", "北京 ₫ €"),
        (" \u200b ", ""),
    ],
)
def test_what_is_kept_of_a_name(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@given(st.text())
def test_a_tidy_name_is_one_line_and_stays_as_it_is(typed: str) -> None:
    kept = tidy(typed)

    assert tidy(kept) == kept
    assert len(kept.splitlines()) <= 1
    assert kept == kept.strip()
