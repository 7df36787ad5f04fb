"""Bring an organization into being: its book, itself, the book it reads, and the member it begins with.

ID-5  An organization is ENTERPRISE or PERSONAL and starts PREPAID.
"""

from datetime import datetime

from kanal.audit.record import record
from kanal.identity.models import Book, Membership, Organization, OrganizationBook, Person
from kanal.identity.profile import Profile, checked_profile
from kanal.identity.roles import HEADS
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.keys import search_key, sort_key


def found_organization(
    *,
    kind: Organization.Kind,
    legal_form: str,
    profile: Profile,
    seller: Organization | None,
    head: Person,
    by: Actor,
    at: datetime,
) -> Organization:
    """Only the verbs that found an organization call it, each inside its own transaction."""
    assert legal_form in Organization.LegalForm.values, f"{legal_form} is no legal form"
    checked = checked_profile(profile, legal_form=legal_form)
    book = Book.objects.create(opened_at=at)
    organization = Organization.objects.create(
        kind=kind,
        legal_form=legal_form,
        billing_default=Organization.BillingDefault.PREPAID,
        seller=seller,
        book=book,
        search_key=search_key(checked.search_words()),
        sort_key=sort_key(checked.name),
        created_at=at,
        **checked.facts(),
    )
    OrganizationBook.objects.create(organization=organization, book=book, since_at=at)
    role = HEADS[kind]
    Membership.objects.create(organization=organization, person=head, roles=[role], since_at=at)
    record(
        "organization.founded",
        organization_subject(organization),
        by=by,
        at=at,
        book_id=book.id,
        organization_id=organization.id,
        new={**checked.facts(), "kind": kind, "legal_form": legal_form, "head": head.email},
    )
    return organization
