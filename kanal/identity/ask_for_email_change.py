"""Ask to sign in with another address from now on: a link goes to the new one, and nothing has changed yet.

ID-1  The e-mail is verified first, also when it replaces another.
ID-4  Whether the address has an account already is told to whoever reads its mail, and to nobody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from kanal.audit.record import record
from kanal.identity.models import Person
from kanal.identity.profile import EmailWrong, checked_email
from kanal.identity.queries import person_by_email
from kanal.identity.readers import reader
from kanal.identity.subjects import person_subject
from kanal.identity.tidy import tidy
from kanal.kit.actor import Actor
from kanal.kit.device import name_of_device
from kanal.kit.ids import uuid7
from kanal.kit.refusal import Refusal
from kanal.notices.tell import Reader, tell

SALT = "kanal.identity.change_email"
LIFE = timedelta(days=1)


@dataclass(eq=False)
class EmailIsYours(Refusal):
    code = "email_is_yours"
    field = "email"
    email: str

    def __str__(self) -> str:
        return _("%(email)s is your address already. Enter the new one.") % self.words()


@transaction.atomic
def ask_for_email_change(*, person: Person, email: str, by: Actor, at: datetime) -> None:
    """One mail in every case: the link, or to somebody else's account that its address was tried."""
    email = checked_email(tidy(email))
    if not email:
        raise EmailWrong(email=email)
    if email == person.email:
        raise EmailIsYours(email=email)
    record("person.email_change_asked", person_subject(person), by=by, at=at, new={"email": email})
    holder = person_by_email(email)
    from_where = {"email": email, "address": by.address, "device": name_of_device(by.device), "when": at}
    if holder is not None:
        link = "/account/password/reset/"
        tell("account_exists", to=[reader(holder)], facts=from_where, cause=f"taken:{uuid7()}", at=at, link=link)
        return
    tell(
        "change_email",
        to=[Reader(email=email, name=person.name, language=person.language)],
        facts={**from_where, "old_email": person.email, "hours": LIFE.days * 24},
        cause=f"change_email:{uuid7()}",
        at=at,
        link=f"/account/email/{token_for(person, email)}/",
    )


def token_for(person: Person, email: str) -> str:
    """It names the address it replaces, so that it works once, and no older one works after it."""
    return signing.dumps([str(person.id), person.email, email], salt=SALT)
