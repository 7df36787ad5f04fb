"""Whom to tell of what concerns a customer link, on its three sides.

PROG-4 The account manager is told of what needs the desk.
"""

from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import reader_and_those_who_may, reader_or_those_who_may, readers_who_may
from kanal.notices.tell import Reader
from kanal.partners.readers import account_manager_or


def caretaker_of(link: CustomerLink) -> list[Reader]:
    """Who at the partner looks after it; once they have left, whoever manages customers."""
    if link.assigned_to is None:
        return readers_who_may(link.partner, Permission.CUSTOMERS_MANAGE)
    return reader_or_those_who_may(link.partner, link.assigned_to, Permission.CUSTOMERS_MANAGE)


def caretaker_and_heads(link: CustomerLink) -> list[Reader]:
    """For what changes the relation: the partner's administrators as well."""
    if link.assigned_to is None:
        return readers_who_may(link.partner, Permission.CUSTOMERS_UNLINK)
    return reader_and_those_who_may(link.partner, link.assigned_to, Permission.CUSTOMERS_UNLINK)


def owners_of(customer: Organization) -> list[Reader]:
    return readers_who_may(customer, Permission.PARTNER_INVITATIONS_ANSWER)


def desk_of(link: CustomerLink) -> list[Reader]:
    return account_manager_or(link.partner, Permission.CUSTOMER_LINKS_DECIDE)
