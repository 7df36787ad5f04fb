"""What the database refuses even if Python forgets (ID-5, ID-6, ID-7)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from kanal.identity.models import (
    ApiKey,
    Book,
    Invitation,
    Membership,
    Organization,
    OrganizationBook,
    Person,
    SignInAttempt,
)
from kanal.identity.secret import digest_of
from tests.world import OPENING_DAY, World, a_world

pytestmark = pytest.mark.django_db
Change = Callable[[World], object]
LATER = OPENING_DAY + timedelta(days=1)


def organizations(**values: object) -> Change:
    return lambda world: Organization.objects.filter(id=world.hong_ha.id).update(**values)


def memberships(**values: object) -> Change:
    return lambda world: Membership.objects.filter(organization=world.sao_mai, person=world.hung).update(**values)


def an_invitation(**values: object) -> Change:
    facts: dict[str, object] = {
        "email": "moi@saomai.example",
        "roles": ["PARTNER_SALES"],
        "secret_digest": digest_of("x"),
        "invited_at": OPENING_DAY,
        "sent_at": OPENING_DAY,
        "expires_at": LATER,
        **values,
    }
    return lambda world: Invitation.objects.create(organization=world.sao_mai, invited_by=world.lan, **facts)


def a_key(**values: object) -> Change:
    facts: dict[str, object] = {
        "name": "ERP",
        "shown_prefix": "kan_12345678",
        "digest": digest_of("x"),
        "scopes": ["members.read"],
        "made_at": OPENING_DAY,
        "expires_at": LATER,
        **values,
    }
    return lambda world: ApiKey.objects.create(organization=world.sao_mai, made_by=world.lan, **facts)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("an_organization_is_enterprise_or_personal", organizations(legal_form="CLUB")),
        ("a_billing_default_is_prepaid_or_postpaid", organizations(billing_default="NEVER")),
        ("an_organization_is_of_a_known_kind", organizations(kind="FRIEND")),
        ("only_the_provider_has_no_seller", organizations(seller=None)),
        ("there_is_one_provider", organizations(kind="PROVIDER", seller=None)),
        ("nobody_sells_to_itself", lambda world: organizations(seller=world.hong_ha)(world)),
        ("an_enterprise_has_a_tax_code", organizations(tax_code="")),
        ("a_partner_is_an_enterprise", organizations(kind="PARTNER", legal_form="PERSONAL")),
        ("an_organization_has_a_name", organizations(name="")),
        ("a_country_is_two_capitals", organizations(country="vn")),
        ("a_member_holds_a_role", memberships(roles=[])),
        ("a_member_holds_known_roles", memberships(roles=["KING"])),
        ("only_sales_are_limited", memberships(roles=["PARTNER_ADMIN"], own_customers_only=True)),
        ("a_membership_ends_after_it_began", memberships(ended_at=OPENING_DAY - timedelta(days=1))),
        (
            "one_membership_at_a_time",
            lambda world: Membership.objects.create(
                organization=world.sao_mai, person=world.hung, roles=["PARTNER_VIEWER"], since_at=LATER
            ),
        ),
        (
            "a_book_is_listed_once",
            lambda world: OrganizationBook.objects.create(
                organization=world.sao_mai, book=world.sao_mai.book, since_at=LATER
            ),
        ),
        ("email_is_kept_in_lower_case", lambda world: Person.objects.filter(id=world.lan.id).update(email="LAN@x.vn")),
        (
            "identity_person_email_key",
            lambda world: Person.objects.filter(id=world.lan.id).update(email=world.an.email),
        ),
        (
            "a_person_reads_a_language_we_speak",
            lambda world: Person.objects.filter(id=world.lan.id).update(language="fr"),
        ),
        ("an_invitation_offers_a_role", an_invitation(roles=[])),
        ("an_invitation_offers_known_roles", an_invitation(roles=["KING"])),
        ("only_sales_are_invited_limited", an_invitation(roles=["PARTNER_ADMIN"], own_customers_only=True)),
        ("invited_address_in_lower_case", an_invitation(email="MOI@saomai.example")),
        ("an_invitation_keeps_a_digest", an_invitation(secret_digest=b"the secret itself")),
        ("an_ended_invitation_says_when", an_invitation(outcome="WITHDRAWN")),
        ("a_key_has_a_name", a_key(name="")),
        ("a_key_opens_something", a_key(scopes=[])),
        ("a_key_expires", a_key(expires_at=OPENING_DAY)),
        ("a_key_keeps_a_digest", a_key(digest=b"kan_the_secret_itself")),
        ("a_key_is_ended_by_someone_at_some_time", a_key(ended_at=LATER)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_refuses(constraint: str, change: Change) -> None:
    """ID-5, ID-6, ID-7"""
    world = a_world()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        change(world)


@pytest.mark.parametrize("model", [Book, OrganizationBook, SignInAttempt])
def test_what_is_append_only_cannot_be_rewritten(model: type[Book | OrganizationBook | SignInAttempt]) -> None:
    """ALL-2, ID-3 The application's role has no right to."""
    a_world()
    for statement in ("UPDATE {} SET id = id", "DELETE FROM {}"):
        refused = pytest.raises(ProgrammingError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(model._meta.db_table))


def test_an_open_invitation_stands_alone() -> None:
    """ID-6"""
    world = a_world()
    an_invitation()(world)
    with pytest.raises(IntegrityError, match="one_open_invitation_per_address"), transaction.atomic():
        an_invitation(secret_digest=digest_of("y"))(world)
