"""The console of customers, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.access import Door
from kanal.web.console import overview
from kanal.web.pages import programme
from kanal.web.pages.every_door import areas_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="console_overview"),
    *programme.CONSOLE,
    *areas_of(Door.CONSOLE),
]
