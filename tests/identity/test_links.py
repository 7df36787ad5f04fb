"""Where messages lead: every address exists behind the door of the organization it is told to."""

import pytest
from django.urls import resolve

from kanal.identity.links import link_in
from kanal.identity.models import Organization

DOORS = {"PROVIDER": "desk", "PARTNER": "partner", "CUSTOMER": "console"}


@pytest.mark.parametrize("kind", Organization.Kind.values)
@pytest.mark.parametrize(("page", "name"), [("members", "members"), ("api-keys", "api_keys"), ("organization",) * 2])
def test_a_message_leads_to_a_page_that_is_there(kind: str, page: str, name: str) -> None:
    assert resolve(link_in(Organization(kind=kind), page)).url_name == f"{DOORS[kind]}_{name}"


def test_a_mailed_invitation_leads_to_its_page() -> None:
    assert resolve("/invitations/0123/").url_name == "invitation"
