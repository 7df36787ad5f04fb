"""Every kind has its letter in both languages, whole, escaped where it is HTML, and fit for any mail program."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from kanal.kit.money import Money
from kanal.notices.kinds import KINDS
from kanal.notices.render import letter, title

FOLDER = Path(__file__).resolve().parents[2] / "kanal/notices/templates/notices"
VOID = {"meta", "br", "hr", "img", "base", "link", "input", "wbr"}
NOON = datetime(2026, 3, 18, 5, tzinfo=UTC)


class Facts(dict[str, object]):
    """Something for every name that a letter may ask for."""

    def __init__(self) -> None:
        names = "organization email key begins_with inviter roles address device where who name person by method"
        super().__init__({name: f"<{name}> & co" for name in names.split()})
        self.update(expires_at=NOON, at=NOON, until=NOON, ends_at=NOON, count=2, amount=Money(1_000_000))


class WellFormed(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "background", "action"}]
        assert tag not in {"script", "link", "iframe", "form", "table", "img"}, tag
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def everything() -> Iterator[tuple[str, str]]:
    for name, kind in KINDS.items():
        if kind.mail:
            yield from ((name, language) for language in ("vi", "en"))


@pytest.mark.parametrize(("name", "language"), list(everything()))
def test_a_letter_is_whole(name: str, language: str) -> None:
    written = letter(
        kind=name, facts=Facts(), link="/some/where/", reader_name="Trà <b>& Cà</b> phê", language=language
    )

    assert written.subject
    assert "\n" not in written.subject
    assert "Trà <b>& Cà</b> phê" in written.text
    assert "<b>& Cà" not in written.html
    assert not re.search(r"\n{4,}", written.text), "holes in the text"
    assert "http://localhost:8000/some/where/" in written.text
    assert "http://localhost:8000/some/where/" in written.html
    assert f'lang="{language}"' in written.html
    page = WellFormed()
    page.feed(written.html)
    assert page.open == []
    assert {address.split("/some", 1)[0] for address in page.addresses} <= {"http://localhost:8000"}


def test_both_languages_say_it_in_their_own_words() -> None:
    same = []
    for name, kind in KINDS.items():
        if kind.mail:
            written = [
                letter(kind=name, facts=Facts(), link="", reader_name="Lan", language=language)
                for language in ("vi", "en")
            ]
            same += [name] if written[0].text == written[1].text or written[0].subject == written[1].subject else []
    assert same == []


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.in_app])
def test_what_stands_in_the_portal_has_a_title(name: str) -> None:
    assert title(kind=name, facts=Facts(), reader_name="Lan")


def test_every_folder_of_letters_belongs_to_a_kind() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders - set(KINDS) == set()


def test_a_kind_without_its_letter_would_be_found_here() -> None:
    with pytest.raises(TemplateDoesNotExist):
        get_template("notices/moon_landed/subject.txt")


def test_times_and_money_are_written_as_the_reader_writes_them() -> None:
    from django.template import Context, Template
    from django.utils import timezone, translation

    template = Template('{{ at|date:"SHORT_DATETIME_FORMAT" }} {{ amount }}')
    written = []
    for language in ("vi", "en"):
        with translation.override(language), timezone.override(None):
            written.append(template.render(Context({"at": NOON, "amount": Money(1_000_000)})))
    assert written[0] == "18/03/2026 12:00 1.000.000 ₫".replace(" ₫", "\N{NO-BREAK SPACE}₫")
    assert "1,000,000" in written[1]


def test_a_long_subject_is_cut_and_stays_one_line() -> None:
    facts = Facts() | {"key": "x\ny" * 200, "organization": "o" * 300}
    written = letter(kind="api_key_expired", facts=facts, link="", reader_name="Lan", language="en")
    assert len(written.subject) <= 200
    assert "\n" not in written.subject
