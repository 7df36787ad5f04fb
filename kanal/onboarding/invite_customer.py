"""Ask an address to become a partner's customer: one row of a form or of a file.

LINK-1 By e-mail, friendly name and role; each row succeeds or fails by itself, the same e-mail twice in a batch is
       told, and rows per partner and day are limited.
LINK-2 At least one account of the address meets every condition.
LINK-3 A row answers only four things, and costs the same for an unknown address as for an eligible one.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.customers.models import LIVE, CustomerLink
from kanal.customers.naming import checked_friendly_name, give_friendly_name
from kanal.customers.queries import book_of, newest_link
from kanal.customers.subjects import customer_link_subject
from kanal.identity.acting import acting_person
from kanal.identity.models import Organization, Person
from kanal.identity.profile import EmailWrong, checked_email
from kanal.identity.queries import members_of
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.period import local_date, start_of_day
from kanal.kit.refusal import Refusal
from kanal.onboarding.addresses import Address, looked_up
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.queries import rows_of_batch, rows_since
from kanal.onboarding.resend_customer_invitation import PAUSE
from kanal.onboarding.send_customer_invitation import mail_invitation, new_term

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


@transaction.atomic
def invite_customer(*, partner: Organization, wish: Wish, batch: str, row: int, by: Actor, at: datetime) -> InvitedRow:
    """`batch` and `row` are the request: the same again answers as the first time and invites nobody twice.

    The partner's row is locked, so that its rows come one after the other.
    """
    wish = wish.checked()
    partner = locked(partner)
    told = rows_of_batch(partner, batch).filter(row=row).first()
    if told is not None:
        return told
    _check_is_within_the_day(partner, at=at)
    address = looked_up(partner, wish.email)
    answer = _answer(partner, wish, batch, address, at=at)
    asker = acting_person(by)
    link = _invite(partner, wish, address, asker, by=by, at=at) if answer == Answer.SENT else None
    return InvitedRow.objects.create(
        partner=partner, batch=batch, row=row, email=wish.email, answer=answer, link=link, asked_by=asker, asked_at=at
    )


def _check_is_within_the_day(partner: Organization, *, at: datetime) -> None:
    """Counted whatever they were answered: what is limited is also how much can be tried out."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if rows_since(partner, start_of_day(local_date(at, zone), zone)).count() >= settings.KANAL_CUSTOMER_ROWS_A_DAY:
        raise TooManyRows(most=settings.KANAL_CUSTOMER_ROWS_A_DAY)


def _answer(partner: Organization, wish: Wish, batch: str, address: Address, *, at: datetime) -> InvitedRow.Answer:
    """All is looked at before anything is said: how long it takes says nothing."""
    is_twice = rows_of_batch(partner, batch).filter(email=wish.email).exists()
    is_you = members_of(partner).filter(person__email=wish.email).exists()
    earlier = newest_link(partner, wish.email)
    if is_twice:
        return Answer.TWICE
    if is_you:
        return Answer.YOU
    if not address.may_be_invited or (earlier is not None and not _may_be_added_again(earlier, at=at)):
        return Answer.CANNOT
    return Answer.SENT


def _may_be_added_again(earlier: CustomerLink, *, at: datetime) -> bool:
    """Not faster than an invitation may be sent again (LINK-4)."""
    return earlier.standing(at) not in LIVE and at >= earlier.sent_at + PAUSE


def _invite(
    partner: Organization, wish: Wish, address: Address, asker: Person, /, *, by: Actor, at: datetime
) -> CustomerLink:
    """An earlier asking makes room in the list, and its link no longer works."""
    CustomerLink.objects.filter(partner=partner, email=wish.email, replaced_at=None).update(replaced_at=at)
    link = CustomerLink(
        partner=partner,
        email=wish.email,
        role=wish.role,
        assigned_to=asker,
        added_by=asker,
        added_at=at,
        sent_at=at,
        asked_to_register=not address.has_account,
    )
    secret = new_term(give_friendly_name(link, wish.friendly_name), at=at)
    link.expires_at = link.answerable_until
    link.save(force_insert=True)
    book_id = book_of(link)
    record(
        "customer_link.invited",
        customer_link_subject(link),
        by=by,
        at=at,
        book_id=book_id,
        organization_id=partner.id,
        new={"email": link.email, "expires_at": link.expires_at},
    )
    mail_invitation(link, secret, to=address.person, book_id=book_id, at=at)
    return link
