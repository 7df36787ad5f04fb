"""Put a message into the reader's words: one line, plain text and HTML, all from the kind's own folder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context, engines
from django.utils import timezone, translation

LONGEST_SUBJECT = 200


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def letter(*, kind: str, facts: Mapping[str, Any], link: str, reader_name: str, language: str) -> Letter:
    """The same facts give the same letter, in the provider's time zone."""
    context = {
        **facts,
        "reader_name": reader_name,
        "link": absolute(link),
        "public_url": settings.PUBLIC_URL,
        "language": language,
    }
    with translation.override(language), timezone.override(ZoneInfo(settings.TIME_ZONE)):
        return Letter(
            subject=_one_line(_rendered(f"notices/{kind}/subject.txt", context)),
            text=_without_holes(_rendered(f"notices/{kind}/text.txt", context)),
            html=_rendered(f"notices/{kind}/html.html", context).strip() + "\n",
        )


def title(*, kind: str, facts: Mapping[str, Any], reader_name: str) -> str:
    """What the message is called in the portal, in the language of whoever reads it now."""
    return _one_line(_rendered(f"notices/{kind}/subject.txt", {**facts, "reader_name": reader_name}))


def absolute(link: str) -> str:
    return f"{settings.PUBLIC_URL}{link}" if link.startswith("/") else link


def _rendered(name: str, context: dict[str, Any]) -> str:
    """Only HTML is escaped: in plain text “Trà & Cà phê” is written as it is."""
    template = engines["django"].get_template(name).template  # type: ignore[attr-defined]
    return str(template.render(Context(context, autoescape=name.endswith(".html"))))


def _without_holes(text: str) -> str:
    """What a template leaves out leaves empty lines behind; one between two paragraphs is enough."""
    return re.sub(r"\n\s*\n", "\n\n", text.strip()) + "\n"


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
