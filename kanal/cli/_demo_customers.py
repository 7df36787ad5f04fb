"""The customers of the demonstration's partners, in every state a link can have, through the verbs that people use."""

from datetime import datetime, timedelta

from kanal.cli._demo_cast import PARTNERS, PROVIDER, Company, Stray
from kanal.customers.assign_customer import assign_customer
from kanal.customers.models import CustomerLink
from kanal.identity.acting import acting
from kanal.identity.models import Organization, Person
from kanal.kit.actor import Actor
from kanal.onboarding.accept_partner import accept_partner
from kanal.onboarding.decide_customer_link import approve_customer_link, reject_customer_link
from kanal.onboarding.decline_partner import decline_partner
from kanal.onboarding.expire_customer_links import expire_customer_links
from kanal.onboarding.invite_customer import Wish, invite_customer
from kanal.onboarding.unlink_customer import agree_to_unlink, ask_to_unlink
from kanal.onboarding.withdraw_customer_link import withdraw_customer_link

State = CustomerLink.State
STEP = timedelta(hours=3)


class Registering:
    """What partners, customers and the desk do about each other; people and organizations are there already."""

    def __init__(self, organizations: dict[str, Organization], people: dict[str, Person]) -> None:
        self.organizations, self.people = organizations, people

    def become_customer(self, company: Company, *, at: datetime) -> CustomerLink:
        """All the way to a confirmed link."""
        link = self.invite(company.seller, company.people[0].email, company.friendly, at=at)
        link = self.accept(link, company, at=at + STEP)
        link = approve_customer_link(link=link, by=self.desk(), at=at + 2 * STEP)
        self.hand_over(link, company.seller, at=at + 3 * STEP)
        return link

    def leave_wish(self, company: Company, *, at: datetime) -> None:
        """A direct customer that a partner asked for, as far as it came."""
        link = self.invite(company.wished_by, company.people[0].email, company.friendly, at=at)
        owner = self.acting(company.people[0].email, company.name)
        match company.wish:
            case State.DECLINED:
                decline_partner(link=link, by=owner, at=at + STEP)
            case State.AWAITING_PROVIDER:
                self.accept(link, company, at=at + STEP)
            case State.REJECTED:
                link = self.accept(link, company, at=at + STEP)
                why = "Tổ chức đang có hợp đồng trực tiếp với chúng tôi đến cuối năm"
                reject_customer_link(link=link, why=why, by=self.desk(), at=at + 2 * STEP)
            case State.UNLINKED:
                link = self.accept(link, company, at=at + STEP)
                link = approve_customer_link(link=link, by=self.desk(), at=at + 2 * STEP)
                ask_to_unlink(link=link, by=owner, at=at + 3 * STEP, why="Chuyển sang tự quản lý hạ tầng")
                agree_to_unlink(link=link, by=self.head_of(company.wished_by), at=at + 4 * STEP)

    def leave_stray(self, stray: Stray, *, today: datetime) -> None:
        """An address without an account."""
        at = today - timedelta(days=stray.days_ago)
        link = self.invite(stray.partner, stray.email, stray.friendly, at=at)
        if stray.state == State.WITHDRAWN:
            withdraw_customer_link(link=link, by=self.head_of(stray.partner), at=at + STEP)
        if stray.state == State.NO_RESPONSE:
            expire_customer_links(at=link.expires_at)

    def ask_to_leave(self, company: Company, *, at: datetime) -> None:
        link = CustomerLink.objects.get(customer=self.organizations[company.name], state=State.CONFIRMED)
        ask_to_unlink(
            link=link, by=self.acting(company.people[0].email, company.name), at=at, why="Sáp nhập vào công ty mẹ"
        )

    def invite(self, partner: str, email: str, friendly_name: str, *, at: datetime) -> CustomerLink:
        row = invite_customer(
            partner=self.organizations[partner],
            wish=Wish(email=email, friendly_name=friendly_name),
            batch=f"demo {email}",
            row=1,
            by=self.head_of(partner),
            at=at,
        )
        assert row.link is not None, f"{email} cannot be invited by {partner}: {row.answer}"
        return row.link

    def accept(self, link: CustomerLink, company: Company, *, at: datetime) -> CustomerLink:
        by = self.acting(company.people[0].email, company.name)
        return accept_partner(link=link, customer=self.organizations[company.name], by=by, at=at)

    def hand_over(self, link: CustomerLink, partner: str, *, at: datetime) -> None:
        """To whoever sells there, where somebody does."""
        company = next(each for each in PARTNERS if each.name == partner)
        sales = [someone.email for someone in company.people if "PARTNER_SALES" in someone.roles]
        if sales:
            assign_customer(link=link, person=self.people[sales[0]], by=self.head_of(partner), at=at)

    def head_of(self, partner: str) -> Actor:
        company = next(each for each in PARTNERS if each.name == partner)
        return self.acting(company.people[0].email, partner)

    def desk(self) -> Actor:
        return self.acting(PROVIDER.people[1].email, PROVIDER.name)

    def acting(self, email: str, organization: str) -> Actor:
        return acting(self.people[email], self.organizations[organization])
