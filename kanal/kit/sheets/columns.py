"""The columns of a sheet: found by their names in both languages, whatever their case, accents and order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from kanal.kit.keys import search_key
from kanal.kit.refusal import Refusal

Text: TypeAlias = "str | Promise"
LANGUAGES = ("vi", "en")


@dataclass(eq=False)
class HeadingsMissing(Refusal):
    code = "headings_missing"
    field = "file"
    name: str
    missing: list[str]

    def __str__(self) -> str:
        words = {"name": self.name, "missing": ", ".join(self.missing)}
        return (
            _("“%(name)s” has no line with the headings of its columns. Missing: %(missing)s. Begin with the template.")
            % words
        )


@dataclass(eq=False)
class HeadingTwice(Refusal):
    code = "heading_twice"
    field = "file"
    first: str
    second: str

    def __str__(self) -> str:
        return _("“%(first)s” and “%(second)s” are headings of the same column. Keep one of them.") % self.words()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """`also` are further names by which people head it; `kind` is how a template dresses it."""

    name: str
    label: Text
    example: Text
    note: Text = ""
    is_required: bool = True
    also: tuple[str, ...] = ()
    choices: tuple[Text, ...] = ()
    kind: Literal["text", "amount", "day"] = "text"

    @property
    def heading_keys(self) -> frozenset[str]:
        return frozenset(heading_key(each) for each in (*in_both_languages(self.label), *self.also))


def in_both_languages(text: Text) -> tuple[str, ...]:
    said = []
    for language in LANGUAGES:
        with override(language):
            said.append(str(text))
    return tuple(said)


def heading_key(text: str) -> str:
    """Of "SỐ TIỀN (VND) *" it is "sotien": what stands in brackets explains, and marks and blanks are taste."""
    return search_key(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Headings:
    """Where each column stands in the lines below, and the headings that none of ours answers to."""

    places: dict[str, int]
    unused: list[str]
    width: int

    def cells(self, line: Sequence[str]) -> dict[str, str]:
        """Each column of ours by its name; one that the sheet does not have is empty."""
        return {name: line[place] if place < len(line) else "" for name, place in self.places.items()}


class HeadingReader:
    def __init__(self, columns: Sequence[SheetColumn]) -> None:
        self.columns = columns
        self.names = {key: column.name for column in columns for key in column.heading_keys}
        assert len({column.name for column in columns}) == len(columns)

    def known_in(self, line: Sequence[str]) -> set[str]:
        return {self.names[key] for key in map(heading_key, line) if key in self.names}

    def missing_in(self, line: Sequence[str]) -> list[str]:
        known = self.known_in(line)
        return [str(column.label) for column in self.columns if column.is_required and column.name not in known]

    def read(self, line: Sequence[str]) -> Headings:
        places: dict[str, int] = {}
        unused = []
        for place, heading in enumerate(line):
            name = self.names.get(heading_key(heading))
            if name is None:
                unused += [heading] if heading else []
            elif name in places:
                raise HeadingTwice(first=line[places[name]], second=heading)
            else:
                places[name] = place
        return Headings(places, unused, len(line))
