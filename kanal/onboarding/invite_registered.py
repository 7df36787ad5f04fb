"""Invite anew whoever was asked to register, and now has.

LINK-3 Registering by day 90 sends a fresh invitation by itself. Its partner reads nothing of it: the link's state, its
       end and how often it was sent stay as they were, until the customer answers.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from kanal.audit.record import record
from kanal.customers.models import UNANSWERED, CustomerLink
from kanal.customers.queries import addresses_of_owners
from kanal.customers.subjects import customer_link_subject
from kanal.identity.models import Organization
from kanal.identity.queries import person_behind
from kanal.kit.actor import Actor
from kanal.onboarding.send_customer_invitation import mail_invitation, new_term

REGISTERS_WITHIN = timedelta(days=90)
CLOCK = Actor.job("invite_registered")


def invite_registered(*, organization_id: str, asked_at: datetime, at: datetime) -> None:
    """Once for each partner that waits for one of its owners, as of the moment it was registered."""
    organization = Organization.objects.get(id=UUID(organization_id))
    waiting = CustomerLink.objects.filter(
        email__in=addresses_of_owners(organization),
        state__in=UNANSWERED,
        replaced_at=None,
        asked_to_register=True,
        sent_at__gt=asked_at - REGISTERS_WITHIN,
    )
    for id_ in list(waiting.order_by("id").values_list("id", flat=True)):
        with transaction.atomic():
            for link in waiting.select_for_update(no_key=True, of=("self",)).filter(id=id_):
                _invite(link, organization, at=at)


def _invite(link: CustomerLink, organization: Organization, *, at: datetime) -> None:
    """Written in the account's own book, which the partner does not read."""
    secret = new_term(link, at=at)
    link.asked_to_register = False
    link.save(update_fields=["secret_digest", "answerable_until", "asked_to_register"])
    book_id = organization.book_id
    record(
        "customer_link.invited_anew",
        customer_link_subject(link),
        by=CLOCK,
        at=at,
        book_id=book_id,
        organization_id=organization.id,
        new={"expires_at": link.answerable_until},
    )
    mail_invitation(link, secret, to=person_behind(link.email), book_id=book_id, at=at)
