"""The mail that asks an address to become a partner's customer: the only place where the link's secret goes.

LINK-3 An address without an account gets a mail that asks it to register; the partner reads the same of both.
LINK-4 The link lives 30 days, and only the newest one works.
"""

from datetime import datetime, timedelta

from kanal.customers.links import consent_page
from kanal.customers.models import CustomerLink
from kanal.identity.models import Person
from kanal.identity.secret import digest_of, new_secret
from kanal.kit.models import Outbox
from kanal.notices.tell import Reader, told

LIFE = timedelta(days=30)
A_MINUTE = timedelta(minutes=1)


def new_term(link: CustomerLink, *, at: datetime) -> str:
    """A new secret for another 30 days, up to the next whole minute, so that a file's rows end together. Not saved."""
    secret = new_secret()
    into_the_minute = timedelta(seconds=at.second, microseconds=at.microsecond)
    link.secret_digest = digest_of(secret)
    link.answerable_until = at - into_the_minute + LIFE + (A_MINUTE if into_the_minute else timedelta())
    return secret


def mail_invitation(link: CustomerLink, secret: str, *, to: Person | None, book_id: int, at: datetime) -> None:
    mailed_invitation(link, secret, to=to, book_id=book_id, at=at).save(force_insert=True)


def mailed_invitation(link: CustomerLink, secret: str, *, to: Person | None, book_id: int, at: datetime) -> Outbox:
    """Unsaved: a file invites many at once."""
    return told(
        "customer_asked_to_register" if link.asked_to_register else "customer_invited",
        to=[whoever_is_asked(link, to)],
        facts={"partner": link.partner.name, "expires_at": link.answerable_until},
        cause=f"customer_link:{link.id}:{link.secret_digest.hex()[:16]}",
        at=at,
        link=consent_page(secret),
        book_id=book_id,
    )


def whoever_is_asked(link: CustomerLink, person: Person | None) -> Reader:
    """In the language of whoever is behind the address, or of who added it, which is looked up in any case (LINK-3)."""
    language = link.added_by.language
    return Reader(
        email=link.email,
        name=person.name if person else "",
        language=person.language if person else language,
    )
