"""Tidy what only the machinery needs, by the real clock: running it often or rarely changes nothing that is asked."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from kanal.kit.clock import now, real_now
from kanal.kit.models import JobTrouble, TickRun
from kanal.kit.queue import enqueue
from kanal.notices.send import mails_are_due

EMPTY_RUNS_KEPT = timedelta(days=1)
RUNS_KEPT = timedelta(days=90)
TROUBLES_KEPT = timedelta(days=90)


def ask_for_due_mails() -> bool:
    """Each minute: retries have come due, or a worker died with a mail in its hands."""
    due = mails_are_due()
    if due:
        enqueue("send_mails", at=now())
    return due


@transaction.atomic
def tidy_up() -> None:
    """Each hour."""
    at = real_now()
    ended = TickRun.objects.filter(ended_at__isnull=False)
    ended.filter(done=0, failed=0, began_at__lt=at - EMPTY_RUNS_KEPT).delete()
    ended.filter(began_at__lt=at - RUNS_KEPT).delete()
    JobTrouble.objects.filter(noted_at__lt=at - TROUBLES_KEPT).delete()
    Session.objects.filter(expire_date__lt=at).delete()
