"""What the pages of a batch are made of: the list of its rows, its figures, and how far it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kanal.batches.kinds import BatchKind
from kanal.batches.models import Batch, BatchRow, in_language
from kanal.batches.queries import Tally
from kanal.kit.sheets.columns import SheetColumn
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Link, Listing, Only, Status
from kanal.web.overview import Figure
from kanal.web.parts.shapes import Fact, Tab

WAITS = timedelta(minutes=1)  # after which a batch that has not moved is said to wait
State, Standing = Batch.State, BatchRow.Standing
FOLLOWED = (Standing.PROBLEM, Standing.READY, Standing.DONE, Standing.REFUSED, Standing.FAILED, Standing.LEFT)


def rows_listing(kind: BatchKind, name: str) -> Listing[BatchRow]:
    """Under the headings of the file, so that what is exported can be mended and handed in again."""
    return Listing[BatchRow](
        name=f"{name}_rows",
        title=pgettext_lazy("many rows", "Rows"),
        columns=[
            Column("line", pgettext_lazy("many rows", "Line"), lambda row: row.line, kind=Kind.NUMBER, sort="line"),
            *(_column(column) for column in kind.columns),
            Column(
                "standing",
                gettext_lazy("State"),
                lambda row: Status(row.standing, row.get_standing_display()),
                kind=Kind.BADGE,
            ),
            Column("answer", gettext_lazy("Answer"), lambda row: row.answer),
        ],
        order="line",
        filters=[
            Only(
                "standing",
                gettext_lazy("State"),
                lambda rows, standing: rows.filter(standing=standing),
                lambda standing: str(dict(Standing.choices).get(standing, "")),
            )
        ],
        empty=Empty(gettext_lazy("No rows")),
    )


def _column(column: SheetColumn) -> Column[BatchRow]:
    kind = Kind.TEXT if column.kind == "text" else Kind.NUMBER
    return Column(column.name, column.label, lambda row: row.cells.get(column.name, ""), kind=kind)


def tabs_of(tallies: Sequence[Tally], asked: str) -> list[Tab]:
    """All rows, and those that stand alike, as far as there are any."""
    counts: Counter[str] = Counter()
    for tally in tallies:
        counts[tally.standing] += tally.rows
    alike = [
        Tab(standing.label, f"?standing={standing}", is_current=asked == standing, count=counts[standing])
        for standing in FOLLOWED
        if counts[standing]
    ]
    return [Tab(_("All rows"), "?", is_current=not asked, count=counts.total()), *alike]


def figures_of(batch: Batch) -> list[Figure]:
    problems = Figure(
        _("Rows with problems"),
        _grouped(batch.rows_with_problems),
        url=f"?standing={Standing.PROBLEM}" if batch.rows_with_problems else "",
        standing="warn" if batch.rows_with_problems else "",
    )
    if batch.state == State.CHECKED:
        return [
            Figure(_("Rows in all"), _grouped(batch.rows_total)),
            Figure(_("Rows to be carried out"), _grouped(batch.rows_to_do)),
            problems,
        ]
    refused = Figure(_("Rows not done"), _grouped(batch.rows_refused), standing="warn" if batch.rows_refused else "")
    return [Figure(_("Rows done"), _grouped(batch.rows_done)), refused, problems]


def warnings_of(batch: Batch, before: Batch | None, at: datetime) -> list[tuple[str, str]]:
    """What somebody should know before they confirm, the gravest first: a level and its sentence."""
    if batch.state != State.CHECKED:
        return []
    said = []
    if batch.obstacle:
        said.append(("error", in_language(batch.obstacle["said"])))
    if batch.is_out_of_date(at):
        said.append(
            ("error", _("This was checked more than a day ago. Upload the file again, so that it is checked anew."))
        )
    if before is not None:
        words = {"name": before.name, "rows": _grouped(before.rows_done)}
        said.append(
            ("warning", _("The very same file was confirmed before, as “%(name)s”: rows done then: %(rows)s.") % words)
        )
    if batch.rows_with_problems:
        words = {"rows": _grouped(batch.rows_with_problems)}
        said.append(
            (
                "warning",
                _("Rows that have a problem and will be left out: %(rows)s. The others can be carried out.") % words,
            )
        )
    if batch.unused:
        words = {"headings": ", ".join(batch.unused)}
        said.append(("info", _("Columns that are not used: %(headings)s.") % words))
    return said


def waits(batch: Batch, at: datetime) -> bool:
    """Nothing has moved for a while: the worker is away, or others go first. It is not forgotten."""
    last = batch.moved_at or batch.confirmed_at
    return batch.state == State.RUNNING and last is not None and at - last > WAITS


def counts_of(batch: Batch) -> list[Fact]:
    return [
        Fact(_("Rows to be carried out"), batch.rows_to_do),
        Fact(_("Rows with problems"), batch.rows_with_problems),
    ]


def facts_of(batch: Batch, file_url: str, sums: Sequence[Fact]) -> list[Fact]:
    facts = [
        Fact(_("File"), Link(batch.name, file_url) if batch.file_id else batch.name),
        *sums,
        Fact(_("Uploaded by"), batch.checked_by["name"]),
        Fact(_("Uploaded on"), batch.checked_at),
    ]
    if batch.confirmed_by:
        facts += [Fact(_("Confirmed by"), batch.confirmed_by["name"]), Fact(_("Confirmed on"), batch.confirmed_at)]
    return [*facts, Fact(_("Ended on"), batch.ended_at)] if batch.ended_at else facts


def earlier_listing(name: str, title: Any, link: Any, new_url_name: str) -> Listing[Batch]:
    return Listing[Batch](
        name=name,
        title=title,
        columns=[
            Column("file", gettext_lazy("File"), lambda batch: batch.name),
            Column(
                "state",
                gettext_lazy("State"),
                lambda batch: Status(batch.state, batch.get_state_display()),
                kind=Kind.BADGE,
            ),
            Column("rows", gettext_lazy("Rows in all"), lambda batch: batch.rows_total, kind=Kind.NUMBER),
            Column("done", gettext_lazy("Rows done"), lambda batch: batch.rows_done, kind=Kind.NUMBER),
            Column(
                "problems", gettext_lazy("Rows with problems"), lambda batch: batch.rows_with_problems, kind=Kind.NUMBER
            ),
            Column("refused", gettext_lazy("Rows not done"), lambda batch: batch.rows_refused, kind=Kind.NUMBER),
            Column("by", gettext_lazy("Uploaded by"), lambda batch: batch.checked_by["name"]),
            Column(
                "at", gettext_lazy("Uploaded on"), lambda batch: batch.checked_at, kind=Kind.MOMENT, sort="checked_at"
            ),
        ],
        order="-at",
        filters=[
            Choice("state", gettext_lazy("State"), State.choices, lambda batches, state: batches.filter(state=state)),
            Days("at", gettext_lazy("Uploaded on"), "checked_at"),
        ],
        link=link,
        empty=Empty(
            gettext_lazy("No file yet"),
            gettext_lazy("Uploaded files stand here, with what became of each row."),
            action=gettext_lazy("Upload a file"),
            url_name=new_url_name,
            icon="file-spreadsheet",
        ),
    )


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
