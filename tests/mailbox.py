"""What was mailed: the outbox is carried out here and now, as the drainer and the worker do it later."""

import re

from kanal.identity.models import Book
from kanal.kit import clock
from kanal.kit.models import Outbox
from kanal.kit.queue import NO_BOOK
from kanal.kit.seal import unseal
from kanal.notices.deliver import deliver_notice
from kanal.notices.kinds import kind_of
from kanal.notices.models import Mail

LINK = re.compile(r"https?://\S+")


def mails_to(address: str) -> list[Mail]:
    """Newest first, each as its reader would see it."""
    carry_out_tellings()
    found = list(Mail.objects.filter(to_address=address).order_by("-made_at", "-id"))
    for mail in found:
        if kind_of(mail.kind).secret and mail.text:
            mail.text, mail.html = unseal(mail.text), unseal(mail.html)
    return found


def newest_mail(address: str, kind: str = "") -> Mail:
    found = [mail for mail in mails_to(address) if kind in {"", mail.kind}]
    assert found, f"no mail {kind} went to {address}"
    return found[0]


def link_in(mail: Mail) -> str:
    """Where its button leads: the first address in the text."""
    found = LINK.search(mail.text)
    assert found, f"the mail “{mail.subject}” has no link"
    return found.group()


def carry_out_tellings() -> None:
    books = [NO_BOOK, *Book.objects.values_list("id", flat=True)]
    for row in Outbox.objects.filter(book_id__in=books, name="deliver_notice").order_by("asked_at", "id"):
        deliver_notice(**row.facts, asked_at=row.asked_at, at=clock.now())
        row.delete()
