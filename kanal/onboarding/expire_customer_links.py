"""What becomes of invitations that nobody answers: after 30 days they read “no response”.

LINK-4 AWAITING_CUSTOMER → NO_RESPONSE (the link lives 30 days).
LINK-3 An unknown address and an account that does not answer end alike.

One transaction writes one book (R11), so each partner has its own; it hears once of all that end together.
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from kanal.audit.record import record
from kanal.customers.links import PARTNER_ACCOUNTS_PAGE
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of
from kanal.customers.readers import caretaker_of
from kanal.customers.subjects import customer_link_subject
from kanal.kit.actor import Actor
from kanal.notices.tell import tell

CLOCK = Actor.job("expire_customer_links")
NAMED = 10  # in the message; the list shows all
State = CustomerLink.State


def next_customer_link_to_expire(until: datetime) -> datetime | None:
    return _due(until).order_by("expires_at").values_list("expires_at", flat=True).first()


def expire_customer_links(*, at: datetime) -> None:
    for partner_id in list(_due(at).values_list("partner_id", flat=True).distinct()):
        with transaction.atomic():
            due = _due(at).filter(partner=partner_id).select_for_update(no_key=True, of=("self",))
            _expire(list(due.select_related("partner", "assigned_to").order_by("id")), at=at)


def _due(at: datetime) -> QuerySet[CustomerLink]:
    return CustomerLink.objects.filter(state=State.AWAITING_CUSTOMER, expires_at__lte=at)


def _expire(links: list[CustomerLink], *, at: datetime) -> None:
    of_whom: dict[UUID | None, list[CustomerLink]] = defaultdict(list)
    for link in links:
        link.state = State.NO_RESPONSE
        link.save(update_fields=["state"])
        record(
            "customer_link.not_answered",
            customer_link_subject(link),
            by=CLOCK,
            at=at,
            book_id=book_of(link),
            organization_id=link.partner_id,
        )
        of_whom[link.assigned_to_id].append(link)
    for theirs in of_whom.values():
        _tell(theirs, at=at)


def _tell(links: list[CustomerLink], *, at: datetime) -> None:
    first = links[0]
    tell(
        "customer_links_unanswered",
        to=caretaker_of(first),
        facts={
            "customers": [link.shown_name for link in links[:NAMED]],
            "count": len(links),
            "more": max(len(links) - NAMED, 0),
        },
        cause=f"customer_links_unanswered:{first.id}",
        at=at,
        link=PARTNER_ACCOUNTS_PAGE,
        book_id=book_of(first),
    )
