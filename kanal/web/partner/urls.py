"""The partner portal, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.access import Door
from kanal.web.pages import customer_pages, programme, report_pages
from kanal.web.pages.every_door import areas_of
from kanal.web.partner import overview
from kanal.web.partner.customer_files import FILES

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="partner_overview"),
    *customer_pages.PARTNER_PORTAL,
    *programme.PARTNER_PORTAL,
    *report_pages.PARTNER_PORTAL,
    *FILES.urls("accounts/files/"),
    *areas_of(Door.PARTNER),
]
