"""The catalogue of one language, a .po file written so that equal words always give equal bytes.

No dates, no names, no line numbers: a diff shows the sentences that changed and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polib

from kanal.kit.messages.message import Fault, Message
from kanal.kit.messages.placeholders import flag_of

PLURAL_FORMS = {"vi": "nplurals=1; plural=0;", "en": "nplurals=2; plural=(n != 1);"}
NUMBER_OF_FORMS = {"vi": 1, "en": 2}
Key = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """One sentence to translate, with every place that says it."""

    text: str
    context: str
    plural: str
    sources: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        return any(source.startswith("kanal/") for source in self.sources)


def by_sentence(messages: Iterable[Message]) -> tuple[dict[Key, Said], list[Fault]]:
    gathered: dict[Key, list[Message]] = {}
    for message in messages:
        if message.text:
            gathered.setdefault(message.key, []).append(message)
    said: dict[Key, Said] = {}
    faults: list[Fault] = []
    for key, group in sorted(gathered.items()):
        plurals = sorted({message.plural for message in group if message.plural})
        sources = tuple(sorted({message.source for message in group}))
        if len(plurals) > 1:
            faults.append(Fault(sources[0], 0, f"“{key[1]}” has several plurals: {', '.join(plurals)}"))
        said[key] = Said(key[1], key[0], plurals[0] if plurals else "", sources)
    return said, faults


def catalogue_path(root: Path, language: str) -> Path:
    return root / "kanal" / "locale" / language / "LC_MESSAGES" / "django.po"


def read_catalogue(path: Path) -> polib.POFile:
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def updated(known: polib.POFile, said: dict[Key, Said], language: str, *, only_known: bool = False) -> polib.POFile:
    """`known` brought up to what is said now: new sentences wait for their words, those nobody says are gone."""
    translated = {key_of(entry): entry for entry in known if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=110)
    fresh.metadata = _metadata(language)
    for key, one in sorted(said.items(), key=lambda item: (item[1].text, item[1].context)):
        if key in translated or not only_known:
            fresh.append(_entry(one, translated.get(key), NUMBER_OF_FORMS[language]))
    return fresh


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def _metadata(language: str) -> dict[str, str]:
    return {
        "Project-Id-Version": "Kanal",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }


def _entry(one: Said, known: polib.POEntry | None, forms: int) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=one.text,
        msgctxt=one.context or None,
        occurrences=[(source, "") for source in one.sources],
        flags=[*flag_of(one.text, one.plural), *(["fuzzy"] if known and known.fuzzy else [])],
        comment="",
        tcomment=known.tcomment if known else "",
    )
    if one.plural:
        entry.msgid_plural = one.plural
        entry.msgstr_plural = {form: _form(known, form) for form in range(forms)}
    else:
        entry.msgstr = _form(known, 0)
    return entry


def _form(known: polib.POEntry | None, form: int) -> str:
    if known is None:
        return ""
    return str(known.msgstr_plural.get(form, "") if known.msgid_plural else known.msgstr if form == 0 else "")
