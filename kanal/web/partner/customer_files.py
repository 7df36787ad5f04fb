"""Customers added from a file (LINK-1): what the partner's pages of it say."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kanal.onboarding.customers_from_file import ADD_CUSTOMERS
from kanal.web.access import Door
from kanal.web.converters import book_kind
from kanal.web.pages.batches import BatchPages, Words
from kanal.web.parts.shapes import Step
from kanal.web.request import PortalRequest

book_kind("customer_file_id", "bat")


def trail(_request: PortalRequest) -> tuple[Step, ...]:
    return (Step(_("Accounts"), reverse("partner_accounts")),)


FILES = BatchPages(
    kind=ADD_CUSTOMERS,
    door=Door.PARTNER,
    name="customer_files",
    id_kind="customer_file_id",
    trail=trail,
    words=Words(
        title=gettext_lazy("Customers from files"),
        new=gettext_lazy("Add customers from a file"),
        lead=gettext_lazy(
            "Up to 2,000 customers at once. First you see what is understood of each row; only then they are invited."
        ),
        question=gettext_lazy("Invite %(rows)s customers?"),
        submit=gettext_lazy("Invite %(rows)s"),
        consequence=gettext_lazy("Each of them gets a mail and decides. Rows that have a problem are left out."),
        progress=gettext_lazy("Customers asked"),
    ),
)
