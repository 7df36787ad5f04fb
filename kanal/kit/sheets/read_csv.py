"""A CSV as lines of text.

UTF-8, or UTF-16 with its mark. Old Vietnamese and Western code pages cannot be told from each other, and a wrong guess
turns names into other names: they are refused. Commas, semicolons and tabs are told apart by the headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import HeadingReader
from kanal.kit.sheets.text import tidied, unguarded

DELIMITERS = (",", ";", "\t", "|")
_TOLD = "sep="  # a line of Excel's own that says what separates
LOOKED_AT = 20  # lines in which the headings are looked for: exports of banks begin with a title


@dataclass(eq=False)
class LettersUnclear(Refusal):
    code = "letters_unclear"
    field = "file"
    name: str

    def __str__(self) -> str:
        return (
            _(
                "The letters of “%(name)s” could be read in several ways, and names might come out wrong. "
                "Save it as XLSX, or as “CSV UTF-8”, and choose it again."
            )
            % self.words()
        )


@dataclass(eq=False)
class LineUnreadable(Refusal):
    code = "line_unreadable"
    field = "file"
    name: str
    line: int

    def __str__(self) -> str:
        return (
            _(
                "“%(name)s” cannot be read from line %(line)d on: a quotation mark is missing there, or too much. "
                "Mend that line."
            )
            % self.words()
        )


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is what the line is called where the file is opened."""

    number: int
    cells: list[str]


def csv_lines(content: bytes, *, name: str, reader: HeadingReader) -> Iterator[Line]:
    text = _decoded(content, name)
    first, _newline, _rest = text.partition("\n")
    told = first.strip().lower().startswith(_TOLD)
    delimiter = first.strip()[len(_TOLD) :][:1] if told else ""
    skipped = 1 if told else 0
    yield from _lines(text, delimiter or _delimiter(text, reader), name, skipped)


def _decoded(content: bytes, name: str) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as unclear:
        raise LettersUnclear(name=name) from unclear
    if "\0" in text:
        raise LettersUnclear(name=name)
    return text


def _delimiter(text: str, reader: HeadingReader) -> str:
    """The one by which the most headings are known."""

    def known(delimiter: str) -> int:
        try:
            return max(len(reader.known_in(line.cells)) for line in islice(_lines(text, delimiter, ""), LOOKED_AT))
        except (LineUnreadable, ValueError):
            return 0

    return max(DELIMITERS, key=known)


def _lines(text: str, delimiter: str, name: str, skipped: int = 0) -> Iterator[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins_at = 1
    try:
        for cells in rows:
            if begins_at > skipped:
                yield Line(begins_at, [tidied(unguarded(cell)) for cell in cells])
            begins_at = rows.line_num + 1
    except csv.Error as problem:
        raise LineUnreadable(name=name, line=begins_at) from problem
