"""What people type as a name, made fit for a page, a mail's subject and a search key."""

import unicodedata

_SPACES = {"Cc", "Zl", "Zp", "Zs"}  # control characters too: a line break in a name would forge a mail header
_NOTHING = {"Cf", "Cs", "Co", "Cn"}  # invisible: joiners, direction overrides, halves of characters


def tidy(text: str) -> str:
    """One line of visible characters, composed, one space apart."""
    letters = (_visible(letter) for letter in unicodedata.normalize("NFC", text))
    return " ".join("".join(letters).split())


def _visible(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in _NOTHING:
        return ""
    return " " if category in _SPACES else letter
