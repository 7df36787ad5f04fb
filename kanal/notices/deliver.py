"""Carry out a telling: a message in the portal and a mail, for each reader who wants them, once for one cause.

Running it again changes nothing: both rows are unique by reader, kind and cause.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kanal.kit.clock import real_now
from kanal.kit.keys import search_key
from kanal.kit.queue import enqueue
from kanal.kit.seal import seal
from kanal.notices.facts import unpacked
from kanal.notices.kinds import Kind, kind_of
from kanal.notices.models import Mail, Notice, NoticeChoice
from kanal.notices.render import letter
from kanal.notices.sealed import opened_facts
from kanal.notices.tell import Reader

MAIL, IN_APP = NoticeChoice.Channel.MAIL, NoticeChoice.Channel.IN_APP


def deliver_notice(
    *,
    kind: str,
    to: Sequence[Mapping[str, str | None]],
    facts: Mapping[str, Any],
    cause: str,
    link: str,
    asked_at: datetime,
    at: datetime,
) -> None:
    """Told when it happened (`asked_at`), however much later it is carried out."""
    described = kind_of(kind)
    readers = [Reader.from_json(reader) for reader in to]
    if described.secret:
        facts, link = opened_facts(facts)
    told = unpacked(facts)
    unwanted = ways_not_wanted(described, readers)
    with transaction.atomic():
        if described.in_app:
            notices = (
                notice_for(reader, described, facts, cause, link, asked_at) for reader in readers if reader.person_id
            )
            wanted = [notice for notice in notices if (notice.person_id, IN_APP) not in unwanted]
            Notice.objects.bulk_create(wanted, ignore_conflicts=True)
        if described.mail:
            mails = [
                mail_for(reader, described, told, cause, link, asked_at)
                for reader in readers
                if reader.email and (reader.person_id, MAIL) not in unwanted
            ]
            Mail.objects.bulk_create(mails, ignore_conflicts=True)
            enqueue("send_mails", at=at)


def ways_not_wanted(kind: Kind, readers: Sequence[Reader]) -> set[tuple[UUID | None, str]]:
    """What the readers switched off themselves, where that is theirs to say."""
    if not kind.can_be_off:
        return set()
    people = [reader.person_id for reader in readers if reader.person_id]
    off = NoticeChoice.objects.filter(person_id__in=people, kind=kind.name, wanted=False)
    return set(off.values_list("person_id", "channel"))


def notice_for(
    reader: Reader, kind: Kind, facts: Mapping[str, Any], cause: str, link: str, told_at: datetime
) -> Notice:
    assert reader.person_id
    return Notice(
        person_id=reader.person_id,
        organization_id=reader.organization_id,
        kind=kind.name,
        cause=cause,
        facts=dict(facts),
        link=link,
        told_at=told_at,
    )


def mail_for(reader: Reader, kind: Kind, facts: Mapping[str, Any], cause: str, link: str, made_at: datetime) -> Mail:
    written = letter(kind=kind.name, facts=facts, link=link, reader_name=reader.name, language=reader.language)
    address = reader.email.lower()
    return Mail(
        kind=kind.name,
        cause=cause,
        to_address=address,
        to_name=reader.name,
        person_id=reader.person_id,
        organization_id=reader.organization_id,
        language=reader.language,
        subject=written.subject,
        text=seal(written.text) if kind.secret else written.text,
        html=seal(written.html) if kind.secret else written.html,
        made_at=made_at,
        next_try_at=real_now(),
        search_key=search_key(f"{address} {reader.name} {written.subject}"),
    )
