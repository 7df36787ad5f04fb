"""ID-1 At least 8 characters of four classes, and not a known common one."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from kanal.identity.passwords import StrongPassword, as_typed, is_common, missing_from


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("", ["at least 8 characters", "a small letter", "a capital letter", "a digit", "a sign such as #"]),
        ("Ab1!xyz", ["at least 8 characters"]),
        ("ab1!xyzw", ["a capital letter"]),
        ("AB1!XYZW", ["a small letter"]),
        ("Abc!xyzw", ["a digit"]),
        ("Abc1xyzw", ["a sign such as #"]),
        ("Ab1!xyzw", []),
        ("Ấm 9 đạm", []),  # letters of Vietnamese have a case, and a space is a sign
    ],
)
def test_says_what_is_missing(password: str, missing: list[str]) -> None:
    """ID-1"""
    with translation.override("en"):
        assert missing_from(password) == missing


def test_the_message_lists_all_that_is_missing_at_once() -> None:
    """ID-1"""
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        StrongPassword().validate("xyzw")

    assert refused.value.messages == [
        "The password still needs at least 8 characters, a capital letter, a digit and a sign such as #."
    ]


@pytest.mark.parametrize("password", ["Password1!", "P@ssw0rd", "Qwerty123!", "Iloveyou1!", "!!Dragon99"])
def test_refuses_a_leaked_one_however_it_is_dressed_up(password: str) -> None:
    """ID-1"""
    assert is_common(password)
    with pytest.raises(ValidationError) as refused:
        StrongPassword().validate(password.ljust(8, "!"))
    assert refused.value.code == "password_too_common"


@pytest.mark.parametrize("password", ["Sao-Khue-2026!", "Trời 9 xanh!", "xK4$-mmPq"])
def test_takes_a_good_one(password: str) -> None:
    """ID-1"""
    StrongPassword().validate(password)


def test_a_letter_in_pieces_is_the_same_letter_and_no_sign() -> None:
    """ID-1 Some keyboards send "ế" as e, circumflex and acute: it must neither count as a sign nor lock anybody out."""
    whole, in_pieces = "Trếeng9aB", unicodedata.normalize("NFD", "Trếeng9aB")

    assert in_pieces != whole
    assert as_typed(in_pieces) == as_typed(whole)
    with pytest.raises(ValidationError):
        StrongPassword().validate(in_pieces)
