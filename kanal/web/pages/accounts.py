"""Accounts: a partner's customers and its own organizations in one list.

LINK-1 The friendly name is the partner's own. LINK-5 A confirmed link has its approval date.
ID-6   Sales can be limited to their own customers. PROG-5 Own organizations stand in the same list.
"""

from __future__ import annotations

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from kanal.customers.models import Account, CustomerLink
from kanal.customers.queries import accounts_of
from kanal.identity.permissions import Permission
from kanal.web.access import Door, page
from kanal.web.listing import Choice, Column, Empty, Kind, Listing, Status, Two, words
from kanal.web.pages.account_actions import actions_of, managing
from kanal.web.pages.account_parts import Rows, columns_for
from kanal.web.parts.shapes import Action
from kanal.web.request import PortalRequest

State = CustomerLink.State


def listing(request: PortalRequest) -> Listing[Account]:
    return Listing[Account](
        name="accounts",
        title=gettext_lazy("Accounts"),
        columns=[
            Column("name", gettext_lazy("Name"), named, sort="sort_key"),
            Column("role", gettext_lazy("Your role"), lambda row: row.get_role_display()),
            *[each.column for each in columns_for(request)],
            Column("status", gettext_lazy("Status"), lambda row: status_of(row, request), kind=Kind.BADGE),
            Column(
                "approved",
                gettext_lazy("Approval date"),
                lambda row: row.confirmed_at,
                kind=Kind.MOMENT,
                sort="confirmed_at",
            ),
            Column("added", gettext_lazy("Added on"), lambda row: row.added_at, kind=Kind.MOMENT, sort="added_at"),
            Column("caretaker", gettext_lazy("Looked after by"), caretaker_of),
            Column("email", gettext_lazy("E-mail"), lambda row: row.email, shown=False),
            Column(
                "actions",
                "",
                lambda row: [] if row.is_own else actions_of(request, row),  # type: ignore[arg-type, return-value]
                kind=Kind.ACTIONS,
                exported=False,
                template="accounts/row_actions.html",
            ),
        ],
        order="-added",
        filters=[
            Choice(
                "status",
                gettext_lazy("Status"),
                State.choices,
                lambda rows, state: rows.filter(standing_is(State(state), request)),
            ),
            Choice("role", gettext_lazy("Your role"), Account.Role.choices, lambda rows, role: rows.filter(role=role)),
            Choice(
                "relation",
                pgettext_lazy("account", "Whose"),
                Account.Relation.choices,
                lambda rows, relation: rows.filter(relation=relation),
            ),
        ],
        search=words(),
        search_label=gettext_lazy("Name or e-mail"),
        link=address_of,
        empty=Empty(
            gettext_lazy("No accounts yet"),
            gettext_lazy("Add the customers you sell to. Each gets a mail and decides; the provider confirms."),
            gettext_lazy("Add customer account"),
            "partner_add_customers" if Permission.CUSTOMERS_MANAGE in request.permissions else "",
            icon="users",
        ),
    )


def named(row: Account) -> Two | str:
    """The friendly name with the e-mail under it; without one, the e-mail is the name."""
    return Two(row.name, row.email) if row.name else row.email


def caretaker_of(row: Account) -> str | None:
    return str(row.assigned_to) if row.assigned_to else None


def status_of(row: Account | CustomerLink, request: PortalRequest) -> Status:
    standing = row.standing(request.at)
    if isinstance(row, Account) and row.is_own and standing is State.AWAITING_PROVIDER:
        return Status(standing.value, pgettext("own organization", "Awaiting confirmation"))
    return Status(standing.value, standing.label)


def standing_is(state: CustomerLink.State, request: PortalRequest) -> Q:
    """As the badge says it: one that nobody answered in time is such before the tick says so."""
    late = Q(state=State.AWAITING_CUSTOMER, expires_at__lte=request.at)
    if state is State.AWAITING_CUSTOMER:
        return Q(state=state) & ~late
    return Q(state=state) | late if state is State.NO_RESPONSE else Q(state=state)


def address_of(row: Account) -> str:
    return reverse("partner_own_organization" if row.is_own else "partner_account", args=[row.id])


@require_safe
@page(door=Door.PARTNER, may=Permission.CUSTOMERS_READ)
def accounts(request: PortalRequest) -> HttpResponseBase:
    rows: Rows = accounts_of(request.organization, request.membership)
    for each in columns_for(request):
        rows = each.also(rows)
    facts = {"title": _("Accounts"), "lead": lead_for(request), "actions": adding(request)}
    return listing(request).answer(request, rows, "accounts/list.html", facts)


def lead_for(request: PortalRequest) -> str:
    if request.membership.own_customers_only:
        return _("The customers you look after. Others of your colleagues are not shown.")
    return _("Your customers, and the further organizations of your own.")


def adding(request: PortalRequest) -> list[Action]:
    return [
        managing(request, action)
        for action in (
            Action(_("From a file"), reverse("partner_customer_files_new"), icon="file-up"),
            Action(_("Add customer account"), reverse("partner_add_customers"), icon="user-plus", kind="primary"),
        )
    ]
