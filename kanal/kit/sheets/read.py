"""Read a sheet that somebody hands in: the lines under its headings, or a sentence that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from kanal.kit.file_kinds import FileKind
from kanal.kit.files import FileEmpty, FileKindNotTaken
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import HeadingReader, Headings, HeadingsMissing, SheetColumn, in_both_languages
from kanal.kit.sheets.read_csv import LOOKED_AT, Line, csv_lines
from kanal.kit.sheets.read_xlsx import xlsx_sheets
from kanal.kit.sheets.text import tidied

SHEETS = frozenset({FileKind.XLSX, FileKind.TEXT})
LONGEST_CELL = 2000
_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(eq=False)
class SheetLocked(Refusal):
    code = "sheet_locked"
    field = "file"
    name: str

    def __str__(self) -> str:
        return _("“%(name)s” is locked with a password. Save it without one, and choose it again.") % self.words()


@dataclass(eq=False)
class SheetHoldsNothing(Refusal):
    code = "sheet_holds_nothing"
    field = "file"
    name: str

    def __str__(self) -> str:
        return (
            _("Under the headings of “%(name)s” nothing is filled in. Fill in a row, and choose it again.")
            % self.words()
        )


@dataclass(eq=False)
class TooManyLines(Refusal):
    code = "too_many_lines"
    field = "file"
    name: str
    most: int

    def __str__(self) -> str:
        words = {"name": self.name, "most": number_format(self.most, force_grouping=True)}
        return _("“%(name)s” has more than %(most)s rows. Split it, and upload one part after the other.") % words


@dataclass(eq=False)
class CellTooLong(Refusal):
    code = "cell_too_long"
    field = "file"
    name: str
    line: int

    def __str__(self) -> str:
        words = {**self.words(), "most": number_format(LONGEST_CELL, force_grouping=True)}
        return _("In line %(line)d of “%(name)s” a cell holds more than %(most)s letters. Shorten it.") % words


@dataclass(eq=False)
class MoreCellsThanHeadings(Refusal):
    code = "more_cells_than_headings"
    field = "file"
    name: str
    line: int

    def __str__(self) -> str:
        return (
            _(
                "Line %(line)d of “%(name)s” has more cells than there are headings. "
                "Put what contains the separating sign in quotation marks."
            )
            % self.words()
        )


@dataclass(frozen=True, slots=True)
class SheetRow:
    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """`unused` are headings of columns that nobody asks for; the template's own example is no row."""

    rows: list[SheetRow]
    unused: list[str]
    example_left_out: bool


def read_sheet(content: bytes, *, name: str, columns: Sequence[SheetColumn], most: int, language: str) -> Sheet:
    """`language` is the reader's: their notation is how numbers of a workbook are written out."""
    reader = HeadingReader(columns)
    headings, lines = _under_the_headings(_tables(content, name, reader, language), reader, name)
    rows: list[SheetRow] = []
    is_csv = not content.startswith(_ZIP)  # in a workbook, notes beside the table disturb nobody
    examples, left_out = _examples(columns, headings), False
    for line in lines:
        cells = headings.cells(line.cells)
        if not any(cells.values()):
            continue
        if is_csv and any(line.cells[headings.width :]):
            raise MoreCellsThanHeadings(name=name, line=line.number)
        if any(len(text) > LONGEST_CELL for text in cells.values()):
            raise CellTooLong(name=name, line=line.number)
        if cells in examples:
            left_out = True
            continue
        if len(rows) == most:
            raise TooManyLines(name=name, most=most)
        rows.append(SheetRow(line.number, cells))
    if not rows:
        raise SheetHoldsNothing(name=name)
    return Sheet(rows, headings.unused, left_out)


def _tables(content: bytes, name: str, reader: HeadingReader, language: str) -> Iterator[Iterator[Line]]:
    if not content:
        raise FileEmpty(name=name)
    if content.startswith(_OLE):
        raise SheetLocked(name=name) if _ENCRYPTED in content else _not_taken(name)
    if content.startswith(_ZIP):
        return xlsx_sheets(content, name=name, language=language)
    return iter([csv_lines(content, name=name, reader=reader)])


def _not_taken(name: str) -> Refusal:
    return FileKindNotTaken(name=name, kinds=[kind.code for kind in FileKind if kind in SHEETS])


def _under_the_headings(
    tables: Iterator[Iterator[Line]], reader: HeadingReader, name: str
) -> tuple[Headings, Iterator[Line]]:
    """The first table in which a line near the top names everything that is needed."""
    missing: list[str] | None = None
    for lines in tables:
        for place, line in enumerate(lines):
            lacks = reader.missing_in(line.cells)
            if not lacks:
                return reader.read(line.cells), lines
            missing = lacks if missing is None or len(lacks) < len(missing) else missing
            if place >= LOOKED_AT:
                break
    raise HeadingsMissing(name=name, missing=missing or reader.missing_in([]))


def _examples(columns: Sequence[SheetColumn], headings: Headings) -> list[dict[str, str]]:
    """As the templates have them, one for each language."""
    by_column = {column.name: in_both_languages(column.example) for column in columns}
    languages = zip(*by_column.values(), strict=True)
    return [
        {name: tidied(text) for name, text in zip(by_column, said, strict=True) if name in headings.places}
        for said in languages
    ]
