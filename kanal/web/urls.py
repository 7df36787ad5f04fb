"""The pages: the shell's own, a person's account, and the three doors."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from kanal.web import converters, days, find, home, operations, style
from kanal.web.pages import consent, joining, notices, organization, shelf

assert converters.KINDS, "the addresses below use its kinds"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("days/", days.day_hint, name="day_hint"),
    path("search/", find.find, name="find"),
    path("organizations/", home.choose_organization, name="choose_organization"),
    path("language/", home.choose_language, name="choose_language"),
    path("theme/", home.choose_theme, name="choose_theme"),
    path("healthz", operations.healthz, name="healthz"),
    path("readyz", operations.readyz, name="readyz"),
    path("metrics", operations.metrics, name="metrics"),
    path("invitations/<str:secret>/", joining.answer, name="invitation"),
    path("customer-invitations/<str:secret>/", consent.answer, name="customer_invitation"),
    path("account/organizations/new/", organization.register, name="register_organization"),
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="bell"),
    path("notices/read/", notices.read_all, name="read_all_notices"),
    path("notices/<notice_id:notice_id>/open/", notices.open_notice, name="open_notice"),
    path("account/", include("kanal.web.account.urls")),
    path("partner/", include("kanal.web.partner.urls")),
    path("console/", include("kanal.web.console.urls")),
    path("desk/", include("kanal.web.desk.urls")),
]
if settings.KANAL_SANDBOX:
    urlpatterns += [
        path("dev/mail/", shelf.shelf, name="shelf"),
        path("dev/mail/<mail_id:mail_id>/", shelf.shelf_mail, name="shelf_mail"),
        path("dev/mail/<mail_id:mail_id>/letter/", shelf.shelf_letter, name="shelf_letter"),
        path("dev/style/", style.style, name="style"),
        path("dev/style/progress/", style.progress, name="style_progress"),
        path("dev/style/confirm/", style.confirm, name="style_confirm"),
    ]
