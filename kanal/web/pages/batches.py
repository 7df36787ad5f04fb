"""Many rows from a file, on pages: handed in, looked through, confirmed, followed, and answered for (CRED-9).

A door's page declares what is its own, and gets all the addresses:

    FILES = BatchPages(kind=ADD_CUSTOMERS, door=Door.PARTNER, name="customer_files", id_kind="customer_file_id", …)
    urlpatterns = [*FILES.urls("accounts/files/"), …]

`partner_customer_files` is then the list of earlier files, and `partner_customer_files_new` where one is handed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kanal.batches.confirm_batch import AlreadyConfirmed, confirm_batch
from kanal.batches.kinds import BatchKind
from kanal.batches.models import Batch, BatchRow
from kanal.batches.queries import batch_seen_by, batches_of, file_of, rows_of, same_file_before, tally_of
from kanal.batches.stop_batch import stop_batch
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.write import what_it_takes
from kanal.web.access import Door, page
from kanal.web.converters import BookId
from kanal.web.listing import Listing, Status
from kanal.web.pages.batch_parts import (
    counts_of,
    earlier_listing,
    facts_of,
    figures_of,
    rows_listing,
    tabs_of,
    waits,
    warnings_of,
)
from kanal.web.pages.batch_upload import checked_upload, csv_template, file_form, xlsx_template
from kanal.web.pages.here import UNPROCESSABLE, add_refusal
from kanal.web.pages.partner_applications import FORM, decide, posted
from kanal.web.parts.download import file_response
from kanal.web.parts.shapes import Action, Confirm, Fact, Progress, Step
from kanal.web.request import PortalRequest

State = Batch.State
Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said of one kind. A `%(rows)s` in `question` and `submit` is the number of rows."""

    title: Text
    new: Text
    lead: Text
    question: Text
    submit: Text
    consequence: Text
    progress: Text


@dataclass(frozen=True, kw_only=True)
class BatchPages:
    """`sums` are the facts of a batch of this kind, such as the total of its amounts; `trail` leads to its list."""

    kind: BatchKind
    door: Door
    name: str
    id_kind: str
    words: Words
    trail: Callable[[PortalRequest], tuple[Step, ...]] = field(default=lambda _request: ())
    sums: Callable[[Batch], list[Fact]] = field(default=lambda _batch: [])

    def urls(self, base: str) -> list[URLPattern]:
        one = f"{base}<{self.id_kind}:batch_id>/"
        return [
            path(base, self._guarded(self.earlier), name=self.url_name()),
            path(f"{base}new/", self._guarded(self.hand_in, form=True), name=self.url_name("new")),
            path(f"{base}template.xlsx", self._guarded(self.xlsx_template), name=self.url_name("xlsx")),
            path(f"{base}template.csv", self._guarded(self.csv_template), name=self.url_name("csv")),
            path(one, self._guarded(self.show), name=self.url_name("one")),
            path(f"{one}progress/", self._guarded(self.progress), name=self.url_name("progress")),
            path(f"{one}file/", self._guarded(self.download), name=self.url_name("file")),
            path(f"{one}confirm/", self._guarded(self.confirm, form=True), name=self.url_name("confirm")),
            path(f"{one}stop/", self._guarded(self.stop, form=True), name=self.url_name("stop")),
        ]

    def url_name(self, part: str = "") -> str:
        return f"{self.door}_{self.name}_{part}" if part else f"{self.door}_{self.name}"

    def url(self, part: str, batch: Batch) -> str:
        return reverse(self.url_name(part), args=[BookId(batch.book_id, batch.id)])

    def _guarded(self, view: Callable[..., HttpResponseBase], *, form: bool = False) -> Callable[..., HttpResponseBase]:
        methods = require_http_methods(FORM) if form else require_safe
        return page(door=self.door, may=self.kind.permission)(methods(view))

    # --- Earlier files, and a new one ----------------------------------------------------------------------------

    def earlier(self, request: PortalRequest) -> HttpResponseBase:
        listing = earlier_listing(self.name, self.words.title, partial(self.url, "one"), self.url_name("new"))
        facts = {
            "title": self.words.title,
            "trail": self.trail(request),
            "actions": [Action(self.words.new, reverse(self.url_name("new")), icon="upload", kind="primary")],
        }
        return listing.answer(request, batches_of(request.organization, self.kind.name), "batches/list.html", facts)

    def hand_in(self, request: PortalRequest) -> HttpResponse:
        form = file_form(self.kind, posted(request), request.FILES if request.method == "POST" else None)
        if form.is_valid():
            try:
                batch = checked_upload(self.kind, request, form.cleaned_data["file"])
            except Refusal as refusal:
                add_refusal(form, refusal)
            else:
                return redirect(self.url("one", batch))
        facts = {
            "title": self.words.new,
            "lead": self.words.lead,
            "trail": self._trail(request),
            "form": form,
            "cancel_url": reverse(self.url_name()),
            "xlsx_url": reverse(self.url_name("xlsx")),
            "csv_url": reverse(self.url_name("csv")),
            "columns": [(column, what_it_takes(column)) for column in self.kind.columns],
        }
        return render(request, "batches/new.html", facts, status=UNPROCESSABLE if form.errors else 200)

    def xlsx_template(self, _request: PortalRequest) -> HttpResponseBase:
        return xlsx_template(self.kind, self.name)

    def csv_template(self, _request: PortalRequest) -> HttpResponseBase:
        return csv_template(self.kind, self.name)

    # --- One file ------------------------------------------------------------------------------------------------

    def show(self, request: PortalRequest, batch_id: BookId) -> HttpResponseBase:
        batch = self._batch(request, batch_id)
        tallies = tally_of(batch)
        facts = {
            "title": batch.name,
            "status": Status(batch.state, batch.get_state_display()),
            "trail": self._trail(request),
            "actions": self._actions(batch, request),
            "warnings": warnings_of(batch, same_file_before(batch), request.at),
            "progress": self._progress(batch, request) if batch.state == State.RUNNING else None,
            "waits": waits(batch, request.at),
            "figures": figures_of(batch),
            "tabs": tabs_of(tallies, request.GET.get("standing", "")),
            "tallies": [each for each in tallies if each.answer],
            "facts": facts_of(batch, self.url("file", batch), self.sums(batch)),
        }
        return self._rows.answer(request, rows_of(batch).order_by(), "batches/one.html", facts)

    def progress(self, request: PortalRequest, batch_id: BookId) -> HttpResponse:
        """The bar alone, as far as its committed rows; when it has ended, the page is another one."""
        batch = self._batch(request, batch_id)
        response = render(request, "parts/progress.html", {"progress": self._progress(batch, request)})
        if batch.state != State.RUNNING:
            response["HX-Refresh"] = "true"
        return response

    def download(self, request: PortalRequest, batch_id: BookId) -> FileResponse:
        file = file_of(self._batch(request, batch_id))
        if file is None:
            raise Http404
        return file_response(file)

    def confirm(self, request: PortalRequest, batch_id: BookId) -> HttpResponse:
        batch = self._batch(request, batch_id)
        count = {"rows": _grouped(batch.rows_to_do)}
        asked = Confirm(
            str(self.words.question) % count,
            str(self.words.submit) % count,
            url=request.path,
            cancel_url=self.url("one", batch),
            text=self.words.consequence,
            facts=[Fact(_("File"), batch.name), *counts_of(batch), *self.sums(batch)],
            form=forms.Form(posted(request)),
        )

        def act(_said: dict[str, Any]) -> str:
            try:
                confirm_batch(batch=batch, by=request.actor, at=request.at)
            except AlreadyConfirmed:
                if self._batch(request, batch_id).state == State.STOPPED:
                    raise
            return asked.cancel_url

        done = _("“%(name)s” is confirmed and is carried out once.") % {"name": batch.name}
        return decide(request, str(asked.submit), asked, act, done, *self._trail(request, batch))

    def stop(self, request: PortalRequest, batch_id: BookId) -> HttpResponse:
        batch = self._batch(request, batch_id)
        asked = Confirm(
            _("Stop “%(name)s”?") % {"name": batch.name}
            if batch.confirmed_at
            else _("Discard “%(name)s”?") % {"name": batch.name},
            _("Stop") if batch.confirmed_at else _("Discard"),
            url=request.path,
            cancel_url=self.url("one", batch),
            text=_("What is done stays done; no further row is carried out."),
            kind="danger",
            form=forms.Form(posted(request)),
        )

        def act(_said: dict[str, Any]) -> str:
            stop_batch(batch=batch, by=request.actor, at=request.at)
            return asked.cancel_url

        done = _("“%(name)s” is stopped.") % {"name": batch.name}
        return decide(request, str(asked.submit), asked, act, done, *self._trail(request, batch))

    # --- What they are made of -----------------------------------------------------------------------------------

    @cached_property
    def _rows(self) -> Listing[BatchRow]:
        return rows_listing(self.kind, self.name)

    def _batch(self, request: PortalRequest, batch_id: BookId) -> Batch:
        found = batch_seen_by(request.organization, self.kind.name, batch_id.book_id, batch_id.id)
        if found is None:
            raise Http404
        return found

    def _trail(self, request: PortalRequest, batch: Batch | None = None) -> tuple[Step, ...]:
        steps = (*self.trail(request), Step(self.words.title, reverse(self.url_name())))
        return (*steps, Step(batch.name, self.url("one", batch))) if batch else steps

    def _actions(self, batch: Batch, request: PortalRequest) -> list[Action]:
        another = Action(_("Another file"), reverse(self.url_name("new")), icon="upload")
        stop = self.url("stop", batch)
        if batch.state == State.RUNNING:
            return [Action(_("Stop"), stop, icon="circle-stop", kind="danger", is_asked=True)]
        if batch.state == State.CHECKED:
            return [another, Action(_("Discard"), stop, icon="x", is_asked=True), self._confirming(batch, request)]
        return [
            another,
            Action(_("Result as CSV"), "?export=csv", icon="file-text"),
            Action(_("Result as XLSX"), "?export=xlsx", icon="file-spreadsheet", kind="primary"),
        ]

    def _confirming(self, batch: Batch, request: PortalRequest) -> Action:
        label = str(self.words.submit) % {"rows": _grouped(batch.rows_to_do)}
        reason = ""
        if batch.obstacle or batch.is_out_of_date(request.at):
            reason = _("Something is in the way; it is said below.")
        elif not batch.rows_to_do:
            reason = _("Every row has a problem.")
        if reason:
            return Action(label, icon="check", reason=reason)
        return Action(label, self.url("confirm", batch), icon="check", kind="primary", is_asked=True)

    def _progress(self, batch: Batch, request: PortalRequest) -> Progress:
        return Progress(
            element="batch-progress",
            label=self.words.progress,
            done=batch.rows_behind,
            total=batch.rows_to_do,
            url=self.url("progress", batch),
            left=batch.left(request.at),
            standing="running" if batch.state == State.RUNNING else "done",
            result_url=self.url("one", batch),
        )


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
