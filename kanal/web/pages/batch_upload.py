"""A file of rows on its way in: the form, the templates, and what is read of it."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kanal.batches.check_batch import check_batch
from kanal.batches.kinds import BatchKind
from kanal.batches.models import Batch
from kanal.kit.files import MEBIBYTE, FileTooLarge, clean_name, take_in
from kanal.kit.sheets.read import SHEETS, read_sheet
from kanal.kit.sheets.write import template_csv, template_xlsx
from kanal.web.request import PortalRequest

LARGEST_FILE = 10 * MEBIBYTE


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}), max_length=255
    )


def file_form(kind: BatchKind, *bound: Any) -> FileForm:
    form = FileForm(*bound)
    form.fields["file"].help_text = _("XLSX or CSV (UTF-8), at most %(rows)s rows and %(size)s") % {
        "rows": number_format(kind.most, force_grouping=True),
        "size": filesizeformat(LARGEST_FILE),
    }
    return form


def checked_upload(kind: BatchKind, request: PortalRequest, upload: UploadedFile[Any]) -> Batch:
    """Read before it is kept, so that what cannot be read is refused without keeping any of it."""
    name, language = clean_name(str(upload.name)), (get_language() or "vi")[:2]
    if (upload.size or 0) > LARGEST_FILE:
        raise FileTooLarge(name=name, largest=LARGEST_FILE)
    content = upload.read()
    sheet = read_sheet(content, name=name, columns=kind.columns, most=kind.most, language=language)
    batch = check_batch(
        kind,
        organization=request.organization,
        name=name,
        rows=sheet.rows,
        file=take_in([content], name=name, largest=LARGEST_FILE, kinds=SHEETS),
        unused=sheet.unused,
        language=language,
        by=request.actor,
        at=request.at,
    )
    if sheet.example_left_out:
        messages.info(request, _("The example of the template was left out."))
    return batch


def xlsx_template(kind: BatchKind, name: str) -> FileResponse:
    file = io.BytesIO()
    template_xlsx(file, kind.columns)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"kanal-{name}.xlsx")


def csv_template(kind: BatchKind, name: str) -> HttpResponse:
    response = HttpResponse(template_csv(kind.columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = str(content_disposition_header(True, f"kanal-{name}.csv"))
    return response
