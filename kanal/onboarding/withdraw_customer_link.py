"""A partner takes its wish back, before the provider has confirmed it.

LINK-4 What has not been confirmed can be taken back; the mailed link no longer works.
LINK-3 Whoever was asked is told, with or without an account.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.customers.links import desk_link_page
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of
from kanal.customers.readers import desk_of
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.queries import person_behind
from kanal.kit.actor import Actor
from kanal.notices.tell import tell
from kanal.onboarding.open_link import locked_link
from kanal.onboarding.send_customer_invitation import whoever_is_asked

State = CustomerLink.State


@transaction.atomic
def withdraw_customer_link(*, link: CustomerLink, by: Actor, at: datetime) -> CustomerLink:
    link = locked_link(link, State.AWAITING_CUSTOMER, State.AWAITING_PROVIDER, at=at)
    was = link.state
    link.state, link.decided_by, link.decided_at = State.WITHDRAWN, acting_person(by), at
    link.save(update_fields=["state", "decided_by", "decided_at"])
    record(
        "customer_link.withdrawn",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_of(link),
        organization_id=link.partner_id,
        old={"state": was},
        new={"state": link.state},
    )
    _tell(link, had_accepted=was == State.AWAITING_PROVIDER, at=at)
    return link


def _tell(link: CustomerLink, *, had_accepted: bool, at: datetime) -> None:
    asked, book_id = whoever_is_asked(link, person_behind(link.email)), book_of(link)
    facts = {"partner": link.partner.name}
    cause = f"partner_withdrew:{link.id}"
    tell("partner_withdrew", to=[asked], facts=facts, cause=f"{cause}:asked", at=at, book_id=book_id)
    if had_accepted and link.customer is not None:
        tell(
            "customer_link_withdrawn",
            to=desk_of(link),
            facts={**facts, "customer": link.customer.name},
            cause=f"{cause}:desk",
            at=at,
            link=desk_link_page(link),
            book_id=book_id,
        )
