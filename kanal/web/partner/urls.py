"""The partner portal, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.access import Door
from kanal.web.pages import programme
from kanal.web.pages.every_door import areas_of
from kanal.web.partner import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="partner_overview"),
    *programme.PARTNER_PORTAL,
    *areas_of(Door.PARTNER),
]
