"""Ask addresses to become a partner's customers: rows of a form or of a file.

LINK-1 By e-mail, friendly name and role; each row succeeds or fails by itself, the same e-mail twice in a batch is
       told, and rows per partner and day are limited.
LINK-2 At least one account of the address meets every condition.
LINK-3 A row answers only four things, and costs the same for an unknown address as for an eligible one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.models import AuditRecord
from kanal.audit.record import recorded
from kanal.customers.models import LIVE, CustomerLink
from kanal.customers.naming import checked_friendly_name, give_friendly_name
from kanal.customers.queries import locked_newest_links
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.models import Organization, Person
from kanal.identity.profile import EmailWrong, checked_email
from kanal.identity.queries import members_of, trading_book_of
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.models import Outbox
from kanal.kit.period import local_date, start_of_day
from kanal.kit.refusal import Refusal
from kanal.onboarding.addresses import Address, looked_up_together
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.queries import rows_of_batch, rows_since
from kanal.onboarding.resend_customer_invitation import PAUSE
from kanal.onboarding.send_customer_invitation import mailed_invitation, new_term

Answer = InvitedRow.Answer


@dataclass(eq=False)
class RoleUnknown(Refusal):
    code = "customer_role_unknown"
    field = "role"
    role: str

    def __str__(self) -> str:
        return _("“%(role)s” is not a role towards a customer; choose one from the list.") % self.words()


@dataclass(eq=False)
class TooManyRows(Refusal):
    code = "too_many_rows"
    most: int

    def __str__(self) -> str:
        return _("%(most)d rows were asked for today, which is the most a day. Add the other ones tomorrow.") % (
            self.words()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one row says."""

    email: str
    friendly_name: str = ""
    role: str = CustomerLink.Role.PARTNER

    def checked(self) -> "Wish":
        """Tidied, or the first refusal there is: nothing of it depends on who the address belongs to."""
        email, name = checked_email(tidy(self.email)), checked_friendly_name(self.friendly_name)
        if not email:
            raise EmailWrong(email=email)
        if self.role not in CustomerLink.Role.values:
            raise RoleUnknown(role=self.role)
        return Wish(email=email, friendly_name=name, role=self.role)


def invite_customer(*, partner: Organization, wish: Wish, batch: str, row: int, by: Actor, at: datetime) -> InvitedRow:
    """One row. `batch` and `row` are the request: the same again answers as the first time and invites nobody twice."""
    return invite_customers(partner=partner, wishes={row: wish}, batch=batch, by=by, at=at)[row]


@transaction.atomic
def invite_customers(
    *, partner: Organization, wishes: Mapping[int, Wish], batch: str, by: Actor, at: datetime
) -> dict[int, InvitedRow]:
    """Some rows, answered as if one came after the other, with as many statements as for one.

    The partner's row is locked, so that its rows come one after the other. A refusal leaves none of them done.
    """
    checked = {row: wish.checked() for row, wish in wishes.items()}
    partner = locked(partner)
    told = {each.row: each for each in rows_of_batch(partner, batch).filter(row__in=list(checked))}
    asked = {row: wish for row, wish in checked.items() if row not in told}
    _check_is_within_the_day(partner, len(asked), at=at)
    answering = Answering(partner, batch, {wish.email for wish in asked.values()}, at)
    inviting = Inviting(partner, acting_person(by), by, at)
    new = []
    for row, wish in sorted(asked.items()):
        answer = answering.answer(wish.email)
        link = inviting.add(wish, answering.addresses[wish.email]) if answer == Answer.SENT else None
        answered = InvitedRow(partner=partner, batch=batch, row=row, email=wish.email, answer=answer, link=link)
        answered.asked_by, answered.asked_at = inviting.asker, at
        new.append(answered)
    inviting.write()
    return told | {each.row: each for each in InvitedRow.objects.bulk_create(new)}


def _check_is_within_the_day(partner: Organization, more: int, *, at: datetime) -> None:
    """Counted whatever they were answered: what is limited is also how much can be tried out."""
    zone, most = ZoneInfo(settings.TIME_ZONE), settings.KANAL_CUSTOMER_ROWS_A_DAY
    if more and rows_since(partner, start_of_day(local_date(at, zone), zone)).count() + more > most:
        raise TooManyRows(most=most)


class Answering:
    """All is looked at before anything is said: how long it takes says nothing."""

    def __init__(self, partner: Organization, batch: str, emails: set[str], at: datetime) -> None:
        self.at = at
        self.seen = set(rows_of_batch(partner, batch).filter(email__in=emails).values_list("email", flat=True))
        self.own = set(members_of(partner).filter(person__email__in=emails).values_list("person__email", flat=True))
        self.earlier = locked_newest_links(partner, emails)
        self.addresses = looked_up_together(partner, emails)

    def answer(self, email: str) -> InvitedRow.Answer:
        is_twice = email in self.seen
        self.seen.add(email)
        if is_twice:
            return Answer.TWICE
        if email in self.own:
            return Answer.YOU
        earlier = self.earlier.get(email)
        may_be_added = earlier is None or _may_be_added_again(earlier, at=self.at)
        return Answer.SENT if may_be_added and self.addresses[email].may_be_invited else Answer.CANNOT


def _may_be_added_again(earlier: CustomerLink, *, at: datetime) -> bool:
    """Not faster than an invitation may be sent again (LINK-4)."""
    return earlier.standing(at) not in LIVE and at >= earlier.sent_at + PAUSE


class Inviting:
    """Links with their records and mails, gathered and written together."""

    def __init__(self, partner: Organization, asker: Person, by: Actor, at: datetime) -> None:
        self.partner, self.asker, self.by, self.at = partner, asker, by, at
        self.book_id = trading_book_of(partner)
        self.links: list[CustomerLink] = []
        self.records: list[AuditRecord] = []
        self.mails: list[Outbox] = []

    def add(self, wish: Wish, address: Address) -> CustomerLink:
        link = CustomerLink(
            partner=self.partner,
            email=wish.email,
            role=wish.role,
            assigned_to=self.asker,
            added_by=self.asker,
            added_at=self.at,
            sent_at=self.at,
            asked_to_register=not address.has_account,
        )
        secret = new_term(give_friendly_name(link, wish.friendly_name), at=self.at)
        link.expires_at = link.answerable_until
        self.links.append(link)
        self.records.append(
            recorded(
                "customer_link.invited",
                customer_link_subject(link),
                by=self.by,
                at=self.at,
                book_id=self.book_id,
                organization_id=self.partner.id,
                new={"email": link.email, "expires_at": link.answerable_until},
            )
        )
        self.mails.append(mailed_invitation(link, secret, to=address.person, book_id=self.book_id, at=self.at))
        return link

    def write(self) -> None:
        """An earlier asking makes room in the list, and its link no longer works."""
        emails = [link.email for link in self.links]
        earlier = CustomerLink.objects.filter(partner=self.partner, email__in=emails, replaced_at=None)
        earlier.update(replaced_at=self.at)
        CustomerLink.objects.bulk_create(self.links)
        AuditRecord.objects.bulk_create(self.records)
        Outbox.objects.bulk_create(self.mails)
