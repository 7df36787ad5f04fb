"""Set a paper: a template of papers/, filled with plain data, as PDF/A.

ID-7  In the reader's language: whoever asks gives the words, the template has none of its own.

The font stands in the typst wheel, so nothing is installed beside it, and a paper is the same bytes on every machine.
It takes milliseconds a page, and a transaction has no business being open meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import typst

from kanal.kit.pdf.printable import printable

PAPERS = Path(__file__).resolve().parent / "papers"
STANDARD: Final = "a-2u"  # kept for decades, and its text can be searched and copied


def render_pdf(paper: str, data: Mapping[str, object], *, at: datetime) -> bytes:
    """The same paper, data and moment give the same bytes. Data is never read as markup."""
    return typst.compile(
        PAPERS / f"{paper}.typ",
        root=PAPERS,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(printable(data), ensure_ascii=False)},
        format="pdf",
        pdf_standards=STANDARD,
        timestamp=int(at.astimezone(UTC).timestamp()),
    )


@cache
def fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
