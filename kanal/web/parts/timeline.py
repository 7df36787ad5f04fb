"""The record of what happened, as a timeline's lines: what, by whom, when, and what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Choices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kanal.audit.actions import name_of, words_of
from kanal.audit.models import AuditRecord, Change
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.roles import Role
from kanal.kit.plain import Plain
from kanal.web.parts.shapes import Changed, Happened

LONGEST = 120
ICONS = {  # by what the action ends in; the rest get a plain dot
    "invited": "send",
    "joined": "user-plus",
    "ended": "ban",
    "expired": "hourglass",
    "made": "plus",
    "founded": "plus",
    "signed_up": "user-plus",
    "changed": "pencil",
    "edited": "pencil",
    "roles_changed": "shield",
    "moved": "fast-forward",
    "sent_again": "send",
}


def happened(records: Iterable[AuditRecord]) -> list[Happened]:
    return [line_of(record) for record in records]


# Codes in a record are read as their labels; a room adds its own kinds of code.
CODES: list[type[Choices]] = [Organization.Kind, Organization.LegalForm, Organization.BillingDefault, Role, Permission]


def line_of(record: AuditRecord) -> Happened:
    return Happened(
        at=record.at,
        who=who_did(record),
        what=words_of(record.action),
        about=record.subject_name,
        icon=ICONS.get(record.action.partition(".")[2], "dot"),
        note=record.why,
        changes=[changed(change) for change in record.changes()],
    )


def who_did(record: AuditRecord) -> str:
    if record.actor_kind == AuditRecord.ActorKind.JOB:
        return _("Kanal itself")
    if record.actor_kind == AuditRecord.ActorKind.API_KEY:
        return _("API key %(name)s") % {"name": record.actor_name}
    return record.actor_name


def changed(change: Change) -> Changed:
    return Changed(name_of(change.field), in_words(change.old), in_words(change.new))


def changed_in_full(change: Change) -> Changed:
    """For a page that has the room."""
    return Changed(name_of(change.field), in_words(change.old, longest=None), in_words(change.new, longest=None))


def in_words(value: Plain, *, longest: int | None = LONGEST) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case list():
            text = ", ".join(in_words(item, longest=longest) for item in value)
        case dict():
            text = ", ".join(f"{name_of(name)}: {in_words(item, longest=longest)}" for name, item in value.items())
        case _:
            text = label_of(value) if isinstance(value, str) else str(value)
    return text if longest is None or len(text) <= longest else f"{text[:longest]}…"


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def label_of(text: str) -> str:
    if MOMENT.fullmatch(text):
        return date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
    for codes in CODES:
        if text in codes.values:
            return str(codes(text).label)
    return text
