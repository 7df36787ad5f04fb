"""The console of customers, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.console import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="console_overview"),
]
