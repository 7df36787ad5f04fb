"""Send an invitation again: a new link for another 30 days; the old one no longer works.

LINK-3 What is sent depends on whether the address has an account by now; what the partner reads does not.
LINK-4 The invitation can be sent again, at most once in 3 minutes; only the newest link works.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of
from kanal.customers.subjects import customer_link_subject
from kanal.kit.actor import Actor
from kanal.kit.refusal import Refusal
from kanal.onboarding.addresses import accounts_of
from kanal.onboarding.open_link import locked_link
from kanal.onboarding.send_customer_invitation import mail_invitation, new_term

PAUSE = timedelta(minutes=3)


@dataclass(eq=False)
class CustomerMailedAMomentAgo(Refusal):
    code = "customer_mailed_a_moment_ago"
    minutes: int

    def __str__(self) -> str:
        return _("This invitation was sent a moment ago. Wait %(minutes)d minutes before sending it again.") % (
            self.words()
        )


@transaction.atomic
def resend_customer_invitation(*, link: CustomerLink, by: Actor, at: datetime) -> CustomerLink:
    link = locked_link(link, CustomerLink.State.AWAITING_CUSTOMER, at=at)
    if at < link.sent_at + PAUSE:
        raise CustomerMailedAMomentAgo(minutes=PAUSE.seconds // 60)
    person, accounts = accounts_of(link.email)
    secret = new_term(link, at=at)
    link.sent_at, link.expires_at = at, link.answerable_until
    link.times_sent += 1
    link.asked_to_register = not accounts
    link.save(
        update_fields=[
            "secret_digest",
            "answerable_until",
            "sent_at",
            "expires_at",
            "times_sent",
            "asked_to_register",
        ]
    )
    book_id = book_of(link)
    record(
        "customer_link.sent_again",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_id,
        organization_id=link.partner_id,
        new={"expires_at": link.expires_at},
    )
    mail_invitation(link, secret, to=person, book_id=book_id, at=at)
    return link
