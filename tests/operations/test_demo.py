"""The demonstration is made by the verbs, so whatever it shows is true."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from kanal.cli._demo import logins, printed_logins, seed
from kanal.cli._demo_cast import CUSTOMERS, PARTNERS, PASSWORD
from kanal.customers.models import CustomerLink
from kanal.identity.models import Membership, Organization, Person
from kanal.identity.roles import Role

TODAY = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_it_has_a_provider_and_twenty_organizations_with_a_login_for_every_role_and_is_made_once() -> None:
    assert seed(at=TODAY)
    assert not seed(at=TODAY)

    kinds = list(Organization.objects.values_list("kind", flat=True))
    assert (kinds.count("PROVIDER"), kinds.count("PARTNER"), len(kinds)) == (1, len(PARTNERS), 21)
    assert {role for membership in Membership.objects.all() for role in membership.roles} == set(Role.values)
    for company in CUSTOMERS:
        organization = Organization.objects.get(name=company.name)
        assert organization.seller is not None
        assert organization.seller.name == (company.seller or "Sao Khuê Cloud")

    assert set(CustomerLink.objects.values_list("state", flat=True)) == set(CustomerLink.State)
    listed = list(logins())
    assert {login.email for login in listed} == set(Person.objects.values_list("email", flat=True))
    assert all(login.email in printed_logins() for login in listed)
    assert authenticate(RequestFactory().post("/"), email=listed[0].email, password=PASSWORD)
