"""Send the mails whose time has come, each to the end it comes to.

A mail is never sent twice by us. Its row is claimed before the server is spoken to, and marked HANDING_OVER, in a
commit of its own, before the text is given. A process that dies before that mark has sent nothing, and the mail is
tried again. One that dies after it leaves a mail of which nobody knows whether the server has it: it becomes
IN_DOUBT, and a person at the desk sends it again or lets it be. So this is at most once; a person may make it at
least once, under the same Message-ID, by which servers and readers know a second copy.

Times here are real: a server's "later" does not follow the sandbox's clock.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from kanal.kit.clock import real_now
from kanal.kit.queue import enqueue
from kanal.notices.kinds import is_secret
from kanal.notices.letterhead import envelope, message_of
from kanal.notices.models import Mail
from kanal.notices.post_office import Doubtful, NotTaken, PostOffice, Refused, Unreachable, post_office

State = Mail.State
AT_ONCE = 100  # then other work gets its turn
CLAIM = timedelta(minutes=10)  # longer than any exchange with the server may take
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60)]


def send_mails(*, at: datetime) -> None:
    leave_in_doubt()
    with post_office() as office:
        for _ in range(AT_ONCE):
            mail = claimed()
            if mail is None:
                return
            if not send(mail, office, at=at):
                return  # the server is not to be reached; each mail keeps its own next try
    enqueue("send_mails", at=at)


def mails_are_due() -> bool:
    return Mail.objects.filter(state__in=[State.WAITING, State.HANDING_OVER], next_try_at__lte=real_now()).exists()


def leave_in_doubt() -> int:
    """Mails that somebody was giving to the server when he was last heard of."""
    lost = Mail.objects.filter(state=State.HANDING_OVER, next_try_at__lte=real_now())
    return lost.update(
        state=State.IN_DOUBT,
        next_try_at=None,
        last_error="the worker stopped while it gave this mail to the server, which may have taken it",
    )


def claimed() -> Mail | None:
    """The mail that waits longest, ours until the claim runs out; two workers never get the same one."""
    with transaction.atomic():
        waiting = Mail.objects.select_for_update(skip_locked=True, no_key=True)
        due = waiting.filter(state=State.WAITING, next_try_at__lte=real_now()).order_by("next_try_at", "id")
        mail = due.first()
        if mail is None:
            return None
        mail.claim = uuid4()
        mail.attempts += 1
        mail.next_try_at = real_now() + CLAIM
        mail.save(update_fields=["claim", "attempts", "next_try_at"])
        return mail


def send(mail: Mail, office: PostOffice, *, at: datetime) -> bool:
    """Whether the server is to be reached, so that the next mail is worth trying."""
    assert mail.claim
    claim = mail.claim
    try:
        message = message_of(mail)
        given = office.hand_over(message, to=envelope(mail), giving=giving(mail, claim))
    except NotTaken as problem:
        try_later(mail, claim, str(problem))
        return not isinstance(problem, Unreachable)
    except (Refused, ValueError) as problem:  # ValueError: an address that no mail can carry
        settle(mail, claim, state=State.FAILED, last_error=str(problem), next_try_at=None)
    except Doubtful as problem:
        settle(mail, claim, state=State.IN_DOUBT, last_error=str(problem), next_try_at=None)
    else:
        if given:
            settle(mail, claim, state=State.SENT, sent_at=at, last_error="", next_try_at=None, **bodies_once_sent(mail))
    return True


def giving(mail: Mail, claim: UUID) -> Callable[[], bool]:
    """From here on the server may have it; no if the claim has run out and another worker took the mail."""

    def mark() -> bool:
        mine = Mail.objects.filter(id=mail.id, claim=claim, state=State.WAITING)
        return mine.update(state=State.HANDING_OVER, next_try_at=real_now() + CLAIM) == 1

    return mark


def try_later(mail: Mail, claim: UUID, why: str) -> None:
    if mail.attempts > len(PAUSES):
        settle(mail, claim, state=State.FAILED, last_error=why, next_try_at=None)
    else:
        next_try_at = real_now() + PAUSES[mail.attempts - 1]
        settle(mail, claim, state=State.WAITING, last_error=why, next_try_at=next_try_at)


def settle(mail: Mail, claim: UUID, **facts: object) -> None:
    """Only by whoever claimed it; an answer that comes late still takes away the doubt."""
    unsettled = [State.WAITING, State.HANDING_OVER, State.IN_DOUBT]
    Mail.objects.filter(id=mail.id, claim=claim, state__in=unsettled).update(**facts)


def bodies_once_sent(mail: Mail) -> dict[str, str]:
    """A link that opens an account is not kept where it has done its work; a sandbox shows it at /dev/mail."""
    return {"text": "", "html": ""} if is_secret(mail.kind) and not settings.KANAL_SANDBOX else {}
