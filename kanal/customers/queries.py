"""What others may ask about partners and their customers; every read starts from who asks.

ALL-1  What one organization may not see does not exist for it (404).
LINK-5 Only confirmed customers can be funded, given a line or a discount.
CRED-3 A partner's customer can never fund itself.
ID-6   Sales can be limited to their own customers: those that are assigned to them, at first whom they added.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from kanal.customers.models import TAKEN, UNANSWERED, Account, CustomerLink, Unlinking
from kanal.identity.models import Membership, Organization, Person
from kanal.identity.permissions import TABLE, Permission
from kanal.identity.queries import members_of, trading_book_of
from kanal.identity.roles import Role
from kanal.partners.queries import owning_partner_of

# --- For the partner ---------------------------------------------------------------------------------------------


def links_of(partner: Organization, member: Membership | None = None) -> QuerySet[CustomerLink]:
    """Each address once, by name, as this member may see them; nobody in particular sees all."""
    found = _links_seen_by(partner, member).filter(replaced_at=None)
    return found.select_related("customer", "assigned_to", "added_by").order_by("sort_key", "id")


def accounts_of(partner: Organization, member: Membership | None = None) -> QuerySet[Account]:
    """Its customers as `links_of` has them, and its own organizations (PROG-5), which are nobody's in particular."""
    found = Account.objects.filter(partner=partner, replaced_at=None)
    if member is not None and member.own_customers_only:
        found = found.filter(assigned_to=member.person_id)
    return found.select_related("organization", "assigned_to").order_by("sort_key", "id")


def customer_seen_by(asker: Organization, id: UUID, member: Membership | None = None) -> CustomerLink | None:  # noqa: A002 - the reader's own word
    """By the link's id: for its partner (and, of its members, for whom it is theirs), and for the provider."""
    found = CustomerLink.objects.all() if asker.is_the_provider else _links_seen_by(asker, member)
    return found.select_related("partner", "customer", "assigned_to", "added_by", "decided_by").filter(id=id).first()


def confirmed_links_of(partner: Organization, member: Membership | None = None) -> QuerySet[CustomerLink]:
    return links_of(partner, member).filter(state=CustomerLink.State.CONFIRMED)


def customers_ever_of(partner: Organization, member: Membership | None = None) -> QuerySet[CustomerLink]:
    """LINK-7 Each link that was confirmed at some time, the newest first: the past stays readable."""
    found = _links_seen_by(partner, member).filter(confirmed_at__isnull=False, customer__isnull=False)
    return found.select_related("customer").order_by("-confirmed_at", "-id")


def confirmed_link(partner: Organization, customer: Organization) -> CustomerLink | None:
    """LINK-5 A verb that moves something to or from a customer asks it under its own lock."""
    return confirmed_links_of(partner).filter(customer=customer).first()


def earlier_links_of(link: CustomerLink) -> QuerySet[CustomerLink]:
    """What became of the same address before it was added again, newest first."""
    found = CustomerLink.objects.filter(partner=link.partner_id, email=link.email, added_at__lt=link.added_at)
    return found.order_by("-added_at", "-id")


def possible_caretakers(partner: Organization) -> QuerySet[Membership]:
    """Who at the partner may look after a customer: those who sell."""
    roles = [role.value for role in TABLE[Permission.CUSTOMERS_MANAGE]]
    return members_of(partner).filter(roles__overlap=roles, person__is_active=True)


def open_unlinkings_by_customers(partner: Organization, member: Membership | None = None) -> QuerySet[Unlinking]:
    """LINK-7 What waits for the partner's own answer, the oldest first."""
    links = _links_seen_by(partner, member).values("id")
    found = Unlinking.objects.filter(link__in=links, outcome=Unlinking.Outcome.OPEN, side=Unlinking.Side.CUSTOMER)
    return found.select_related("link").order_by("asked_at", "id")


def _links_seen_by(partner: Organization, member: Membership | None) -> QuerySet[CustomerLink]:
    found = CustomerLink.objects.filter(partner=partner)
    if member is not None and member.own_customers_only:
        found = found.filter(assigned_to=member.person_id)
    return found


# --- For the customer --------------------------------------------------------------------------------------------


def partner_link_of(customer: Organization) -> CustomerLink | None:
    """Whose customer it is, confirmed."""
    return _links_of_customer(customer).filter(state=CustomerLink.State.CONFIRMED).first()


def links_of_customer(customer: Organization) -> QuerySet[CustomerLink]:
    """Everything it ever agreed to, newest first: the past stays readable (LINK-7)."""
    return _links_of_customer(customer).exclude(state=CustomerLink.State.WITHDRAWN, confirmed_at=None)


def invitations_to(customer: Organization, at: datetime) -> QuerySet[CustomerLink]:
    """What its owners may answer now, whoever of them it was mailed to, newest first."""
    found = CustomerLink.objects.filter(
        email__in=addresses_of_owners(customer), state__in=UNANSWERED, answerable_until__gt=at, replaced_at=None
    )
    return found.exclude(partner=customer).select_related("partner").order_by("-sent_at", "-id")


def invitation_to(customer: Organization, id: UUID, at: datetime) -> CustomerLink | None:  # noqa: A002 - as above
    return invitations_to(customer, at).filter(id=id).first()


def addresses_of_owners(customer: Organization) -> set[str]:
    """The verified addresses of those who own it."""
    owners = members_of(customer).filter(roles__contains=[Role.CUSTOMER_OWNER], person__is_active=True)
    found = owners.filter(person__emailaddress__verified=True).values_list("person__emailaddress__email", flat=True)
    return {address.lower() for address in found}


def may_fund_itself(organization: Organization) -> bool:
    """CRED-3 Whoever buys from the provider directly: neither a partner's customer nor its further organizations.

    A verb that funds takes the organization FOR SHARE and then asks: a link is confirmed under its row's lock.
    """
    seller = organization.seller
    return seller is not None and seller.is_the_provider


def _links_of_customer(customer: Organization) -> QuerySet[CustomerLink]:
    found = CustomerLink.objects.filter(customer=customer).select_related("partner", "answered_by")
    return found.order_by("-added_at", "-id")


# --- For the rooms above -----------------------------------------------------------------------------------------


def taken_among(customers: Collection[UUID], *, but: CustomerLink | None = None) -> set[UUID]:
    """Which of these have said yes to a partner, confirmed or about to be."""
    found = CustomerLink.objects.filter(customer__in=customers, state__in=TAKEN)
    found = found.filter(~Q(id=but.id)) if but is not None else found
    return {id_ for id_ in found.values_list("customer_id", flat=True) if id_ is not None}


def locked_newest_links(partner: Organization, emails: Collection[str]) -> dict[str, CustomerLink]:
    """What stands in the partner's list of each address, for who decides on it: nobody answers it meanwhile."""
    found = CustomerLink.objects.filter(partner=partner, email__in=emails, replaced_at=None).order_by("id")
    found = found.select_for_update(no_key=True, of=("self",))
    return {link.email: link for link in found}


def open_unlinking_of(link: CustomerLink) -> Unlinking | None:
    return unlinkings_of(link).filter(outcome=Unlinking.Outcome.OPEN).first()


def unlinkings_of(link: CustomerLink) -> QuerySet[Unlinking]:
    found = Unlinking.objects.filter(link=link).select_related("asked_by", "ended_by")
    return found.order_by("-asked_at", "-id")


def book_of(link: CustomerLink) -> int:
    """The one book that an act on a link writes: the partner's, where its customers' accounts are."""
    return trading_book_of(link.partner)


def seller_or_owner(organization: Organization) -> Organization | None:
    """The partner it buys from, as its customer or as one of its own; None for a direct customer."""
    link = partner_link_of(organization)
    return link.partner if link else owning_partner_of(organization)


def is_owned_by(person: Person, customer: Organization) -> bool:
    return members_of(customer).filter(person=person, roles__contains=[Role.CUSTOMER_OWNER]).exists()
