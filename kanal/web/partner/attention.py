"""Customers needing attention, on the partner's overview: each room says which of its own, and why.

A room above `customers` appends to SOURCES; what is most pressing is asked first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kanal.customers.models import CustomerLink
from kanal.customers.queries import links_of, open_unlinkings_by_customers
from kanal.identity.permissions import Permission
from kanal.web.listing import Status
from kanal.web.overview import SHOWN, Figure, counted
from kanal.web.request import PortalRequest

State = CustomerLink.State
LATELY = timedelta(days=14)
ADDED = timedelta(days=120)  # who was added before that is not looked through on every visit
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Needing:
    name: str
    why: str
    url: str
    status: Status


Source = Callable[[PortalRequest], Iterable[Needing]]


def customers_needing_attention(request: PortalRequest) -> list[Needing] | None:
    """None for whoever may not read customers."""
    if Permission.CUSTOMERS_READ not in request.permissions:
        return None
    return list(islice(chain.from_iterable(source(request) for source in SOURCES), SHOWN))


def figures_of_customers(request: PortalRequest) -> list[Figure]:
    if Permission.CUSTOMERS_READ not in request.permissions:
        return []
    links, url = links_of(request.organization, request.membership), reverse("partner_accounts")
    waiting = links.filter(state=State.AWAITING_CUSTOMER, expires_at__gt=request.at)
    named = [
        (_("Confirmed customers"), links.filter(state=State.CONFIRMED), State.CONFIRMED),
        (_("Customers invited"), waiting, State.AWAITING_CUSTOMER),
    ]
    return [Figure(label, counted(rows), url=f"{url}?status={state}") for label, rows, state in named]


def who_asks_to_unlink(request: PortalRequest) -> Iterable[Needing]:
    """LINK-7 One's own answer is waited for."""
    for unlinking in open_unlinkings_by_customers(request.organization, request.membership)[:SHOWN]:
        yield needing(request, unlinking.link, _("Asks to unlink; answer it"))


def who_has_not_answered_and_soon_cannot(request: PortalRequest) -> Iterable[Needing]:
    """LINK-4"""
    until = Q(expires_at__gt=request.at, expires_at__lte=request.at + SOON)
    for link in links_for(request).filter(until, state=State.AWAITING_CUSTOMER).order_by("expires_at", "id")[:SHOWN]:
        yield needing(request, link, _("The invitation ends soon; send it again"))


def what_ended_lately(request: PortalRequest) -> Iterable[Needing]:
    """LINK-4 Declined, not answered or rejected: somebody should ask the customer."""
    since = request.at - LATELY
    ended = (
        Q(state=State.DECLINED, answered_at__gte=since)
        | Q(state=State.REJECTED, decided_at__gte=since)
        | Q(state__in=[State.NO_RESPONSE, State.AWAITING_CUSTOMER], expires_at__range=(since, request.at))
    )
    words = {
        State.DECLINED: _("Declined; ask why, and add it again"),
        State.REJECTED: _("Rejected; read the reason"),
        State.NO_RESPONSE: _("Did not answer; add it again"),
    }
    added = links_for(request).filter(added_at__gte=request.at - ADDED)
    for link in added.filter(ended).order_by("-added_at", "-id")[:SHOWN]:
        yield needing(request, link, words[link.standing(request.at)])


def links_for(request: PortalRequest) -> QuerySet[CustomerLink]:
    return links_of(request.organization, request.membership)


def needing(request: PortalRequest, link: CustomerLink, why: str) -> Needing:
    standing = link.standing(request.at)
    return Needing(
        link.shown_name, why, reverse("partner_account", args=[link.id]), Status(standing.value, standing.label)
    )


SOURCES: list[Source] = [who_asks_to_unlink, who_has_not_answered_and_soon_cannot, what_ended_lately]
