"""What the pages of a person's own account say in their own way."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote
from uuid import UUID

from django import template
from django.utils.translation import gettext as _

from kanal.kit.ids import public_id

register = template.Library()


@register.filter
def passkey_id(counted: int) -> str:
    return public_id("pas", UUID(int=counted))


@register.filter
def in_fours(text: str) -> str:
    """Easier to read aloud and to type: "JBSW Y3DP EHPK 3PXP"."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@register.simple_tag
def codes_as_text(codes: Sequence[str]) -> str:
    """A file in the link itself, so that codes shown once never travel a second time."""
    lines = [_("Recovery codes for Kanal; each opens the account once."), "", *(in_fours(code) for code in codes), ""]
    return "data:text/plain;charset=utf-8," + quote("\r\n".join(lines))
