"""What a person was told, what was mailed to whom, and who wants what."""

from uuid import UUID

from django.db.models import QuerySet

from kanal.notices.choose import Way, ways_to_choose_from
from kanal.notices.facts import unpacked
from kanal.notices.kinds import KINDS
from kanal.notices.models import Mail, Notice, NoticeChoice
from kanal.notices.render import title

MOST_COUNTED = 99


def notices_of(person_id: UUID) -> QuerySet[Notice]:
    return Notice.objects.filter(person_id=person_id).order_by("-told_at", "-id")


def unread_by(person_id: UUID) -> QuerySet[Notice]:
    return notices_of(person_id).filter(read_at=None)


def unread_count(person_id: UUID) -> int:
    """For the bell; whoever has a hundred unread messages does not need the exact number."""
    return unread_by(person_id).order_by()[: MOST_COUNTED + 1].count()


def title_of(notice: Notice, reader_name: str) -> str:
    """A kind that an older version of the house told is named plainly."""
    if notice.kind not in KINDS:
        return notice.kind.replace("_", " ")
    return title(kind=notice.kind, facts=unpacked(notice.facts), reader_name=reader_name)


def ways_wanted_by(person_id: UUID) -> set[Way]:
    off = NoticeChoice.objects.filter(person_id=person_id, wanted=False).values_list("kind", "channel")
    return set(ways_to_choose_from()) - set(off)


def mail_log() -> QuerySet[Mail]:
    """Every mail to everybody: for the desk alone, and for the open shelf of a sandbox."""
    return Mail.objects.order_by("-made_at", "-id")


def mails_in_trouble() -> QuerySet[Mail]:
    return Mail.objects.filter(state__in=[Mail.State.FAILED, Mail.State.IN_DOUBT])
