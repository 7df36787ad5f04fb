"""The blanks in a sentence, which a translation must have as well: %(name)s, %s, {name}."""

from __future__ import annotations

import re
from collections import Counter
from string import Formatter

_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-#0+]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]|%%")
_BRACES = re.compile(r"\{\w*(?:\.\w+)*(?::[^{}\s]*)?\}")
_TAG = re.compile(r"</?([a-zA-Z][\w-]*)")


def percent_blanks(text: str) -> list[str]:
    return [match.group() for match in _PERCENT.finditer(text) if match.group() != "%%"]


def flag_of(text: str, plural: str = "") -> list[str]:
    both = text + plural
    if percent_blanks(both):
        return ["python-format"]
    return ["python-brace-format"] if _BRACES.search(both) else []


def blanks_differ(text: str, translation: str) -> str:
    """What the translation lacks or has too much of, in words; nothing when it can be filled as the sentence is."""
    wanted, given = _blanks(text), _blanks(translation)
    if wanted != given:
        return f"its blanks are {_listed(given)} instead of {_listed(wanted)}"
    positional = [blank for blank in percent_blanks(text) if "(" not in blank]
    if positional != [blank for blank in percent_blanks(translation) if "(" not in blank]:
        return "its nameless blanks stand in another order"
    if (percent_blanks(text) or "%%" in text) and "%" in _PERCENT.sub("", translation):
        return "a percent sign stands alone; write %%"
    if _BRACES.search(text) and not _fills(translation):
        return "its braces do not close"
    return ""


def without_blanks(text: str) -> str:
    return _BRACES.sub("", _PERCENT.sub("", text))


def tags_differ(text: str, translation: str) -> bool:
    return Counter(_TAG.findall(text)) != Counter(_TAG.findall(translation))


def _blanks(text: str) -> set[str]:
    """A set: a language may say a name once more, or once less, than English does."""
    return {*percent_blanks(text), *_BRACES.findall(text)}


def _listed(blanks: set[str]) -> str:
    return ", ".join(sorted(blanks)) or "none"


def _fills(text: str) -> bool:
    try:
        list(Formatter().parse(text))
    except ValueError:
        return False
    return True
