"""Is every sentence said well in both languages? One fault per sentence that is not.

The tables here hold the manner of speaking; which word goes where is read from docs/glossary.md (glossary.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import polib

from kanal.kit.messages.catalogue import NUMBER_OF_FORMS, Key, Said, key_of
from kanal.kit.messages.message import OWN_NAMES, Fault, shortened
from kanal.kit.messages.placeholders import blanks_differ, tags_differ, without_blanks

# English of our own: pattern → why not.
FORBIDDEN_ENGLISH = {
    r"\bsuccessfully\b": "say what is now true, not that it worked",
    r"\b(oops|sorry|unfortunately)\b": "say what happened and what to do next",
    r"\bemails?\b": "e-mail, with its hyphen",
    r"\b(log ?in|log ?out|logged (in|out))\b": "sign in, sign out",
    r"\b(user|users)\b": "a person, a member, or who it is",
}
# Vietnamese: pattern → why not.
FORBIDDEN_VIETNAMESE = {
    r"kí (tự|hiệu|kết)": "ký tự, ký hiệu, ký kết",
    r"tập tin": "tệp",
    r"thư điện tử": "email",
    r"\blogin\b|\blog in\b": "đăng nhập",
    r"\bpassword\b": "mật khẩu",
    r"(?<!\w)(quý khách|anh/chị)(?!\w)": "bạn, as in the manuals",
    r"vui lòng": "leave it out: a plain imperative is polite enough on a screen",
    r"(?<!\w)\w*(?:o[áàảãạéèẻẽẹ]|(?<!q)u[ýỳỷỹỵ])(?!\w)": "the tone stands on the first vowel: hóa, khóa, hủy, tùy",
}
_VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
_END = re.compile(r"[.:?!…]?$")


def faults_in_english(said: dict[Key, Said]) -> Iterator[Fault]:
    for one in said.values():
        if one.is_ours:
            for text in filter(None, (one.text, one.plural)):
                for why in _why_not_english(text):
                    yield Fault(_first_own(one), 0, f"“{shortened(text)}”: {why}")


def _first_own(one: Said) -> str:
    return next(source for source in one.sources if source.startswith("kanal/"))


def _why_not_english(text: str) -> Iterator[str]:
    if text not in OWN_NAMES and _VIETNAMESE_LETTER.search(text):
        yield "the code says it in English, the catalogue in Vietnamese"
    if text != text.strip() or "\n" in text or "  " in text:
        yield "spaces at its ends or within it (a block needs `trimmed`)"
    words = without_blanks(text)
    for pattern, why in FORBIDDEN_ENGLISH.items():
        if re.search(pattern, words, re.IGNORECASE):
            yield why


def faults_in_translation(catalogue: polib.POFile, language: str, source: str) -> Iterator[Fault]:
    for entry in catalogue:
        for why in _why_not(entry, language):
            yield Fault(source, entry.linenum or 0, f"“{shortened(entry.msgid)}”: {why}")


def _why_not(entry: polib.POEntry, language: str) -> Iterator[str]:
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.obsolete:
        yield "nobody says it any more"
    elif entry.fuzzy:
        yield "marked fuzzy: read it and take the mark away"
    elif not all(forms):
        yield "has no translation"
    elif len(forms) != (NUMBER_OF_FORMS[language] if entry.msgid_plural else 1):
        yield f"{language} has {NUMBER_OF_FORMS[language]} form(s) of a plural, not {len(forms)}"
    else:
        for number, form in enumerate(forms):
            # The form for one may leave its count unsaid, as English does: “a minute ago”.
            is_for_one = not entry.msgid_plural or (number == 0 and len(forms) > 1)
            yield from _why_not_form(entry.msgid if is_for_one else entry.msgid_plural, form)
            if language == "vi":
                yield from _why_not_vietnamese(form)


def _why_not_form(sentence: str, form: str) -> Iterator[str]:
    if differ := blanks_differ(sentence, form):
        yield differ
    if tags_differ(sentence, form):
        yield "its HTML tags differ"
    if form != unicodedata.normalize("NFC", form):
        yield "its accents are written as separate marks (not NFC)"
    if _ends(sentence) != _ends(form):
        yield "ends or begins with other spaces or another mark"


def _ends(text: str) -> tuple[bool, bool, str]:
    end = _END.search(text.rstrip())
    return text[:1].isspace(), text[-1:].isspace(), end.group() if end else ""


def _why_not_vietnamese(form: str) -> Iterator[str]:
    words = without_blanks(form)
    for pattern, why in FORBIDDEN_VIETNAMESE.items():
        if re.search(pattern, words, re.IGNORECASE):
            yield why


def faults_in_overrides(overrides: polib.POFile, said: dict[Key, Said], source: str) -> Iterator[Fault]:
    """English catalogues restate what others say; our own sentence is mended where it is said."""
    for entry in overrides:
        one = said.get(key_of(entry))
        if one and one.is_ours:
            yield Fault(source, 0, f"“{shortened(entry.msgid)}”: mend it in {_first_own(one)}")
