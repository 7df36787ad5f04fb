"""Say who at the desk looks after a partner.

PROG-4 Each partner has an account manager at the desk, who is told of what needs the desk.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.desk_only import check_is_the_desk
from kanal.identity.models import Person
from kanal.identity.readers import reader
from kanal.identity.subjects import organization_subject
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell
from kanal.partners.links import PARTNER_CONTRACT_PAGE, desk_partner_page
from kanal.partners.models import Partner
from kanal.partners.queries import possible_account_managers
from kanal.partners.readers import heads_of


@dataclass(eq=False)
class CannotManageAccounts(Refusal):
    code = "cannot_manage_accounts"
    field = "person"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is not an administrator or in sales at the desk; choose somebody who is.") % self.words()


@transaction.atomic
def assign_account_manager(*, partner: Partner, person: Person, by: Actor, at: datetime) -> Partner:
    """To be who one is already is no change."""
    organization = locked(partner.organization)
    partner = locked(partner)
    check_is_the_desk(by)
    if partner.account_manager_id == person.id:
        return partner
    if not possible_account_managers().filter(person=person).exists():
        raise CannotManageAccounts(name=str(person))
    before = partner.account_manager
    partner.account_manager, partner.managed_since_at = person, at
    partner.save(update_fields=["account_manager", "managed_since_at"])
    record(
        "partner.manager_assigned",
        organization_subject(organization),
        by=by,
        at=at,
        book_id=organization.book_id,
        organization_id=organization.id,
        old={"account_manager": str(before) if before else None},
        new={"account_manager": str(person)},
    )
    _tell(partner, before, at=at)
    return partner


def _tell(partner: Partner, before: Person | None, *, at: datetime) -> None:
    organization, person = partner.organization, partner.account_manager
    assert person is not None, "it was just assigned"
    facts = {"organization": organization.name, "manager": str(person), "email": person.email}
    still_here = possible_account_managers().filter(person__in=[each for each in (person, before) if each])
    staff = [reader(membership.person, membership.organization) for membership in still_here]
    sides = (
        ("desk", staff, desk_partner_page(partner)),
        ("partner", heads_of(organization), PARTNER_CONTRACT_PAGE),
    )
    for side, readers, link in sides:
        tell(
            "account_manager_assigned",
            to=readers,
            facts=facts,
            cause=f"account_manager:{organization.id}:{at.isoformat()}:{side}",
            at=at,
            link=link,
            book_id=organization.book_id,
        )
