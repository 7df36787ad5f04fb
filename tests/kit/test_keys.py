import functools
import random
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kanal.kit.keys import prefix_query, search_key, sort_key

ALPHABET = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
# A table of its own, written letter by letter, without asking Unicode: ngang huyền hỏi ngã sắc nặng.
VOWELS = {
    "a": "aàảãáạ", "ă": "ăằẳẵắặ", "â": "âầẩẫấậ", "e": "eèẻẽéẹ", "ê": "êềểễếệ", "i": "iìỉĩíị",
    "o": "oòỏõóọ", "ô": "ôồổỗốộ", "ơ": "ơờởỡớợ", "u": "uùủũúụ", "ư": "ưừửữứự", "y": "yỳỷỹýỵ",
}  # fmt: skip
LETTERS = {letter: (ALPHABET.index(letter), 0) for letter in ALPHABET} | {
    toned: (ALPHABET.index(vowel), tone) for vowel, family in VOWELS.items() for tone, toned in enumerate(family)
}


def _each(text: str) -> list[str]:
    return text.split()


SYLLABLES = _each(
    "nguyễn nguyên trần trân trấn lê lễ phạm phàm huỳnh hoàng hoà hòa hoa hóa phan vũ võ vỏ đặng dặng bùi đỗ đồ do hồ "
    "ho ngô ngọ dương lý an ăn ân ấn án bà bá ba bình binh chi châu đức dức giang gia hải hai hạnh hà khánh khanh lan "
    "lân mai mãi minh nam nga ngọc như nhu phúc quân quang quảng sơn son tâm tam tạm thảo thao thu thư thủy thuý trang "
    "tú tư từ tuấn tuân uyên vân văn việt xuân yến yên mỹ my bưởi buổi"
)
names = st.lists(st.sampled_from(SYLLABLES), min_size=0, max_size=4).map(" ".join)
DIGITS = {"0": (-2, 0), "1": (-1, 0)}
alike = st.text(st.sampled_from("aàáâbo01 "), max_size=4)
words = st.text(st.sampled_from([*sorted(LETTERS), *DIGITS, " "]), max_size=8)


def test_finds_vietnamese_without_accents() -> None:
    assert search_key("Nguyễn Thị Ánh Tuyết") == "nguyen thi anh tuyet"
    assert search_key("CÔNG TY  TNHH Đồng-Nai, (Biên Hòa)") == "cong ty tnhh dong nai bien hoa"
    assert search_key("Ðặng Ɖức") == "dang duc"
    assert search_key("0312 345 678-001") == "0312 345 678 001"
    assert search_key("Łódź Ørsted Straße Ǆ") == "lodz orsted strasse dz"
    assert search_key("  \N{NO-BREAK SPACE}…!? ") == ""


def test_the_whole_alphabet_loses_its_accents() -> None:
    assert {search_key(letter) for letter in LETTERS} == set("abcdefghijklmnopqrstuvwxyz")
    for letter in LETTERS:
        for spelling in (letter, unicodedata.normalize("NFD", letter), letter.upper()):
            assert search_key(spelling) == search_key(letter)


@given(st.text())
def test_a_search_key_is_its_own_search_key(text: str) -> None:
    key = search_key(text)
    assert search_key(key) == key
    assert key == " ".join(key.split())
    assert all(letter.isalnum() or letter == " " for letter in key)


def test_searches_by_the_beginnings_of_words() -> None:
    assert prefix_query("Ngữ An") == "ngu:* & an:*"
    assert prefix_query("  ") == prefix_query("&|!:*'()") == ""


@given(st.text())
def test_no_text_can_speak_the_language_of_queries(text: str) -> None:
    for word in filter(None, prefix_query(text).split(" & ")):
        assert word.endswith(":*")
        assert word.removesuffix(":*").isalnum()


@pytest.mark.parametrize(
    "ordered",
    [
        _each("ma mà mả mã má mạ"),
        _each("an ăn ân ấn bà da đa em êm ga"),
        _each("on ôn ơn un ưng vân xa yên"),
        ["An", "an toàn", "ăn", "ân"],
        ["Hoa Ngân", "Hòa An", "Hòa Bình", "Hóa", "Hoài", "Hoàng"],
        ["Đồ", "Đổ", "Đỗ An", "Đỗ Bình", "Đỗ Văn Ân", "Đố", "Độ"],
        ["Do", "Dương", "Đào", "Đặng", "Đinh", "Đoàn", "Đỗ", "Em"],
        ["Lê An", "Lê Ánh", "Lê Ân", "Lê Bình", "Lý An"],
        ["Nguyễn Thị Hoa", "Nguyễn Thị Hòa", "Nguyễn Thị Huệ", "Nguyễn Văn An", "Nguyễn Văn Ân", "Nguyễn Việt"],
        ["Trân", "Trần", "Trấn", "Trận", "Trâu"],
        ["Công ty 2", "Công ty An", "Công ty 北京"],
        ["3A", "An", "Żubr", "Юрий"],
    ],
)
def test_orders_names_as_a_vietnamese_dictionary(ordered: list[str]) -> None:
    shuffled = random.Random(7).sample(ordered, len(ordered))
    assert sorted(shuffled, key=lambda name: sort_key(name).encode()) == ordered


def test_the_alphabet_is_in_order_with_each_tone_in_its_place() -> None:
    ordered = [toned for letter in ALPHABET for toned in VOWELS.get(letter, letter)]
    assert sorted(ordered, key=lambda each: sort_key(each).encode()) == ordered
    assert len({sort_key(each) for each in ordered}) == len(ordered) == 29 + 4 + 12 * 5


@pytest.mark.parametrize(
    ("one", "other"),
    [("Hoà", "Hòa"), ("THUÝ", "thúy"), ("Ðặng", "Đặng"), ("Lê-Văn  Tám", "lê văn tám"), ("Việt", "Vie\u0323\u0302t")],
)
def test_spelling_habits_do_not_change_the_place(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_accents_of_other_languages_do_not_count_as_tones() -> None:
    assert sort_key("Señor") == sort_key("Senor")
    assert sort_key("Müller") == sort_key("Muller")


def _compare_syllables(one: str, other: str) -> int:
    mine, theirs = ([(LETTERS | DIGITS)[letter] for letter in each] for each in (one, other))
    letters, their_letters = [place for place, _ in mine], [place for place, _ in theirs]
    if letters != their_letters:
        return -1 if letters < their_letters else 1
    tone, their_tone = (next((tone for _, tone in each if tone), 0) for each in (mine, theirs))
    return tone - their_tone


def _compare(one: str, other: str) -> int:
    """The dictionary's rule, said a second time: letters, then tone, syllable after syllable; the shorter first."""
    ones, others = one.split(), other.split()
    for each in zip(ones, others, strict=False):
        if order := _compare_syllables(*each):
            return order
    return len(ones) - len(others)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


@given(names | words, names | words)
@example("á", "a0")
def test_two_keys_compare_as_the_names_do(one: str, other: str) -> None:
    _assert_compare_alike(one, other)


@given(alike, alike)
def test_two_keys_of_names_that_hardly_differ_compare_as_the_names_do(one: str, other: str) -> None:
    _assert_compare_alike(one, other)


def _assert_compare_alike(one: str, other: str) -> None:
    mine, theirs = sort_key(one).encode(), sort_key(other).encode()
    assert (mine > theirs) - (mine < theirs) == _sign(_compare(one, other))


@given(st.lists(names, max_size=12))
def test_a_sorted_list_is_the_dictionarys(listed: list[str]) -> None:
    by_rule = sorted(listed, key=functools.cmp_to_key(_compare))
    assert [sort_key(each) for each in sorted(listed, key=sort_key)] == [sort_key(each) for each in by_rule]
