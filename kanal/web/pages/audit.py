"""The audit at the desk: everything that happened, found by what, who, for whom, when and by words.

ALL-2 Every change records who, what, when, from where, and why where a reason is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kanal.audit.actions import ACTIONS, kind_in_words, words_of
from kanal.audit.models import AuditRecord
from kanal.audit.operator_queries import all_records
from kanal.audit.queries import timeline_of
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.kit.ids import UnknownId, parse_public_id, public_id
from kanal.kit.keys import sort_key
from kanal.web.access import Door, page
from kanal.web.converters import BookId
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Link, Listing, Only, Two, words
from kanal.web.parts.cells import Value
from kanal.web.parts.shapes import Changed, Fact, Step
from kanal.web.parts.timeline import changed, codes_of, happened, who_did
from kanal.web.request import PortalRequest

Records = QuerySet[AuditRecord]
HISTORY = 50
LONGEST_BOOK = 19  # digits


def actions_by_name() -> list[tuple[str, str]]:
    return sorted(((action, str(label)) for action, label in ACTIONS.items()), key=lambda each: sort_key(each[1]))


# --- What the address may narrow to: each answers "" for what is not there, and then narrows nothing ----------------


def organization_named(text: str) -> str:
    organization_id = id_of("org", text)
    found = all_organizations().filter(id=organization_id).first() if organization_id else None
    return found.name if found else ""


def of_organization(records: Records, text: str) -> Records:
    return records.filter(organization_id=id_of("org", text))


def actor_named(text: str) -> str:
    last = all_records().filter(actor_id=text).order_by("-at", "-id").first()
    return last.actor_name if last else ""


def id_of(prefix: str, text: str) -> UUID | None:
    try:
        return parse_public_id(text, prefix)[1]
    except UnknownId:
        return None


def subject_named(text: str) -> str:
    last = of_subject(all_records(), text).order_by("-at", "-id").first()
    return last.subject_name or kind_in_words(last.subject_kind) if last else ""


def of_subject(records: Records, text: str) -> Records:
    """Book, kind and id, so that the index by which timelines are read answers this too."""
    book, _dot, rest = text.partition(".")
    kind, _dot, subject_id = rest.partition(".")
    if not (book.isascii() and book.isdigit() and len(book) < LONGEST_BOOK):
        return records.none()
    return records.filter(book_id=int(book), subject_kind=kind, subject_id=subject_id)


def subject_told(record: AuditRecord) -> str:
    return f"{record.book_id}.{record.subject_kind}.{record.subject_id}"


def on_what(row: AuditRecord) -> Two:
    kind = kind_in_words(row.subject_kind)
    return Two(row.subject_name or kind, kind if row.subject_name else "")


AUDIT = Listing[AuditRecord](
    name="audit",
    title=gettext_lazy("Audit"),
    columns=[
        Column("at", gettext_lazy("When"), lambda row: row.at, kind=Kind.MOMENT, sort="at"),
        Column("action", gettext_lazy("What"), lambda row: words_of(row.action)),
        Column("subject", gettext_lazy("On what"), on_what),
        Column("actor", gettext_lazy("Who"), lambda row: Two(who_did(row), row.address)),
        Column("organization", gettext_lazy("Organization"), lambda row: row.organization_name),
        Column("why", gettext_lazy("Reason"), lambda row: row.why, shown=False),
        Column("address", gettext_lazy("Address"), lambda row: row.address, shown=False),
        Column("device", gettext_lazy("Device"), lambda row: row.device, shown=False),
        Column("request", gettext_lazy("Request"), lambda row: row.request_id, kind=Kind.CODE, shown=False),
        Column("code", gettext_lazy("Code"), lambda row: row.action, kind=Kind.CODE, shown=False),
        Column("recorded", gettext_lazy("Recorded"), lambda row: row.recorded_at, kind=Kind.MOMENT, shown=False),
    ],
    order="-at",
    filters=[
        Choice("action", gettext_lazy("What"), actions_by_name, lambda rows, action: rows.filter(action=action)),
        Days("at", gettext_lazy("When"), "at"),
        Only("organization", gettext_lazy("Organization"), of_organization, organization_named),
        Only("actor", gettext_lazy("Who"), lambda rows, actor: rows.filter(actor_id=actor), actor_named),
        Only("subject", gettext_lazy("On what"), of_subject, subject_named),
    ],
    search=words("search_key"),
    search_label=gettext_lazy("Search by name, person, reason or request"),
    link=lambda row: reverse("desk_audit_record", args=[(row.book_id, row.id)]),
    empty=Empty(
        gettext_lazy("Nothing has happened yet"),
        gettext_lazy("Everything that anybody changes stands here."),
        icon="scroll-text",
    ),
)


def name_organizations(records: Sequence[AuditRecord]) -> None:
    """One query for a whole page: the audit knows organizations by id alone."""
    ids = {record.organization_id for record in records if record.organization_id}
    names = dict(all_organizations().filter(id__in=ids).values_list("id", "name"))
    for record in records:
        record.organization_name = names.get(record.organization_id, "") if record.organization_id else ""


@require_safe
@page(door=Door.DESK, may=Permission.AUDIT_READ)
def audit(request: PortalRequest) -> HttpResponseBase:
    return AUDIT.answer(request, all_records().beside(name_organizations), "desk/list.html")


@require_safe
@page(door=Door.DESK, may=Permission.AUDIT_READ)
def audit_record(request: PortalRequest, record_id: BookId) -> HttpResponse:
    record = all_records().beside(name_organizations).filter(book_id=record_id.book_id, id=record_id.id).first()
    if record is None:
        raise Http404
    history = timeline_of(record.subject, books=[record.book_id])[:HISTORY]
    context = {
        "title": words_of(record.action),
        "trail": [Step(_("Audit"), reverse("desk_audit"))],
        "facts": facts_of(record),
        "changes": changes_of(record),
        "timeline": happened(history),
        "more_url": only("subject", subject_told(record)),
    }
    return render(request, "desk/audit_record.html", context)


def changes_of(record: AuditRecord) -> list[Changed]:
    codes = codes_of(record)
    return [changed(change, codes, longest=None) for change in record.changes()]


def only(name: str, value: str) -> str:
    return f"{reverse('desk_audit')}?{urlencode({name: value})}"


def facts_of(record: AuditRecord) -> list[Fact]:
    kind = kind_in_words(record.subject_kind)
    facts = [
        Fact(_("When"), record.at),
        Fact(_("On what"), f"{kind}: {record.subject_name}" if record.subject_name else kind),
        Fact(_("Who"), Link(who_did(record), only("actor", record.actor_id))),
        Fact(_("Organization"), organization_link(record)),
        Fact(_("Reason"), record.why),
        Fact(_("Address"), record.address),
        Fact(_("Device"), record.device),
        Fact(_("Request"), Link(record.request_id, only("q", record.request_id)) if record.request_id else None),
        Fact(_("Code"), record.action),
        Fact(_("Recorded"), record.recorded_at),
        Fact(_("Number"), record.public_id),
    ]
    return [fact for fact in facts if fact.value not in (None, "")]


def organization_link(record: AuditRecord) -> Value:
    if not record.organization_id:
        return None
    shown = public_id("org", record.organization_id)
    return Link(record.organization_name or shown, only("organization", shown))
