"""One sentence of the house, and one thing wrong with how a sentence is said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

OWN_NAMES = frozenset({"Tiếng Việt", "English"})  # a language is listed under its own name
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, order=True)
class Message:
    """What a person reads, as the code says it in English."""

    text: str
    context: str = ""
    plural: str = ""
    source: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.text


@dataclass(frozen=True, order=True)
class Fault:
    source: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.sentence}" if self.line else f"{self.source}: {self.sentence}"


@dataclass(frozen=True)
class Found:
    """What one file says, and what is wrong with how it says it."""

    messages: tuple[Message, ...] = ()
    faults: tuple[Fault, ...] = ()


def together(parts: Iterable[Found]) -> Found:
    listed = list(parts)
    return Found(
        messages=tuple(message for part in listed for message in part.messages),
        faults=tuple(fault for part in listed for fault in part.faults),
    )


def has_letters(text: str) -> bool:
    return _LETTER.search(text) is not None


def shortened(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
