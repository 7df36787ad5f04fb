"""Keys made in Python: PostgreSQL finds and orders Vietnamese names by them without an extension or a locale."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

# Letters that Unicode does not take apart. Eth and African D are how đ comes out of old fonts and keyboards.
_FOREIGN = {"ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"}
_TO_PLAIN = str.maketrans({**_FOREIGN, "đ": "d", "ð": "d", "ɖ": "d"})
_TO_SORTABLE = str.maketrans({**_FOREIGN, "ð": "đ", "ɖ": "đ"})


def search_key(text: str) -> str:
    """Lower case, no accents, words of letters and digits one space apart: "CTY. Đồng  Nai" is "cty dong nai"."""
    bare = "".join(letter for letter, _ in _letters(text)).translate(_TO_PLAIN)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def prefix_query(text: str) -> str:
    """For to_tsquery('simple', …) over search keys: each word typed begins one that is there. Nothing typed, ''."""
    return " & ".join(f"{word}:*" for word in search_key(text).split())


_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_WEIGHTS = dict(zip(_ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg", strict=True))
_SHAPED = {
    ("a", "\u0306"): "ă",
    ("a", "\u0302"): "â",
    ("e", "\u0302"): "ê",
    ("o", "\u0302"): "ô",
    ("o", "\u031b"): "ơ",
    ("u", "\u031b"): "ư",
}
_TONED = frozenset("aăâeêioôơuưy")
_NO_TONE = "0"
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng


def sort_key(text: str) -> str:
    """Compared byte by byte (COLLATE "C"), these stand in the order of a Vietnamese dictionary.

    Syllable by syllable: first its letters (a ă â b c d đ e ê …), then its tone (ngang huyền hỏi ngã sắc nặng),
    wherever in the syllable the tone was typed. Each syllable is its letters' weights, a space, which sorts before
    all of them, and its tone. Digits come before letters, other scripts after them.
    """
    return "".join(f"{weights} {tone}" for weights, tone in _syllables(text))


def _syllables(text: str) -> Iterator[tuple[str, str]]:
    weights, tone = "", _NO_TONE
    for base, marks in _letters(text):
        for letter in base.translate(_TO_SORTABLE):
            if letter.isalnum():
                shaped, its_tone = _vietnamese(letter, marks)
                weights += _WEIGHTS.get(shaped, shaped)
                tone = its_tone if tone == _NO_TONE else tone
            elif weights:
                yield weights, tone
                weights, tone = "", _NO_TONE
    if weights:
        yield weights, tone


def _vietnamese(letter: str, marks: str) -> tuple[str, str]:
    """The letter of the alphabet and its tone; accents of other languages are dropped."""
    for mark in marks:
        letter = _SHAPED.get((letter, mark), letter)
    tones = [_TONES[mark] for mark in marks if mark in _TONES and letter in _TONED]
    return letter, tones[0] if tones else _NO_TONE


def _letters(text: str) -> Iterator[tuple[str, str]]:
    """Each base letter, in lower case, with the marks that stand on it."""
    base, marks = "", ""
    for each in _decomposed(text):
        if unicodedata.combining(each):
            marks += each
        else:
            if base:
                yield base, marks
            base, marks = each, ""
    if base:
        yield base, marks


def _decomposed(text: str) -> str:
    """Case is folded between two passes: each of them can make work for the other."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
