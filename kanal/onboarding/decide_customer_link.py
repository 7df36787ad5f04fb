"""The desk confirms that an account is a partner's customer, or rejects it with a reason.

LINK-2 The conditions are checked again; the desk sees each of them.
LINK-4 AWAITING_PROVIDER → CONFIRMED, | REJECTED (reason).
LINK-5 Confirmed, the link has its approval date and the customer's accounts open in the partner's book.
CRED-3 From then on the customer cannot fund itself: it buys from the partner.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.db import transaction

from kanal.audit.record import record
from kanal.credit.open_customer_accounts import open_customer_accounts
from kanal.customers.links import MY_PARTNER_PAGE, desk_link_page, partner_account_page
from kanal.customers.models import CustomerLink
from kanal.customers.naming import NAME_FIELDS, give_friendly_name
from kanal.customers.queries import book_of
from kanal.customers.readers import caretaker_and_heads, desk_of, owners_of
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.change_billing_default import ReasonMissing
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Organization
from kanal.identity.place_under import place_under
from kanal.identity.queries import the_provider
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell
from kanal.onboarding.accept_partner import check_conditions
from kanal.onboarding.open_link import LinkHasMovedOn, locked_link
from kanal.onboarding.queries import choice_of

State = CustomerLink.State


@transaction.atomic
def approve_customer_link(*, link: CustomerLink, by: Actor, at: datetime) -> CustomerLink:
    """The provider's row first, as wherever the tree changes; then the customer's, which keeps its conditions still."""
    check_is_the_desk(by)
    link, customer = _locked_waiting(link, at=at)
    check_conditions(customer, choice_of(link, customer).conditions)
    book_id = book_of(link)
    link.customer = place_under(organization=customer, seller=link.partner, by=by, at=at, book_id=book_id)
    open_customer_accounts(customer=customer, book_id=book_id, at=at)
    link.confirmed_at = at
    give_friendly_name(link, link.friendly_name)
    _decide("confirmed", link, customer, by=by, at=at)
    return link


def approve_customer_links(
    *, links: Iterable[CustomerLink], by: Actor, at: datetime
) -> list[tuple[CustomerLink, Refusal | None]]:
    """Each by itself: what cannot be confirmed stays waiting and says why."""
    return [(link, _refusal_of(link, by=by, at=at)) for link in links]


@transaction.atomic
def reject_customer_link(*, link: CustomerLink, why: str, by: Actor, at: datetime) -> CustomerLink:
    """Both sides read the reason, so it is not the place to name a condition (LINK-3)."""
    check_is_the_desk(by)
    if not why.strip():
        raise ReasonMissing
    link, customer = _locked_waiting(link, at=at)
    link.why = why.strip()
    _decide("rejected", link, customer, by=by, at=at)
    return link


def _refusal_of(link: CustomerLink, *, by: Actor, at: datetime) -> Refusal | None:
    try:
        approve_customer_link(link=link, by=by, at=at)
    except Refusal as refusal:
        return refusal
    return None


def _locked_waiting(link: CustomerLink, *, at: datetime) -> tuple[CustomerLink, Organization]:
    provider = the_provider()
    assert provider is not None, "there is no partner without a provider"
    locked(provider)
    if link.customer is None:
        raise LinkHasMovedOn(state=link.standing(at))
    customer = locked(link.customer)
    locked(link.partner)
    return locked_link(link, State.AWAITING_PROVIDER, at=at), customer


def _decide(
    how: Literal["confirmed", "rejected"], link: CustomerLink, customer: Organization, /, *, by: Actor, at: datetime
) -> None:
    link.state, link.decided_by, link.decided_at = CustomerLink.State[how.upper()], acting_person(by), at
    link.save(update_fields=["state", "decided_by", "decided_at", "why", "confirmed_at", *NAME_FIELDS])
    record(
        f"customer_link.{how}",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_of(link),
        organization_id=link.partner_id,
        old={"state": State.AWAITING_PROVIDER},
        new={"state": link.state},
        why=link.why,
    )
    for side, readers, named, page in (
        ("customer", owners_of(customer), customer.name, MY_PARTNER_PAGE),
        ("partner", caretaker_and_heads(link), link.shown_name, partner_account_page(link)),
        ("desk", desk_of(link), customer.name, desk_link_page(link)),
    ):
        tell(
            f"customer_link_{how}",
            to=readers,
            facts={"customer": named, "partner": link.partner.name, "by": str(link.decided_by), "why": link.why},
            cause=f"customer_link_{how}:{link.id}:{side}",
            at=at,
            link=page,
            book_id=book_of(link),
        )
