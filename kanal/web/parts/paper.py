"""A page as a paper: what it shows, in words, under the letterhead of whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kanal.identity.models import Organization
from kanal.kit import clock
from kanal.kit.pdf.render import render_pdf
from kanal.web.parts.cells import Codes, Kind, Link, Status, Two

Pair = tuple[str, str]
WIDE_FROM = 6  # columns that no longer fit on an upright page
TO_THE_RIGHT = {Kind.MONEY, Kind.NUMBER}


@dataclass(frozen=True, slots=True)
class PaperColumn:
    label: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, kw_only=True)
class Paper:
    """`rows` and `totals` are values as a list has them; here they become words."""

    title: str
    facts: Sequence[Pair]
    figures: Sequence[Sequence[Pair]] = ()
    columns: Sequence[PaperColumn] = ()
    rows: Sequence[Sequence[Any]] = ()
    totals: Sequence[Any] = ()
    remarks: Sequence[str] = field(default_factory=tuple)


def pdf_response(request: HttpRequest, paper: Paper, name: str) -> HttpResponse:
    """Rendered after everything was read, so that no transaction waits for it."""
    at = getattr(request, "at", None) or clock.now()
    response = HttpResponse(render_pdf("sheet", in_words(request, paper, at), at=at), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def in_words(request: HttpRequest, paper: Paper, at: datetime) -> dict[str, Any]:
    return {
        "title": paper.title,
        "language": (get_language() or "vi").partition("-")[0],
        "wide": len(paper.columns) >= WIDE_FROM,
        "issuer": letterhead_of(getattr(request, "organization", None)),
        "made": _("Made on %(moment)s") % {"moment": word(at)},
        "page": _("Page"),
        "nothing": _("Nothing in this period."),
        "facts": [[label, value] for label, value in paper.facts],
        "figures": [[[label, value] for label, value in row] for row in paper.figures],
        "columns": columns_of(paper),
        "rows": [[word(value) for value in row] for row in paper.rows],
        "totals": [word(value) for value in paper.totals],
        "remarks": list(paper.remarks),
    }


def columns_of(paper: Paper) -> list[dict[str, Any]]:
    """What is free text shares the width that is left."""
    texts = [column.kind is Kind.TEXT for column in paper.columns]
    return [
        {"label": column.label, "right": column.kind in TO_THE_RIGHT, "wide": is_text or not any(texts)}
        for column, is_text in zip(paper.columns, texts, strict=True)
    ]


def letterhead_of(organization: Organization | None) -> dict[str, Any]:
    if organization is None:
        return {"name": "Kanal", "lines": []}
    tax_code = _("Tax code %(code)s") % {"code": organization.tax_code} if organization.tax_code else ""
    place = ", ".join(part for part in (organization.address, organization.province) if part)
    return {"name": organization.name, "lines": [line for line in (tax_code, place) if line]}


def word(value: Any) -> str:  # noqa: PLR0911 - one for each kind of value
    """As the screen says it."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        case date():
            return formats.date_format(value, "SHORT_DATE_FORMAT")
        case int() | Decimal():
            return formats.number_format(value, force_grouping=True)
        case Two():
            return ", ".join(str(part) for part in (value.first, value.second) if part)
        case Status():
            return str(value.label)
        case Link():
            return str(value.text)
        case Codes():
            return ", ".join(map(str, value.labels))
        case _:
            return str(value)
