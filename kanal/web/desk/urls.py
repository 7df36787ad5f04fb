"""The desk of the provider's own staff, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.desk import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="desk_overview"),
]
