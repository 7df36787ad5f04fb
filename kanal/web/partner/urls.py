"""The partner portal, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.partner import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="partner_overview"),
]
