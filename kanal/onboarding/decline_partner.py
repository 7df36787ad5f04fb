"""Say no to a partner: an owner of the account signed in, or, where the address has no account, whoever has the link.

LINK-4 AWAITING_CUSTOMER → DECLINED.
LINK-3 So that an address without an account can say no as well, and saying no tells nothing.
"""

from datetime import datetime

from django.db import transaction

from kanal.audit.record import record
from kanal.customers.links import partner_account_page
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of
from kanal.customers.readers import caretaker_of
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.models import Person
from kanal.identity.queries import person_behind
from kanal.kit.actor import Actor
from kanal.notices.tell import tell
from kanal.onboarding.accept_partner import InvitedSomebodyElse, locked_answerable
from kanal.onboarding.queries import is_for


@transaction.atomic
def decline_partner(*, link: CustomerLink, by: Actor, at: datetime, secret: str = "") -> CustomerLink:
    link = locked_answerable(link, secret, at=at)
    was = link.state
    link.answered_by, link.answered_at = _answerer(link, by, secret), at
    link.state = CustomerLink.State.DECLINED
    link.save(update_fields=["state", "answered_by", "answered_at"])
    book_id = book_of(link)
    record(
        "customer_link.declined",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_id,
        organization_id=link.partner_id,
        old={"state": was},
        new={"state": link.state},
    )
    tell(
        "customer_link_declined",
        to=caretaker_of(link),
        facts={"customer": link.shown_name},
        cause=f"customer_link_declined:{link.id}",
        at=at,
        link=partner_account_page(link),
        book_id=book_id,
    )
    return link


def whoever_was_asked(link: CustomerLink, *, address: str, device: str, request_id: str) -> Actor:
    """Whoever holds the link without being signed in, known by the address it was mailed to."""
    return Actor(
        kind="PERSON",
        id=link.email,
        name=link.email,
        organization_id=None,
        address=address,
        device=device,
        request_id=request_id,
    )


def _answerer(link: CustomerLink, by: Actor, secret: str) -> Person | None:
    if secret and by.id == link.email and person_behind(link.email) is None:
        return None
    if by.id == link.email:
        raise InvitedSomebodyElse
    person = acting_person(by)
    if not is_for(person, link):
        raise InvitedSomebodyElse
    return person
