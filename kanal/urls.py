"""Every address, door by door."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kanal.web.urls")),
]
handler400 = "kanal.web.errors.bad_request"
handler403 = "kanal.web.errors.permission_denied"
handler404 = "kanal.web.errors.not_found"
handler500 = "kanal.web.errors.server_error"
handler429 = "kanal.web.account.entrance.too_many_requests"
