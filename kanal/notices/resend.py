"""Send a mail again that failed, or of which nobody knows whether it arrived, because a person says so.

It keeps its Message-ID: if the first copy did arrive, the second is known as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from kanal.kit.clock import real_now
from kanal.kit.locked import locked
from kanal.kit.queue import enqueue
from kanal.kit.refusal import Refusal
from kanal.notices.models import Mail

CAN_BE_RESENT = {Mail.State.FAILED, Mail.State.IN_DOUBT}


@dataclass(eq=False)
class MailIsOnItsWay(Refusal):
    code = "mail_is_on_its_way"
    state: str

    def __str__(self) -> str:
        return _("Only a mail that failed or is in doubt can be sent again; this one is “%(state)s”.") % self.words()


def resend_mail(mail: Mail, *, at: datetime, beside: Sequence[models.Model] = ()) -> Mail:
    """`beside` are rows of higher rooms, such as the audit's, that are written in the same transaction."""
    with transaction.atomic():
        mail = locked(mail)
        if mail.state not in CAN_BE_RESENT:
            raise MailIsOnItsWay(state=mail.get_state_display())
        mail.state = Mail.State.WAITING
        mail.attempts, mail.claim, mail.next_try_at = 0, None, real_now()
        mail.save(update_fields=["state", "attempts", "claim", "next_try_at"])
        enqueue("send_mails", at=at)
        for row in beside:
            row.save(force_insert=True)
    return mail
