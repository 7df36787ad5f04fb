"""What one sees on coming in by this door."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kanal.identity.permissions import Permission
from kanal.web.access import Door, page
from kanal.web.overview import glance_at
from kanal.web.partner.attention import customers_needing_attention, figures_of_customers
from kanal.web.request import PortalRequest


@require_safe
@page(door=Door.PARTNER, may=Permission.OVERVIEW_READ)
def overview(request: PortalRequest) -> HttpResponse:
    facts = {
        "title": _("Overview"),
        "glance": glance_at(request, *figures_of_customers(request)),
        "needing": customers_needing_attention(request),
    }
    return render(request, "accounts/overview.html", facts)
