"""Say who at a partner looks after a customer.

ID-6  Sales can be limited to their own customers: those that are assigned to them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.customers.links import partner_account_page
from kanal.customers.models import CustomerLink
from kanal.customers.queries import book_of, possible_caretakers
from kanal.customers.subjects import customer_entry_subject
from kanal.identity.models import Person
from kanal.identity.readers import reader
from kanal.kit.actor import Actor
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal
from kanal.notices.tell import tell


@dataclass(eq=False)
class CannotLookAfterCustomers(Refusal):
    code = "cannot_look_after_customers"
    field = "person"
    name: str

    def __str__(self) -> str:
        return _("%(name)s is not an administrator or in sales here; choose somebody who is.") % self.words()


@transaction.atomic
def assign_customer(*, link: CustomerLink, person: Person, by: Actor, at: datetime) -> CustomerLink:
    """To be who one is already is no change."""
    link = locked(link)
    before = link.assigned_to
    if before == person:
        return link
    if not possible_caretakers(link.partner).filter(person=person).exists():
        raise CannotLookAfterCustomers(name=str(person))
    link.assigned_to = person
    link.save(update_fields=["assigned_to"])
    book_id = book_of(link)
    record(
        "customer_entry.assigned",
        customer_entry_subject(link),
        by=by,
        at=at,
        book_id=book_id,
        organization_id=link.partner_id,
        old={"assigned_to": str(before) if before else None},
        new={"assigned_to": str(person)},
    )
    if str(person.id) != by.id:
        tell(
            "customer_assigned",
            to=[reader(person, link.partner)],
            facts={"customer": link.shown_name, "by": by.name},
            cause=f"customer_assigned:{link.id}:{at.isoformat()}",
            at=at,
            link=partner_account_page(link),
            book_id=book_id,
        )
    return link
