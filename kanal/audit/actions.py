"""How each recorded action reads, in a timeline and in the desk's search. Every room adds its own here."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, str | Promise] = {
    "clock.moved": _("Clock moved forward"),
    "job.retried": _("Failed job started again"),
    "outbox.released": _("Parked work released"),
    "mail.sent_again": _("Mail sent again"),
    "person.signed_up": _("Account made"),
    "person.email_vouched_for": _("E-mail address vouched for"),
    "person.changed": _("Profile changed"),
    "password.changed": _("Password changed"),
    "totp.turned_on": _("Authenticator app set up"),
    "totp.turned_off": _("Authenticator app turned off"),
    "passkey.added": _("Passkey added"),
    "passkey.removed": _("Passkey removed"),
    "recovery_codes.made": _("New recovery codes made"),
    "session.ended": _("Session ended"),
    "notices.chosen": _("Notification preferences changed"),
    "organization.founded": _("Organization founded"),
    "organization.profile_edited": _("Profile of the organization edited"),
    "organization.billing_default_changed": _("Billing default changed"),
    "organization.became_partner": _("Became a partner"),
    "organization.placed": _("Placed under another seller"),
    "member.invited": _("Colleague invited"),
    "member.joined": _("Joined by invitation"),
    "member.roles_changed": _("Roles changed"),
    "member.ended": _("Membership ended"),
    "invitation.sent_again": _("Invitation sent again"),
    "invitation.withdrawn": _("Invitation withdrawn"),
    "invitation.declined": _("Invitation declined"),
    "invitation.expired": _("Invitation expired"),
    "api_key.made": _("API key made"),
    "api_key.ended": _("API key ended"),
    "api_key.expired": _("API key reached its end"),
}

# What a changed fact is called, where its name in the record is not plain enough.
FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "email": _("E-mail"),
    "roles": _("Roles"),
    "state": _("State"),
    "own_customers_only": _("Own customers only"),
    "tax_code": _("Tax code"),
    "address": _("Address"),
    "province": _("Province"),
    "country": _("Country"),
    "phone": _("Telephone"),
    "kind": _("Kind"),
    "legal_form": _("Legal form"),
    "billing_default": _("Billing default"),
    "head": _("First administrator or owner"),
    "seller": _("Seller"),
    "seller_id": _("Seller's id"),
    "scopes": _("May do"),
    "expires_at": _("Ends"),
    "begins_with": _("Begins with"),
}


def words_of(action: str) -> str:
    """An action without words of its own is shown as it is written, rather than not at all."""
    return str(ACTIONS.get(action, action))


def name_of(field: str) -> str:
    return str(FIELDS.get(field) or field.replace("_", " "))
