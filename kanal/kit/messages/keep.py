"""Two acts on all the words at once: bring the catalogues up to the code, or say what is wrong with either."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polib

from kanal.kit.messages.catalogue import Key, Said, by_sentence, catalogue_path, read_catalogue, updated
from kanal.kit.messages.collect import collect
from kanal.kit.messages.glossary import faults_against_glossary
from kanal.kit.messages.judge import faults_in_english, faults_in_overrides, faults_in_translation
from kanal.kit.messages.message import Fault, Found

TRANSLATED = "vi"
RESTATED = "en"  # only the sentences of others that our pages say better


def update_words(root: Path) -> list[str]:
    """The sentences that now wait for their translation."""
    said, _ = by_sentence(collect(root).messages)
    for language, fresh in _fresh(root, said).items():
        path = catalogue_path(root, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(str(fresh), encoding="utf-8")
    return [entry.msgid for entry in read_catalogue(catalogue_path(root, TRANSLATED)).untranslated_entries()]


def check_words(root: Path) -> list[Fault]:
    """Every fault, in the code's words and in the catalogues."""
    found = collect(root)
    return sorted({*found.faults, *_faults(root, found)})


def _faults(root: Path, found: Found) -> Iterator[Fault]:
    said, several = by_sentence(found.messages)
    yield from several
    yield from faults_in_english(said)
    for language, fresh in _fresh(root, said).items():
        path = catalogue_path(root, language)
        source = path.relative_to(root).as_posix()
        if not path.exists() or path.read_text(encoding="utf-8") != str(fresh):
            yield Fault(source, 0, "is not up to date with the code: bin/messages --update")
        catalogue = read_catalogue(path)
        yield from faults_in_translation(catalogue, language, source)
        if language == RESTATED:
            yield from faults_in_overrides(catalogue, said, source)
        else:
            yield from faults_against_glossary(root, catalogue, source)


def _fresh(root: Path, said: dict[Key, Said]) -> dict[str, polib.POFile]:
    return {
        language: updated(
            read_catalogue(catalogue_path(root, language)), said, language, only_known=language == RESTATED
        )
        for language in (TRANSLATED, RESTATED)
    }
