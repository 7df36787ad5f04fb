"""The record of what happened, as a timeline's lines: what, by whom, when, and what it changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Choices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kanal.audit.actions import name_of, words_of
from kanal.audit.models import AuditRecord, Change
from kanal.batches.models import Batch
from kanal.credit.models import CustomerTerms
from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization, Person
from kanal.identity.permissions import Permission
from kanal.identity.roles import Role
from kanal.kit.money import Money
from kanal.kit.plain import Plain
from kanal.partners.models import Contract, OwnOrganization, PartnerApplication
from kanal.web.parts.shapes import Changed, Happened

Codes = Sequence[type[Choices]]
LONGEST = 120
FOR_PROGRAMS = {"seller_id", "transfer"}  # what a name beside it says to people
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
    "accepted": "check",
    "confirmed": "circle-check",
    "declined": "x",
    "rejected": "x",
    "withdrawn": "undo-2",
    "not_answered": "hourglass",
    "unlinked": "unlink",
    "unlink_asked": "message-circle-question-mark",
    "unlink_refused": "x",
    "unlink_taken_back": "undo-2",
    "invited_anew": "send",
    "renamed": "pencil",
    "assigned": "user-check",
}


def happened(records: Iterable[AuditRecord]) -> list[Happened]:
    return [line_of(record) for record in records]


# Codes in a record are read as their labels; a room adds its own kinds of code.
CODES: list[type[Choices]] = [Organization.Kind, Organization.LegalForm, Organization.BillingDefault, Role, Permission]
# The same code can read differently in two areas: these are asked first, by what the action is about.
CODES_OF: dict[str, list[type[Choices]]] = {
    "person": [Person.Language, Person.Theme],
    "partner_application": [PartnerApplication.State],
    "own_organization": [OwnOrganization.State],
    "customer_link": [CustomerLink.State],
    "contract": [Contract.Kind, Contract.OverduePolicy],
    "line": [CustomerTerms.OverLine],
    "batch": [Batch.State],
}


def line_of(record: AuditRecord) -> Happened:
    return Happened(
        at=record.at,
        who=who_did(record),
        what=words_of(record.action),
        about=record.subject_name,
        icon=ICONS.get(record.action.partition(".")[2], "dot"),
        note=record.why,
        changes=[changed(change, codes_of(record)) for change in record.changes() if change.field not in FOR_PROGRAMS],
    )


def who_did(record: AuditRecord) -> str:
    if record.actor_kind == AuditRecord.ActorKind.JOB:
        return _("Kanal itself")
    if record.actor_kind == AuditRecord.ActorKind.API_KEY:
        return _("API key %(name)s") % {"name": record.actor_name}
    return record.actor_name


def codes_of(record: AuditRecord) -> Codes:
    return [*CODES_OF.get(record.action.partition(".")[0], ()), *CODES]


def changed(change: Change, codes: Codes, *, longest: int | None = LONGEST) -> Changed:
    def words(value: Plain) -> str:
        return in_words(value, codes, longest=longest)

    return Changed(name_of(change.field), words(change.old), words(change.new))


def in_words(value: Plain, codes: Codes, *, longest: int | None = LONGEST) -> str:
    match value:
        case None | "":
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case list():
            text = ", ".join(in_words(item, codes, longest=longest) for item in value)
        case {"amount": int() as amount, "currency": str() as currency}:
            text = str(Money(amount, currency))
        case dict():
            text = ", ".join(
                f"{name_of(name)}: {in_words(item, codes, longest=longest)}" for name, item in value.items()
            )
        case _:
            text = label_of(value, codes) if isinstance(value, str) else str(value)
    return text if longest is None or len(text) <= longest else f"{text[:longest]}…"


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def label_of(text: str, codes: Codes) -> str:
    if MOMENT.fullmatch(text):
        return date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
    for each in codes:
        if text in each.values:
            return str(each(text).label)
    return text
