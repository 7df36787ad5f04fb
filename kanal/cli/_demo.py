"""Fill an empty sandbox with the demonstration, through the verbs that people use.

Each act is dated as it would have happened over the last weeks. Seeding is done once: a database that has a provider
is left alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import translation
from stdnum.vn import mst

from kanal.cli import CannotGoOn
from kanal.cli._demo_cast import CUSTOMERS, PARTNERS, PASSWORD, PROVIDER, STRAYS, Company, Someone
from kanal.cli._demo_catalog import Stocking
from kanal.cli._demo_credit import Crediting
from kanal.cli._demo_customers import Registering
from kanal.identity.accept_invitation import accept_invitation
from kanal.identity.acting import acting
from kanal.identity.change_billing_default import change_billing_default
from kanal.identity.end_api_key import end_api_key
from kanal.identity.found_provider import found_provider
from kanal.identity.invite_colleague import invite_colleague
from kanal.identity.make_api_key import make_api_key
from kanal.identity.models import Organization, Person
from kanal.identity.permissions import Permission
from kanal.identity.profile import Profile
from kanal.identity.queries import the_provider
from kanal.identity.register_organization import register_organization
from kanal.identity.roles import Role
from kanal.identity.sign_up import sign_up
from kanal.kit.actor import Actor
from kanal.kit.models import Outbox
from kanal.notices.sealed import opened_facts
from kanal.partners.apply_to_be_partner import apply_to_be_partner
from kanal.partners.approve_partner import approve_partner
from kanal.partners.assign_account_manager import assign_account_manager
from kanal.partners.contract_facts import ContractFacts
from kanal.partners.models import Contract
from kanal.partners.queries import partner_of
from kanal.partners.record_contract import record_contract
from kanal.partners.terms import EDITION

SET_UP = Actor.job("set_up")
BEGAN_BEFORE = timedelta(days=60)
BETWEEN_TWO_ACTS = timedelta(hours=9, minutes=37)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Login:
    organization: str
    person: str
    roles: str
    email: str


def seed(*, at: datetime, progress: Progress | None = None) -> bool:
    """Whether anything was made. All of it or nothing: a seeding that was cut off is begun anew."""
    if not settings.KANAL_SANDBOX:
        raise CannotGoOn("The demonstration is for a sandbox; production begins with `kanal found`.")
    if the_provider() is not None:
        return False
    with transaction.atomic():
        Seeding(today=at, progress=progress or (lambda _done, _total: None)).carry_out()
    return True


def logins() -> Iterator[Login]:
    """Every login of the demonstration, provider first; all have the same password."""
    for company in companies():
        for someone in company.people:
            roles = ", ".join(str(Role(role).label) for role in someone.roles)
            yield Login(company.name, someone.name, roles, someone.email)


def companies() -> tuple[Company, ...]:
    return (PROVIDER, *PARTNERS, *CUSTOMERS)


class Seeding:
    """The calendar of the demonstration: each act a little later than the one before."""

    def __init__(self, *, today: datetime, progress: Progress) -> None:
        self.today = today
        self.at = today - BEGAN_BEFORE
        self.progress = progress
        self.hashed = make_password(PASSWORD)  # once: hashing is slow on purpose
        self.organizations: dict[str, Organization] = {}
        self.people: dict[str, Person] = {}

    def carry_out(self) -> None:
        every = companies()
        for done, company in enumerate(every, start=1):
            self.bring_in(company)
            if company is PROVIDER:
                Stocking(by=self.desk(), at=self.later(), today=self.today).carry_out()
            self.progress(done, len(every))
        self.make_keys()
        self.sign_contracts()
        self.leave_invitations_open()
        self.leave_an_application_waiting()
        self.leave_customers_in_every_state()
        Crediting(self.organizations, self.people, today=self.today).carry_out()

    def bring_in(self, company: Company) -> None:
        head, *others = company.people
        organization = self.found(company, head)
        self.organizations[company.name] = organization
        if company in PARTNERS:
            self.make_partner(organization, self.people[head.email])
        if company.seller:
            Registering(self.organizations, self.people).become_customer(company, at=self.later())
            self.later()
        organization.refresh_from_db()
        for someone in others:
            self.join(organization, someone, head=self.people[head.email])
        if company.postpaid:
            change_billing_default(
                organization=organization,
                to=Organization.BillingDefault.POSTPAID,
                why="Hợp đồng khung trả sau đã ký",
                by=self.desk(),
                at=self.later(),
            )

    def make_partner(self, organization: Organization, owner: Person) -> None:
        application = apply_to_be_partner(
            organization=organization, terms_edition=EDITION, by=acting(owner, organization), at=self.later()
        )
        approve_partner(application=application, by=self.desk(), at=self.later())

    def found(self, company: Company, head: Someone) -> Organization:
        person = self.sign_up(head)
        profile = profile_of(company)
        if company is PROVIDER:
            return found_provider(profile=profile, admin=person, by=SET_UP, at=self.later())
        form = Organization.LegalForm.PERSONAL if company.personal else Organization.LegalForm.ENTERPRISE
        return register_organization(legal_form=form, profile=profile, by=acting(person, None), at=self.later())

    def sign_up(self, someone: Someone) -> Person:
        """Signed up, and the address confirmed, as the mailed link would have done it."""
        person = sign_up(
            email=someone.email, name=someone.name, language=someone.language, password=None, address="127.0.0.1",
            device="", at=self.later(),
        )  # fmt: skip
        person.password = self.hashed
        person.save(update_fields=["password"])
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        self.people[someone.email] = person
        return person

    def join(self, organization: Organization, someone: Someone, *, head: Person) -> None:
        person = self.sign_up(someone)
        by = acting(head, organization)
        invite_colleague(organization=organization, email=someone.email, roles=someone.roles, by=by, at=self.later())
        accept_invitation(secret=mailed_secret(organization), by=acting(person, None), at=self.later())

    def make_keys(self) -> None:
        """One in use, one that was ended, one that ends within days."""
        sao_mai = self.organizations[PARTNERS[0].name]
        by = acting(self.people[PARTNERS[0].people[0].email], sao_mai)
        for name, days, ended in (("ERP nội bộ", 180, False), ("Bản thử", 30, True), ("Báo cáo đêm", 9, False)):
            made = make_api_key(
                organization=sao_mai,
                name=name,
                scopes=[Permission.ORGANIZATION_READ, Permission.MEMBERS_READ],
                expires_at=self.today + timedelta(days=days),
                by=by,
                at=self.later(),
            )
            if ended:
                end_api_key(key=made.key, by=by, at=self.later())

    def sign_contracts(self) -> None:
        """One that ends soon enough to be warned of, one that runs on; the third partner has none yet."""
        minh = self.people[PROVIDER.people[1].email]
        for company, number, days_left, is_capped in (
            (PARTNERS[0], "HĐ-2025/118", 25, True),
            (PARTNERS[1], "HĐ-2026/007", 400, False),
        ):
            organization, signed_on = self.organizations[company.name], (self.at - timedelta(days=300)).date()
            record_contract(
                partner=organization,
                kind=Contract.Kind.FRAME,
                facts=ContractFacts(
                    number=number,
                    signed_on=signed_on,
                    from_on=signed_on,
                    to_on=(self.today + timedelta(days=days_left)).date(),
                    is_capped=is_capped,
                ),
                by=self.desk(),
                at=self.later(),
            )
            partner = partner_of(organization)
            assert partner is not None
            assign_account_manager(partner=partner, person=minh, by=self.desk(), at=self.later())

    def leave_an_application_waiting(self) -> None:
        """Long enough that the desk's clock for it has run out."""
        company = CUSTOMERS[-2]
        organization, owner = self.organizations[company.name], self.people[company.people[0].email]
        apply_to_be_partner(
            organization=organization, terms_edition=EDITION, by=acting(owner, organization), at=self.later()
        )

    def leave_invitations_open(self) -> None:
        self.at = self.today - timedelta(days=7)
        for company in companies():
            organization = self.organizations[company.name]
            for address, role in company.invited:
                by = acting(self.people[company.people[0].email], organization)
                invite_colleague(organization=organization, email=address, roles=[role], by=by, at=self.later())

    def leave_customers_in_every_state(self) -> None:
        registering = Registering(self.organizations, self.people)
        for days_ago, company in enumerate((each for each in CUSTOMERS if each.wished_by), start=1):
            registering.leave_wish(company, at=self.today - timedelta(days=days_ago))
        for stray in STRAYS:
            registering.leave_stray(stray, today=self.today)
        registering.ask_to_leave(CUSTOMERS[1], at=self.today - timedelta(hours=20))

    def desk(self) -> Actor:
        return acting(self.people[PROVIDER.people[0].email], self.organizations[PROVIDER.name])

    def later(self) -> datetime:
        self.at += BETWEEN_TWO_ACTS
        assert self.at < self.today, "the demonstration is over before today"
        return self.at


def profile_of(company: Company) -> Profile:
    tax_code = company.tax_base and company.tax_base + mst.calc_check_digit(company.tax_base)
    return Profile(
        name=company.name,
        tax_code=tax_code,
        address=company.address,
        province=company.province,
        phone=company.phone,
        email=company.email,
    )


def mailed_secret(organization: Organization) -> str:
    """What stands in the link of the newest invitation on its way."""
    waiting = Outbox.objects.filter(book_id=organization.book_id, name="deliver_notice").order_by("-id")
    sealed = next(row.facts["facts"] for row in waiting if row.facts["kind"] == "colleague_invited")
    _, link = opened_facts(sealed)
    return link.removeprefix("/invitations/").strip("/")


def printed_logins() -> str:
    """For the terminal: who can sign in, as what, where, all with the one password."""
    with translation.override("en"):
        rows = list(logins())
    width = max(len(row.email) for row in rows)
    lines, company = [], ""
    for row in rows:
        if row.organization != company:
            company = row.organization
            lines.append(f"\n  {company} ({kind_of(company)})")
        lines.append(f"    {row.email:<{width}}  {row.person}, {row.roles}")
    return f"Logins of the demonstration, all with the password {PASSWORD}\n" + "\n".join(lines)


def kind_of(name: str) -> str:
    if name == PROVIDER.name:
        return "provider: the desk"
    return "partner portal" if name in {company.name for company in PARTNERS} else "console"
