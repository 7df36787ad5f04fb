"""The desk's customers of partners: the queue with its clock, all of them, who asks to part, and one of them.

LINK-3 The desk sees which condition fails. LINK-4 What the customer has accepted waits for the desk.
PROG-2 The desk's clock is 3 working days, here as for applications.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kanal.audit.queries import timeline_of
from kanal.customers.models import CustomerLink, Unlinking
from kanal.customers.operator_queries import all_links, link_by_id, open_unlinkings, waiting_links
from kanal.customers.queries import book_of, open_unlinking_of
from kanal.customers.subjects import customer_entry_subject, customer_link_subject
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.kit.calendar import vietnam
from kanal.kit.ids import UnknownId, parse_public_id
from kanal.onboarding.queries import choices_for_desk
from kanal.partners.apply_to_be_partner import WORKING_DAYS_TO_DECIDE
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Link, Listing, Only, Status, Two, words
from kanal.web.pages.accounts import standing_is
from kanal.web.pages.organization import SHOWN
from kanal.web.parts.shapes import Action, Fact, Step, Tab
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

May, State = Permission, CustomerLink.State


def due_at(link: CustomerLink) -> datetime | None:
    """Until when the desk is to decide; None where it has nothing to decide."""
    if link.state != State.AWAITING_PROVIDER or link.answered_at is None:
        return None
    return vietnam().due_at(link.answered_at, WORKING_DAYS_TO_DECIDE, ZoneInfo(settings.TIME_ZONE))


def is_overdue(link: CustomerLink, at: datetime) -> bool:
    due = due_at(link)
    return due is not None and at >= due


def status_of(link: CustomerLink, at: datetime) -> Status:
    if is_overdue(link, at):
        return Status("OVERDUE", _("Overdue"))
    standing = link.standing(at)
    return Status(standing.value, standing.label)


def named(link: CustomerLink) -> Two | str:
    return Two(link.customer.name, link.email) if link.customer else link.email


CUSTOMER = Column[CustomerLink]("name", gettext_lazy("Customer"), named)
PARTNER = Column[CustomerLink]("partner", gettext_lazy("Partner"), lambda link: link.partner.name)


def waiting_listing(at: datetime) -> Listing[CustomerLink]:
    """Who has waited longest stands first; several can be chosen and decided at once."""
    return Listing[CustomerLink](
        name="customer_links_waiting",
        title=gettext_lazy("Customers that wait"),
        columns=[
            Column(
                "choose",
                "",
                lambda link: link.public_id,
                kind=Kind.SELECT,
                exported=False,
                template="customers/choose.html",
            ),
            CUSTOMER,
            PARTNER,
            Column("state", gettext_lazy("State"), lambda link: status_of(link, at), kind=Kind.BADGE),
            Column(
                "accepted",
                gettext_lazy("Accepted on"),
                lambda link: link.answered_at,
                kind=Kind.MOMENT,
                sort="answered_at",
            ),
            Column("due", gettext_lazy("Answer until"), due_at, kind=Kind.MOMENT),
            Column("by", gettext_lazy("Accepted by"), answerer_of, shown=False),
        ],
        order="accepted",
        search=words(),
        search_label=gettext_lazy("Name or e-mail"),
        link=url_of,
        empty=Empty(
            gettext_lazy("No customer waits"),
            gettext_lazy("They stand here once they have accepted a partner's invitation."),
            icon="circle-check",
        ),
    )


def every_listing(request: PortalRequest) -> Listing[CustomerLink]:
    return Listing[CustomerLink](
        name="customer_links",
        title=gettext_lazy("All customers of partners"),
        columns=[
            CUSTOMER,
            PARTNER,
            Column("state", gettext_lazy("State"), lambda link: status_of(link, request.at), kind=Kind.BADGE),
            Column("added", gettext_lazy("Added on"), lambda link: link.added_at, kind=Kind.MOMENT, sort="added_at"),
            Column("approved", gettext_lazy("Approval date"), lambda link: link.confirmed_at, kind=Kind.MOMENT),
            Column("added_by", gettext_lazy("Added by"), lambda link: str(link.added_by), shown=False),
            Column(
                "decided_by",
                gettext_lazy("Answered by"),
                lambda link: str(link.decided_by) if link.decided_by else None,
                shown=False,
            ),
        ],
        order="-added",
        filters=[
            Choice(
                "state",
                gettext_lazy("State"),
                State.choices,
                lambda rows, state: rows.filter(standing_is(State(state), request)),
            ),
            Days("added", gettext_lazy("Added on"), "added_at"),
            Only(
                "partner",
                gettext_lazy("Partner"),
                lambda rows, told: rows.filter(partner=partner_named(told)),
                partner_called,
            ),
        ],
        search=words(),
        search_label=gettext_lazy("Name or e-mail"),
        link=url_of,
        empty=Empty(gettext_lazy("No customers yet"), gettext_lazy("They stand here as partners add them.")),
    )


def partner_named(told: str) -> UUID | None:
    try:
        return parse_public_id(told, "org")[1]
    except UnknownId:
        return None


def partner_called(told: str) -> str:
    id_ = partner_named(told)
    found = all_organizations().filter(id=id_).first() if id_ else None
    return found.name if found else ""


def answerer_of(link: CustomerLink) -> str | None:
    return str(link.answered_by) if link.answered_by else None


PARTINGS = Listing[Unlinking](
    name="unlinkings",
    title=gettext_lazy("Asked to unlink"),
    columns=[
        Column("name", gettext_lazy("Customer"), lambda row: named(row.link)),
        Column("partner", gettext_lazy("Partner"), lambda row: row.link.partner.name),
        Column("side", gettext_lazy("Asked by"), lambda row: row.get_side_display()),
        Column("asked", gettext_lazy("Asked on"), lambda row: row.asked_at, kind=Kind.MOMENT, sort="asked_at"),
        Column("why", gettext_lazy("Reason"), lambda row: row.why),
    ],
    order="asked",
    link=lambda row: url_of(row.link),
    empty=Empty(
        gettext_lazy("Nobody asks to part"),
        gettext_lazy("A partner or its customer asks, the other side answers."),
        icon="circle-check",
    ),
)


@require_safe
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_READ)
def waiting(request: PortalRequest) -> HttpResponseBase:
    facts = {
        "title": _("Customers of partners"),
        "tabs": tabs("waiting"),
        "may_decide": May.CUSTOMER_LINKS_DECIDE in request.permissions,
    }
    return waiting_listing(request.at).answer(request, waiting_links(), "customers/waiting.html", facts)


@require_safe
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_READ)
def everyone(request: PortalRequest) -> HttpResponseBase:
    facts = {"title": _("Customers of partners"), "tabs": tabs("all")}
    return every_listing(request).answer(request, all_links(), "partners/list.html", facts)


@require_safe
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_READ)
def partings(request: PortalRequest) -> HttpResponseBase:
    facts = {"title": _("Customers of partners"), "tabs": tabs("partings")}
    return PARTINGS.answer(request, open_unlinkings(), "partners/list.html", facts)


def tabs(current: str) -> list[Tab]:
    names = {
        "waiting": (_("Wait for approval"), "desk_customers", waiting_links().count() or None),
        "all": (_("All"), "desk_all_customers", None),
        "partings": (_("Asked to unlink"), "desk_unlinkings", open_unlinkings().count() or None),
    }
    return [
        Tab(label, reverse(name), is_current=key == current, count=count) for key, (label, name, count) in names.items()
    ]


def desk_link_of(customer_id: UUID) -> CustomerLink:
    found = link_by_id(customer_id)
    if found is None:
        raise Http404
    return found


def url_of(link: CustomerLink) -> str:
    return reverse("desk_customer", args=[link.id])


def desk_trail_to(link: CustomerLink | None = None) -> tuple[Step, ...]:
    steps = (Step(_("Customers of partners"), reverse("desk_customers")),)
    return (*steps, Step(called(link), url_of(link))) if link else steps


def called(link: CustomerLink) -> str:
    return link.customer.name if link.customer else link.email


@require_safe
@page(door=Door.DESK, may=May.CUSTOMER_LINKS_READ)
def customer(request: PortalRequest, customer_id: UUID) -> HttpResponse:
    link = desk_link_of(customer_id)
    books = {book_of(link), *([link.customer.book_id] if link.customer else [])}
    records = timeline_of(customer_link_subject(link), customer_entry_subject(link), books=books)
    is_open = link.is_live(request.at) and not link.is_confirmed
    facts = {
        "title": called(link),
        "status": status_of(link, request.at),
        "trail": desk_trail_to(),
        "facts": facts_of(link, request.at),
        "choices": choices_for_desk(link) if is_open else None,
        "unlinking": open_unlinking_of(link),
        "actions": actions_of(request, link),
        "timeline": happened(records[:SHOWN]),
    }
    return render(request, "customers/customer.html", facts)


def facts_of(link: CustomerLink, at: datetime) -> list[Fact]:
    organization = link.customer
    account = Link(organization.name, reverse("desk_organization_of", args=[organization.id])) if organization else None
    partner = Link(link.partner.name, reverse("desk_organization_of", args=[link.partner_id]))
    facts = [
        Fact(_("Partner"), partner),
        Fact(_("E-mail"), link.email),
        Fact(_("Organization"), account),
        Fact(_("Added by"), str(link.added_by)),
        Fact(_("Added on"), link.added_at),
        Fact(_("Last sent"), link.sent_at),
    ]
    until = link.expires_at if link.standing(at) is State.AWAITING_CUSTOMER else None
    ends = [
        (_("Link works until"), until),
        (_("Accepted by") if organization else _("Answered by"), answerer_of(link)),
        (_("Accepted on") if organization else _("Answered on"), link.answered_at),
        (_("Answer until"), due_at(link)),
        (_("Decided by"), str(link.decided_by) if link.decided_by else None),
        (_("Approval date"), link.confirmed_at),
        (_("Unlinked on"), link.unlinked_at),
        (_("Reason"), link.why),
    ]
    return [*facts, *(Fact(label, value) for label, value in ends if value), Fact(_("Code"), link.public_id)]


def actions_of(request: PortalRequest, link: CustomerLink) -> list[Action]:
    if link.state == State.AWAITING_PROVIDER:
        offered = [
            Action(_("Reject"), _act("reject", link), icon="x", kind="danger", is_asked=True),
            Action(_("Approve"), _act("approve", link), icon="check", kind="primary", is_asked=True),
        ]
    elif link.is_confirmed:
        offered = [Action(_("Unlink"), _act("unlink", link), icon="unlink", kind="danger")]
    else:
        return []
    if May.CUSTOMER_LINKS_DECIDE in request.permissions:
        return offered
    reason = _("Only an administrator or sales decides.")
    return [Action(each.label, icon=each.icon, reason=reason) for each in offered]


def _act(act: str, link: CustomerLink) -> str:
    return reverse(f"desk_{act}_customer", args=[link.id])
