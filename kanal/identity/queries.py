"""What others may ask about people and organizations; every read starts from who asks.

ALL-1 What one organization may not see does not exist for it (404).
"""

from collections.abc import Collection
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from kanal.identity.models import (
    ApiKey,
    Invitation,
    Membership,
    Organization,
    OrganizationBook,
    Person,
    SignInAttempt,
)
from kanal.identity.roles import Role
from kanal.identity.secret import digest_of

_TREE = """
    WITH RECURSIVE tree (id) AS (
        SELECT %s::uuid
        UNION
        SELECT below.id FROM identity_organization below JOIN tree ON below.seller_id = tree.id
    ) SELECT id FROM tree
"""
_LINE = """
    WITH RECURSIVE line (id, seller_id, step) AS (
        SELECT id, seller_id, 0 FROM identity_organization WHERE id = %s
        UNION
        SELECT above.id, above.seller_id, line.step + 1
        FROM identity_organization above JOIN line ON above.id = line.seller_id
    ) SELECT organization.*, line.step FROM identity_organization organization JOIN line USING (id) ORDER BY line.step
"""


def the_provider() -> Organization | None:
    """None until it is founded."""
    return Organization.objects.filter(kind=Organization.Kind.PROVIDER).first()


def person_by_email(email: str) -> Person | None:
    """For verbs and set-up only: no page may let a stranger find out who has an account (ID-4)."""
    return Person.objects.filter(email=email.strip().lower()).first()


# --- Whose organizations, whose members --------------------------------------------------------------------------


def memberships_of(person: Person) -> QuerySet[Membership]:
    """For whom this person acts now, in the order of a Vietnamese dictionary."""
    found = Membership.objects.filter(person=person, ended_at=None).select_related("organization")
    return found.order_by("organization__sort_key", "id")


def organizations_of(person: Person) -> list[Organization]:
    return [membership.organization for membership in memberships_of(person)]


def members_of(organization: Organization) -> QuerySet[Membership]:
    found = Membership.objects.filter(organization=organization, ended_at=None).select_related("person")
    return found.order_by("person__sort_key", "id")


def member_of(organization: Organization, person: Person) -> Membership | None:
    return members_of(organization).filter(person=person).first()


def invitations_of(organization: Organization) -> QuerySet[Invitation]:
    found = Invitation.objects.filter(organization=organization).select_related("invited_by")
    return found.order_by("-invited_at", "-id")


def open_invitations_of(organization: Organization) -> QuerySet[Invitation]:
    return invitations_of(organization).filter(outcome=Invitation.Outcome.OPEN)


def invitation_by_secret(secret: str) -> Invitation | None:
    """Whoever holds the link may read what it offers."""
    found = Invitation.objects.filter(secret_digest=digest_of(secret))
    return found.select_related("organization", "invited_by").first()


def api_keys_of(organization: Organization) -> QuerySet[ApiKey]:
    found = ApiKey.objects.filter(organization=organization).select_related("made_by", "ended_by")
    return found.order_by("-made_at", "-id")


def sign_ins_of(person: Person) -> QuerySet[SignInAttempt]:
    """ID-3 Every attempt, good or bad, newest first."""
    return SignInAttempt.objects.filter(person=person).order_by("-tried_at", "-id")


def devices_of(person: Person) -> list[str]:
    """What the browsers told that have signed in to this account."""
    signed_in = SignInAttempt.objects.filter(person=person, outcome=SignInAttempt.Outcome.SIGNED_IN)
    return list(signed_in.order_by("device").values_list("device", flat=True).distinct())


def verified_addresses_of(person: Person) -> set[str]:
    """ID-1 The addresses this person has proved to receive mail at."""
    return {
        address.lower()
        for address in EmailAddress.objects.filter(user_id=person.id, verified=True).values_list("email", flat=True)
    }


def person_behind(email: str) -> Person | None:
    """Who has proved to receive mail there (ID-1); like `person_by_email`, for verbs only (ID-4)."""
    email = email.strip().lower()
    return people_behind([email]).get(email)


def people_behind(emails: Collection[str]) -> dict[str, Person]:
    """Of many addresses, in lower case, with one statement; who is not there has nobody behind it."""
    found = EmailAddress.objects.filter(email__in=emails, verified=True, user__is_active=True)
    return {address.email: address.user for address in found.select_related("user").order_by("-id")}


def headed_by(people: Collection[UUID]) -> dict[UUID, list[Organization]]:
    """The customers and partners that each is at the head of, with who sells to them."""
    roles = [Role.CUSTOMER_OWNER, Role.PARTNER_ADMIN]
    found = Membership.objects.filter(person__in=people, ended_at=None, roles__overlap=roles)
    headed: dict[UUID, list[Organization]] = {}
    for membership in found.select_related("organization__seller").order_by("id"):
        headed.setdefault(membership.person_id, []).append(membership.organization)
    return headed


def owned_from(emails: Collection[str], organizations: Collection[UUID]) -> set[UUID]:
    """Which of these are owned by whoever has proved to receive mail at one of these addresses."""
    owners = Membership.objects.filter(organization__in=organizations, ended_at=None, person__is_active=True)
    proved = EmailAddress.objects.filter(email__in=emails, verified=True).values("user")
    found = owners.filter(roles__contains=[Role.CUSTOMER_OWNER], person__in=proved)
    return set(found.values_list("organization_id", flat=True))


def books_of_any(organizations: Collection[UUID]) -> list[int]:
    """Every book that any of these ever had accounts in."""
    found = OrganizationBook.objects.filter(organization__in=organizations)
    return sorted(set(found.values_list("book_id", flat=True)))


# --- Who is whose ------------------------------------------------------------------------------------------------


def organizations_seen_by(asker: Organization) -> QuerySet[Organization]:
    """The provider sees all, a partner itself and everything below it, a customer itself."""
    if asker.is_the_provider:
        return Organization.objects.all()
    if asker.kind == Organization.Kind.CUSTOMER:
        return Organization.objects.filter(id=asker.id)
    return Organization.objects.filter(id__in=tree_below(asker))


def organization_seen_by(asker: Organization, id: UUID) -> Organization | None:  # noqa: A002 - the reader's own word
    return organizations_seen_by(asker).select_related("seller").filter(id=id).first()


def customers_of(seller: Organization) -> QuerySet[Organization]:
    """Who buys from it directly, by name."""
    return Organization.objects.filter(seller=seller).order_by("sort_key", "id")


def tree_below(organization: Organization) -> RawSQL:
    """The ids of an organization and of all below it, for `id__in`."""
    return RawSQL(_TREE, [organization.id])  # noqa: S611 - no text of anybody is in it


def line_of(organization: Organization) -> list[Organization]:
    """From an organization up to the provider."""
    return list(Organization.objects.raw(_LINE, [organization.id]))


def books_of(organization: Organization) -> list[int]:
    """Every book it ever had accounts in; the provider reads across books by operator queries instead."""
    return list(
        OrganizationBook.objects.filter(organization=organization)
        .order_by("since_at", "book_id")
        .values_list("book_id", flat=True)
    )


def trading_book_of(organization: Organization) -> int:
    """Where its accounts open now: in the book of whoever stands on top of its tree, just below the provider."""
    *below, _provider = line_of(organization)
    return below[-1].book_id if below else organization.book_id


def organization_of_book(book_id: int) -> Organization | None:
    """Who was born with this book: it sells to whoever else has accounts there."""
    return Organization.objects.filter(book=book_id).order_by("created_at", "id").first()


def names_of(organizations: Collection[UUID]) -> dict[UUID, str]:
    return dict(Organization.objects.filter(id__in=organizations).values_list("id", "name"))
