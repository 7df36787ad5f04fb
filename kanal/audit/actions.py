"""How each recorded action reads, in a timeline and in the desk's search. Every room adds its own here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "clock.moved": _("Clock moved forward"),
    "job.retried": _("Failed job started again"),
    "outbox.released": _("Parked work released"),
    "mail.sent_again": _("Mail sent again"),
    "person.signed_up": _("Account made"),
    "person.changed": _("Profile changed"),
    "password.changed": _("Password changed"),
    "totp.turned_on": _("Authenticator app set up"),
    "totp.turned_off": _("Authenticator app turned off"),
    "passkey.added": _("Passkey added"),
    "passkey.removed": _("Passkey removed"),
    "recovery_codes.made": _("New recovery codes made"),
    "session.ended": _("Session ended"),
    "notices.chosen": _("Notification preferences changed"),
}

# What a changed fact is called, where its name in the record is not plain enough.
FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "email": _("E-mail"),
    "roles": _("Roles"),
    "state": _("State"),
}


def words_of(action: str) -> str:
    """An action without words of its own is shown as it is written, rather than not at all."""
    return str(ACTIONS.get(action, action))


def name_of(field: str) -> str:
    return str(FIELDS.get(field) or field.replace("_", " "))
