"""The desk of the provider's own staff, page by page."""

from django.urls import URLPattern, URLResolver, path

from kanal.web.access import Door
from kanal.web.desk import overview
from kanal.web.pages import organizations
from kanal.web.pages.every_door import areas_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="desk_overview"),
    path("organizations/", organizations.organizations, name="desk_organizations"),
    path("organizations/<organization_id:organization_id>/", organizations.organization, name="desk_organization_of"),
    path(
        "organizations/<organization_id:organization_id>/billing-default/",
        organizations.billing_default,
        name="desk_billing_default",
    ),
    *areas_of(Door.DESK),
]
