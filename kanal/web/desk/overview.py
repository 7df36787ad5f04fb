"""What the provider's staff see on coming in: whom they serve, and what has gone wrong."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kanal.customers.operator_queries import waiting_links
from kanal.identity.models import Organization
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.kit.operator_queries import jobs_by_status, outbox_state
from kanal.notices.queries import mails_in_trouble
from kanal.partners.operator_queries import waiting_applications
from kanal.web.access import Door, page
from kanal.web.overview import COUNTED, SHOWN, Figure, counted, glance_at
from kanal.web.pages.customer_links import is_overdue
from kanal.web.request import PortalRequest


@require_safe
@page(door=Door.DESK, may=Permission.OVERVIEW_READ)
def overview(request: PortalRequest) -> HttpResponse:
    figures = [*figures_of_organizations(request), *figures_of_decisions(request), *figures_of_trouble(request)]
    newest = all_organizations().order_by("-created_at", "-id")[:SHOWN]
    facts = {"title": _("Overview"), "glance": glance_at(request, *figures), "newest": list(newest)}
    return render(request, "desk/overview.html", facts)


def figures_of_organizations(request: PortalRequest) -> list[Figure]:
    if Permission.ORGANIZATIONS_READ not in request.permissions:
        return []
    kinds = Organization.Kind
    named = [(_("Partners"), kinds.PARTNER), (_("Customers"), kinds.CUSTOMER)]
    url = reverse("desk_organizations")
    return [
        Figure(label, counted(all_organizations().filter(kind=kind)), url=f"{url}?kind={kind}") for label, kind in named
    ]


def figures_of_decisions(request: PortalRequest) -> list[Figure]:
    """What waits for the desk; red once an answer is overdue."""
    return [*figure_of_applications(request), *figure_of_customers(request)]


def figure_of_customers(request: PortalRequest) -> list[Figure]:
    """LINK-4 Whoever has waited longest says whether one is overdue."""
    if Permission.CUSTOMER_LINKS_READ not in request.permissions:
        return []
    waiting = waiting_links()
    longest = waiting.first()
    standing = "bad" if longest and is_overdue(longest, request.at) else ""
    return [Figure(_("Customers that wait"), counted(waiting), url=reverse("desk_customers"), standing=standing)]


def figure_of_applications(request: PortalRequest) -> list[Figure]:
    """PROG-2"""
    if Permission.PARTNER_APPLICATIONS_READ not in request.permissions:
        return []
    waiting = waiting_applications()
    standing = "bad" if waiting.filter(due_at__lte=request.at).exists() else ""
    url = reverse("desk_partner_applications")
    return [Figure(_("Applications that wait"), counted(waiting), url=url, standing=standing)]


def figures_of_trouble(request: PortalRequest) -> list[Figure]:
    figures = []
    if Permission.MAIL_READ in request.permissions:
        url = reverse("desk_mails")
        figures.append(_trouble(_("Mails in trouble"), mails_in_trouble()[: COUNTED + 1].count(), url))
    if Permission.JOBS_READ in request.permissions:
        failed = jobs_by_status()["failed"] + outbox_state().parked
        figures.append(_trouble(_("Failed jobs"), failed, reverse("desk_jobs")))
    return figures


def _trouble(label: str, count: int, url: str) -> Figure:
    return Figure(label, number_format(count, force_grouping=True), url=url, standing="bad" if count else "")
