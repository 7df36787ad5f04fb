"""Keep which kinds of message a person wants, and by which way."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import models, transaction

from kanal.notices.kinds import KINDS
from kanal.notices.models import NoticeChoice

MAIL, IN_APP = NoticeChoice.Channel.MAIL, NoticeChoice.Channel.IN_APP

Way = tuple[str, str]  # a kind and a channel


def ways_to_choose_from() -> list[Way]:
    """What a person may switch off; the rest, such as a password reset, is always told."""
    ways = []
    for kind in KINDS.values():
        if kind.can_be_off:
            ways += [(kind.name, str(MAIL))] if kind.mail else []
            ways += [(kind.name, str(IN_APP))] if kind.in_app else []
    return ways


def choose_notices(
    person_id: UUID, *, wanted: Collection[Way], at: datetime, beside: Sequence[models.Model] = ()
) -> None:
    """Everything that can be chosen and is not `wanted` is switched off."""
    rows = [
        NoticeChoice(person_id=person_id, kind=kind, channel=channel, wanted=(kind, channel) in wanted, chosen_at=at)
        for kind, channel in ways_to_choose_from()
    ]
    with transaction.atomic():
        NoticeChoice.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["person_id", "kind", "channel"],
            update_fields=["wanted", "chosen_at"],
        )
        for row in beside:
            row.save(force_insert=True)
