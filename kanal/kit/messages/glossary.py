"""docs/glossary.md holds the catalogue to its words: a label that stands there is said as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from kanal.kit.messages.catalogue import Key, key_of
from kanal.kit.messages.message import Fault

HEADINGS = ["In the manuals", "Vietnamese", "English", "Never", "Meaning", "In code"]
_CONTEXT = re.compile(r"^(?P<text>.*?)\s*\[(?P<context>[^\]]+)\]$")


@dataclass(frozen=True)
class Word:
    """`Declined [customer link]` is a label that other areas say otherwise: pgettext tells them apart."""

    english: str
    context: str
    vietnamese: str
    never: tuple[str, ...]


def words_of_glossary(root: Path) -> Iterator[Word]:
    for line in (root / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if (
            line.startswith("|")
            and len(cells) == len(HEADINGS)
            and cells != HEADINGS
            and not cells[0].startswith("---")
        ):
            yield from _words(cells)


def _words(cells: list[str]) -> Iterator[Word]:
    """A cell may hold several labels, as many in one language as in the other."""
    _manual, vietnamese, english, never, *_rest = cells
    pairs = zip(_split(english), _split(vietnamese), strict=True) if english != "–" else []
    for label, said in pairs:
        match = _CONTEXT.match(label)
        text, context = (match["text"], match["context"]) if match else (label, "")
        yield Word(text, context, said, tuple(word for word in _split(never) if word != "–"))


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(" · ")]


def faults_against_glossary(root: Path, catalogue: polib.POFile, source: str) -> Iterator[Fault]:
    entries: dict[Key, polib.POEntry] = {key_of(entry): entry for entry in catalogue}
    for word in words_of_glossary(root):
        entry = entries.get((word.context, word.english))
        if entry and entry.translated() and _first_form(entry) != word.vietnamese:
            yield Fault(source, entry.linenum or 0, f"“{word.english}” is “{word.vietnamese}” in docs/glossary.md")
        for never in word.never:
            if ("", never) in entries:
                yield Fault(source, 0, f"“{never}” is never said; docs/glossary.md has “{word.english}”")


def _first_form(entry: polib.POEntry) -> str:
    return str(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr)
