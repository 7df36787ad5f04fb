"""Keep secrets out of the record: what is named like one, or looks like one, is masked before it is written."""

import re
from collections.abc import Mapping

from kanal.kit.plain import Plain, plain

MASK = "•••"
NAMED_LIKE_A_SECRET = re.compile(
    r"pass(word|phrase|code)|secret|token|digest|(^|_)(hash|otp|totp|pin|cookie|cvv)(_|$)|recovery_code|private_key|"
    r"signing_key|session_key|credential|authorization",
)
LOOKS_LIKE_A_SECRET = re.compile(r"\bkan_[A-Za-z0-9_-]{12,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bBearer\s+\S+")


def without_secrets(facts: Mapping[str, object] | None) -> dict[str, Plain]:
    """That a password changed may be recorded; what it is, or was, may not."""
    return {name: _masked(name, plain(value)) for name, value in (facts or {}).items()}


def _masked(name: str, value: Plain) -> Plain:
    if NAMED_LIKE_A_SECRET.search(name.lower()):
        return MASK if value not in (None, "", False) else value
    return masked_text(value) if isinstance(value, str) else _masked_inside(value)


def _masked_inside(value: Plain) -> Plain:
    match value:
        case dict():
            return {name: _masked(name, item) for name, item in value.items()}
        case list():
            return [masked_text(item) if isinstance(item, str) else _masked_inside(item) for item in value]
        case _:
            return value


def masked_text(text: str) -> str:
    """Also for what people type, such as a reason: an API key pasted there is not kept."""
    return LOOKS_LIKE_A_SECRET.sub(MASK, text)
