"""The cast: a provider, two rival partners and two customers, made through the front door.

Sao Khuê Cloud, the provider    Thu admin, Minh sales, Hạnh finance, Quân support, Vy auditor
Sao Mai, a partner              Lan admin, Hùng sales, Mai finance, Phúc viewer
Biển Đông, its rival            Khoa admin: whatever is Sao Mai's must not exist for him
An Phát, a customer of Sao Mai  An owner, Bình billing, Chi viewer
Hồng Hà, a direct customer      Dung owner

world = a_world()
invite_colleague(organization=world.sao_mai, …, by=world.acting(world.lan), at=noon)
client.force_login(world.lan)          or by the form, with PASSWORD
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from kanal.audit.models import AuditRecord
from kanal.customers.models import CustomerLink
from kanal.identity.accept_invitation import accept_invitation
from kanal.identity.acting import acting
from kanal.identity.found_provider import found_provider
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.models import Book, Invitation, Membership, Organization, OrganizationBook, Person
from kanal.identity.profile import Profile
from kanal.identity.queries import members_of
from kanal.identity.register_organization import register_organization
from kanal.identity.roles import Role
from kanal.identity.sign_up import sign_up
from kanal.kit.actor import Actor
from kanal.kit.models import Outbox
from kanal.kit.queue import NO_BOOK
from kanal.ledger.models import Account
from kanal.notices.sealed import opened_facts
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link
from kanal.onboarding.invite_customer import Wish, invite_customer
from kanal.onboarding.models import InvitedRow
from kanal.partners.apply_to_be_partner import apply_to_be_partner
from kanal.partners.approve_partner import approve_partner
from kanal.partners.models import Partner, PartnerApplication
from kanal.partners.terms import EDITION

PASSWORD = "Sao-Khue-2026!"
OPENING_DAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # nine in the morning in Hanoi, before `noon`
SET_UP = Actor.job("set_up")


class QuickArgon2(Argon2PasswordHasher):
    """A password that can be checked, hashed in a hundredth of the time; signing in hashes it anew."""

    time_cost, memory_cost, parallelism = 1, 8, 1


_hashed = make_password(PASSWORD, salt="0123456789abcdef", hasher=QuickArgon2())


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    sao_khue: Organization
    thu: Person
    minh: Person
    hanh: Person
    quan: Person
    vy: Person

    sao_mai: Organization
    lan: Person
    hung: Person
    mai: Person
    phuc: Person

    bien_dong: Organization
    khoa: Person

    an_phat: Organization
    an: Person
    binh: Person
    chi: Person

    hong_ha: Organization
    dung: Person

    def organizations(self) -> list[Organization]:
        return [self.sao_khue, self.sao_mai, self.bien_dong, self.an_phat, self.hong_ha]

    def people(self) -> list[Person]:
        return [each for each in (getattr(self, field.name) for field in fields(self)) if isinstance(each, Person)]

    def organization_of(self, person: Person) -> Organization:
        return {
            **dict.fromkeys([self.thu, self.minh, self.hanh, self.quan, self.vy], self.sao_khue),
            **dict.fromkeys([self.lan, self.hung, self.mai, self.phuc], self.sao_mai),
            self.khoa: self.bien_dong,
            **dict.fromkeys([self.an, self.binh, self.chi], self.an_phat),
            self.dung: self.hong_ha,
        }[person]

    def acting(self, person: Person) -> Actor:
        """This person wearing the hat of where they belong in the cast."""
        return acting(person, self.organization_of(person), address="192.0.2.7", device="Firefox", request_id="test")

    def membership_of(self, person: Person) -> Membership:
        return members_of(self.organization_of(person)).get(person=person)


def a_world(at: datetime = OPENING_DAY) -> World:
    """Made by the verbs once in a process; later worlds are the same rows laid down again, which takes a tenth."""
    if at in _made:
        rows, world = _made[at]
        lay_down(rows)
    else:
        world = made_by_the_verbs(at)
        _made[at] = all_rows(world), world
    return deepcopy(world)


_made: dict[datetime, tuple[list[list[Model]], World]] = {}


def made_by_the_verbs(at: datetime) -> World:
    thu = a_person("Nguyễn Thị Thu", "thu@saokhue.example", at=at)
    sao_khue = found_provider(profile=profile_of("Sao Khuê Cloud", "0100100015"), admin=thu, by=SET_UP, at=at)
    lan, sao_mai = an_owner("Trần Ngọc Lan", "lan@saomai.example", "Công ty TNHH Sao Mai", "0312345673", at=at)
    khoa, bien_dong = an_owner("Lê Đăng Khoa", "khoa@biendong.example", "Biển Đông Telecom", "0400200028", at=at)
    an, an_phat = an_owner("Phạm Văn An", "an@anphat.example", "Công ty Cổ phần An Phát", "0314409058", at=at)
    dung, hong_ha = an_owner("Đỗ Thùy Dung", "dung@hongha.example", "Hồng Hà Media", "0100233488", at=at)

    desk = acting(thu, sao_khue)
    sao_mai = a_partner(sao_mai, lan, desk, at=at)
    bien_dong = a_partner(bien_dong, khoa, desk, at=at)
    an_phat = a_customer(sao_mai, lan, an_phat, an, desk, at=at)

    staff = {
        "minh": ("Hoàng Minh", Role.DESK_SALES),
        "hanh": ("Vũ Hồng Hạnh", Role.DESK_FINANCE),
        "quan": ("Đặng Quân", Role.DESK_SUPPORT),
        "vy": ("Bùi Tường Vy", Role.DESK_AUDITOR),
    }
    colleagues = {
        "hung": ("Phan Mạnh Hùng", Role.PARTNER_SALES),
        "mai": ("Võ Thị Mai", Role.PARTNER_FINANCE),
        "phuc": ("Hồ Gia Phúc", Role.PARTNER_VIEWER),
    }
    people = {"binh": ("Ngô Thanh Bình", Role.CUSTOMER_BILLING), "chi": ("Dương Khánh Chi", Role.CUSTOMER_VIEWER)}
    return World(
        sao_khue=sao_khue,
        thu=thu,
        sao_mai=sao_mai,
        lan=lan,
        bien_dong=bien_dong,
        khoa=khoa,
        an_phat=an_phat,
        an=an,
        hong_ha=hong_ha,
        dung=dung,
        **join_all(sao_khue, staff, "saokhue.example", head=thu, at=at),
        **join_all(sao_mai, colleagues, "saomai.example", head=lan, at=at),
        **join_all(an_phat, people, "anphat.example", head=an, at=at),
    )


def a_partner(organization: Organization, owner: Person, desk: Actor, *, at: datetime = OPENING_DAY) -> Organization:
    """Applied for by its owner and approved by the desk."""
    application = apply_to_be_partner(
        organization=organization, terms_edition=EDITION, by=acting(owner, organization), at=at
    )
    return approve_partner(application=application, by=desk, at=at).organization


def a_customer(
    partner: Organization,
    head: Person,
    customer: Organization,
    owner: Person,
    desk: Actor,
    *,
    at: datetime = OPENING_DAY,
) -> Organization:
    """Invited by the partner, accepted by its owner and confirmed by the desk."""
    row = invite_customer(
        partner=partner, wish=Wish(email=owner.email), batch="cast", row=1, by=acting(head, partner), at=at
    )
    assert row.link is not None, row.answer
    link = accept_partner(link=row.link, customer=customer, by=acting(owner, customer), at=at)
    return approve_customer_link(link=link, by=desk, at=at).customer or customer


def all_rows(world: World) -> list[list[Model]]:
    """Everything that making this world wrote, table by table, parents first."""
    books = Book.objects.filter(id__in=[organization.book_id for organization in world.organizations()])
    people = Person.objects.filter(id__in=[person.id for person in world.people()])
    in_books = {"book_id__in": [book.id for book in books]}
    of_people = {"book_id": NO_BOOK, "subject_id__in": [str(person.id) for person in people]}
    sets: list[QuerySet[Any]] = [
        books.order_by("id"),
        people,
        EmailAddress.objects.filter(user__in=people),
        Organization.objects.filter(id=world.sao_khue.id),
        Organization.objects.filter(seller=world.sao_khue),
        Organization.objects.exclude(seller=world.sao_khue).exclude(seller=None),
        OrganizationBook.objects.all(),
        Membership.objects.all(),
        Invitation.objects.all(),
        PartnerApplication.objects.all(),
        Partner.objects.all(),
        CustomerLink.objects.all(),
        InvitedRow.objects.all(),
        Account.objects.filter(**in_books),
        AuditRecord.objects.filter(**in_books),
        AuditRecord.objects.filter(**of_people),
        Outbox.objects.filter(**in_books),
    ]
    return [list(rows) for rows in sets]


def lay_down(tables: list[list[Model]]) -> None:
    newest_book = max(book.pk for book in tables[0])
    with connection.cursor() as cursor:
        given = 0
        while given < newest_book:  # a database copied from the template begins to count anew
            cursor.execute("SELECT nextval(pg_get_serial_sequence('identity_book', 'id'))")
            given = cursor.fetchone()[0]
    with transaction.atomic():
        for rows in tables:
            for row in rows:
                if isinstance(row, EmailAddress):
                    row.pk = None  # numbered by the database, and nothing refers to it
            type(rows[0])._default_manager.bulk_create(rows)


def a_person(name: str, email: str, *, at: datetime = OPENING_DAY, language: str = "vi") -> Person:
    """Signed up, and the address confirmed as the mailed link does it."""
    person = sign_up(
        email=email, name=name, language=language, password=None, address="192.0.2.7", device="Firefox", at=at
    )
    Person.objects.filter(id=person.id).update(password=_hashed)
    person.password = _hashed
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def an_owner(
    name: str, email: str, organization: str, tax_code: str, *, at: datetime = OPENING_DAY
) -> tuple[Person, Organization]:
    owner = a_person(name, email, at=at)
    registered = register_organization(
        legal_form=Organization.LegalForm.ENTERPRISE,
        profile=profile_of(organization, tax_code),
        by=acting(owner, None),
        at=at,
    )
    return owner, registered


def profile_of(name: str, tax_code: str = "") -> Profile:
    return Profile(
        name=name, tax_code=tax_code, address="12 Lý Thường Kiệt", province="Hà Nội", phone="+84 24 3825 0000"
    )


def join_all(
    organization: Organization,
    people: Mapping[str, tuple[str, Role]],
    domain: str,
    *,
    head: Person,
    at: datetime = OPENING_DAY,
) -> dict[str, Person]:
    return {
        key: join(organization, a_person(name, f"{key}@{domain}", at=at), role, head=head, at=at)
        for key, (name, role) in people.items()
    }


def join(organization: Organization, person: Person, *roles: Role, head: Person, at: datetime = OPENING_DAY) -> Person:
    """Invited by the head, and accepted by the mailed link."""
    invite_colleague(organization=organization, email=person.email, roles=roles, by=acting(head, organization), at=at)
    accept_invitation(secret=mailed_secret(organization, person.email), by=acting(person, None), at=at)
    return person


def tellings(organization: Organization, kind: str) -> list[dict[str, Any]]:
    """What was asked to be told of this kind, oldest first."""
    waiting = Outbox.objects.filter(book_id=organization.book_id, name="deliver_notice").order_by("id")
    return [row.facts for row in waiting if row.facts["kind"] == kind]


def told_to(organization: Organization, kind: str) -> list[str]:
    """To which addresses, in all tellings of this kind."""
    return [reader["email"] for telling in tellings(organization, kind) for reader in telling["to"]]


def records_of(organization: Organization, action: str) -> list[AuditRecord]:
    """What is written of it in the organization's book, newest first."""
    found = AuditRecord.objects.filter(book_id=organization.book_id, action=action)
    return list(found.order_by("-at", "-id"))


def mailed_secret(organization: Organization, email: str) -> str:
    """What stands in the link of the newest invitation mailed to this address."""
    link = mailed_link(organization, email)
    assert link.startswith("/invitations/"), link
    return link.removeprefix("/invitations/").strip("/")


def mailed_link(organization: Organization, email: str) -> str:
    """The link of the newest secret message on its way to this address."""
    waiting = Outbox.objects.filter(book_id=organization.book_id, name="deliver_notice").order_by("-id")
    told = next(
        row.facts for row in waiting if row.facts["to"][0]["email"] == email and "$sealed" in row.facts["facts"]
    )
    return opened_facts(told["facts"])[1]
