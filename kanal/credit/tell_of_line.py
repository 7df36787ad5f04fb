"""Tell both sides of what happens with a customer's line.

LINE-7 Of a temporary line's end both sides are told 7 days before.
LINE-10 What is used is told as of when it was counted.
"""

from datetime import datetime

from kanal.credit.links import MY_CREDIT_PAGE, PARTNER_LINES_PAGE
from kanal.credit.models import Allocation, TemporaryLine
from kanal.customers.queries import confirmed_link
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.readers import readers_who_may
from kanal.kit.money import Money
from kanal.notices.tell import Reader, tell


def tell_of_change(allocation: Allocation, partner: Organization, customer: Organization, *, at: datetime) -> None:
    change = Money(allocation.change, allocation.currency)
    tell(
        "line_raised" if allocation.change > 0 else "line_lowered",
        to=customers_of_line(customer),
        facts={
            "amount": abs(change),
            "total": Money(allocation.total_after, allocation.currency),
            "available": Money(allocation.available_after, allocation.currency),
            "partner": partner.name,
            "counted_at": at,
        },
        cause=f"allocation:{allocation.id}",
        at=at,
        link=MY_CREDIT_PAGE,
        book_id=allocation.book_id,
    )


def tell_of_coming_end(temporary: TemporaryLine, *, at: datetime) -> None:
    found = Organization.objects.in_bulk([temporary.partner_id, temporary.customer_id])
    partner, customer = found[temporary.partner_id], found[temporary.customer_id]
    facts = {"amount": Money(temporary.amount, temporary.currency), "ends_at": temporary.ends_at}
    for side, readers, called, page in both_sides(partner, customer):
        tell(
            "temporary_line_ending",
            to=readers,
            facts=facts | {"customer": called},
            cause=f"temporary_line:{temporary.id}:{side}",
            at=at,
            link=page,
            book_id=temporary.book_id,
        )


def both_sides(partner: Organization, customer: Organization) -> list[tuple[str, list[Reader], str, str]]:
    """Each side with its readers, what it calls the customer, and where it looks (LINK-1: a name is private)."""
    link = confirmed_link(partner, customer)
    return [
        (
            "partner",
            readers_who_may(partner, Permission.LINES_MANAGE),
            link.shown_name if link else customer.name,
            PARTNER_LINES_PAGE,
        ),
        ("customer", customers_of_line(customer), customer.name, MY_CREDIT_PAGE),
    ]


def customers_of_line(customer: Organization) -> list[Reader]:
    return readers_who_may(customer, Permission.CREDIT_ASK)
