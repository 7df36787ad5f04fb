"""The console of customers, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.access import Door
from kanal.web.console import overview
from kanal.web.pages import customer_pages, programme, report_pages
from kanal.web.pages.every_door import areas_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="console_overview"),
    *customer_pages.CONSOLE,
    *programme.CONSOLE,
    *report_pages.CONSOLE,
    *areas_of(Door.CONSOLE),
]
