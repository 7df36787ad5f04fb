"""One of a partner's customers: how it stands, what happened, what can be done.

LINK-3 What a partner reads of a link tells nothing of who the address belongs to before the customer is confirmed.
ALL-1   Another partner's customer does not exist here.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kanal.audit.models import AuditRecord
from kanal.audit.queries import timeline_of
from kanal.customers.models import CustomerLink
from kanal.customers.queries import (
    book_of,
    customer_seen_by,
    earlier_links_of,
    open_unlinking_of,
)
from kanal.customers.subjects import customer_entry_subject, customer_link_subject
from kanal.identity.permissions import Permission
from kanal.identity.queries import the_provider
from kanal.web.access import Door, page
from kanal.web.pages.account_actions import actions_of
from kanal.web.pages.account_parts import blocks_for
from kanal.web.pages.accounts import status_of
from kanal.web.pages.organization import SHOWN
from kanal.web.parts.shapes import Fact, Step
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

FORM = ["GET", "HEAD", "POST"]
May, State = Permission, CustomerLink.State


def link_of(request: PortalRequest, customer_id: UUID) -> CustomerLink:
    found = customer_seen_by(request.organization, customer_id, request.membership)
    if found is None:
        raise Http404
    return found


def url_of(link: CustomerLink) -> str:
    return reverse("partner_account", args=[link.id])


def trail_to(link: CustomerLink | None = None) -> tuple[Step, ...]:
    steps = [Step(_("Accounts"), reverse("partner_accounts"))]
    return (*steps, Step(link.shown_name, url_of(link))) if link else tuple(steps)


@require_safe
@page(door=Door.PARTNER, may=May.CUSTOMERS_READ)
def account(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = link_of(request, customer_id)
    unlinking = open_unlinking_of(link)
    facts = {
        "title": link.shown_name,
        "lead": link.email if link.friendly_name else "",
        "status": status_of(link, request),
        "trail": trail_to(),
        "facts": facts_of(request, link),
        "actions": actions_of(request, link) if link.replaced_at is None else [],
        "blocks": blocks_for(request, link),
        "unlinking": unlinking,
        "unlinking_is_ours": unlinking is not None and unlinking.side == unlinking.Side.PARTNER,
        "unlink_url": reverse("partner_account_unlink", args=[link.id]),
        "may_unlink": May.CUSTOMERS_UNLINK in request.permissions,
        "earlier": [(each, status_of(each, request)) for each in earlier_links_of(link)[:SHOWN]],
        "timeline": happened(as_its_partner_reads(link, timeline_for(link)[:SHOWN])),
    }
    return render(request, "accounts/account.html", facts)


def facts_of(request: PortalRequest, link: CustomerLink) -> list[Fact]:
    return [
        Fact(_("E-mail"), link.email),
        Fact(_("Friendly name"), link.friendly_name),
        Fact(_("Your role"), link.get_role_display()),
        Fact(_("Looked after by"), str(link.assigned_to) if link.assigned_to else None),
        *facts_of_organization(link),
        *facts_of_way(request, link),
        Fact(_("Code"), link.public_id),
    ]


def facts_of_organization(link: CustomerLink) -> list[Fact]:
    """Whose account it is becomes known with the confirmation, not before."""
    if link.confirmed_at is None or link.customer is None:
        return []
    return [
        Fact(_("Organization"), link.customer.name),
        Fact(_("Tax code"), link.customer.tax_code),
        Fact(_("Telephone"), link.customer.phone),
    ]


def facts_of_way(request: PortalRequest, link: CustomerLink) -> list[Fact]:
    """From the invitation to the end, as far as it has come."""
    facts = [Fact(_("Added by"), str(link.added_by)), Fact(_("Added on"), link.added_at)]
    if link.standing(request.at) is State.AWAITING_CUSTOMER:
        facts += [
            Fact(_("Last sent"), link.sent_at),
            Fact(_("Times sent"), link.times_sent),
            Fact(_("Link works until"), link.expires_at),
        ]
    if link.confirmed_at:
        facts.append(Fact(_("Approval date"), link.confirmed_at))
    if link.unlinked_at:
        facts.append(Fact(_("Unlinked on"), link.unlinked_at))
    return [*facts, Fact(_("Reason"), link.why)] if link.state == State.REJECTED else facts


def timeline_for(link: CustomerLink) -> QuerySet[AuditRecord]:
    """What both sides may read of it, and what the partner keeps for itself."""
    return timeline_of(customer_link_subject(link), customer_entry_subject(link), books=[book_of(link)])


def as_its_partner_reads(link: CustomerLink, records: Iterable[AuditRecord]) -> list[AuditRecord]:
    """LINK-3 Whoever answered at the other side is its address: a name would tell that there is an account."""
    provider = the_provider()
    known = {link.partner_id, provider.id if provider else None}
    found = list(records)
    for record in found:
        if record.actor_kind == AuditRecord.ActorKind.PERSON and record.acting_for_id not in known:
            record.actor_name = link.email
    return found
