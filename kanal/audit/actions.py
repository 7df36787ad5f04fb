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
    "partner_application.made": _("Applied to be a partner"),
    "partner_application.approved": _("Application approved"),
    "partner_application.rejected": _("Application rejected"),
    "partner_application.withdrawn": _("Application withdrawn"),
    "partner_application.became_overdue": _("Application became overdue"),
    "partner.manager_assigned": _("Account manager assigned"),
    "contract.recorded": _("Contract recorded"),
    "contract.changed": _("Contract changed"),
    "ledger.proof_asked": _("Proof of the ledger asked for"),
    "own_organization.added": _("Own organization added"),
    "own_organization.confirmed": _("Own organization confirmed"),
    "own_organization.rejected": _("Own organization rejected"),
    "own_organization.withdrawn": _("Own organization withdrawn"),
    "batch.confirmed": _("Many rows confirmed"),
    "batch.stopped": _("Many rows stopped"),
    "batch.carried_out": _("Many rows carried out"),
    "customer_link.invited": _("Invited to be a customer"),
    "customer_link.sent_again": _("Invitation sent again"),
    "customer_link.invited_anew": _("Invited anew after registering"),
    "customer_link.accepted": _("Invitation accepted"),
    "customer_link.declined": _("Invitation declined"),
    "customer_link.not_answered": _("Invitation not answered"),
    "customer_link.withdrawn": _("Invitation withdrawn"),
    "customer_link.confirmed": _("Customer confirmed"),
    "customer_link.rejected": _("Customer rejected"),
    "customer_link.unlink_asked": _("Asked to unlink"),
    "customer_link.unlink_taken_back": _("No longer asks to unlink"),
    "customer_link.unlink_refused": _("Did not agree to unlink"),
    "customer_link.unlinked": _("Unlinked"),
    "customer_entry.renamed": _("Friendly name changed"),
    "customer_entry.assigned": _("Assigned to somebody"),
}

# What a changed fact is called, where its name in the record is not plain enough.
FIELDS: dict[str, str | Promise] = {
    "name": _("Name"),
    "email": _("E-mail"),
    "roles": _("Roles"),
    "state": _("State"),
    "not_by_mail": _("Not by e-mail"),
    "not_in_the_portal": _("Not in the portal"),
    "shown": _("Time shown"),
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
    "answer_until": _("Answer until"),
    "terms_edition": _("Edition of the terms"),
    "account_manager": _("Account manager"),
    "partner": _("Partner"),
    "number": _("Number"),
    "signed_on": _("Signed on"),
    "from_on": _("From"),
    "to_on": _("Last day"),
    "payment_terms_days": _("Payment terms in days"),
    "is_capped": _("Pool is capped"),
    "overdue_policy": _("When invoices are overdue"),
    "internal_note": _("Internal note"),
    "version": _("Version"),
    "files": _("Files"),
    "friendly_name": _("Friendly name"),
    "assigned_to": _("Assigned to"),
    "language": _("Language"),
    "theme": _("Appearance"),
    "time_zone": _("Time zone"),
    "terms_accepted": _("Edition of the terms"),
}


def words_of(action: str) -> str:
    """An action without words of its own is shown as it is written, rather than not at all."""
    return str(ACTIONS.get(action, action))


def name_of(field: str) -> str:
    return str(FIELDS.get(field) or field.replace("_", " "))


KINDS: dict[str, str | Promise] = {
    "api_key": _("API key"),
    "batch": _("Many rows"),
    "clock": _("Sandbox clock"),
    "contract": _("Contract"),
    "customer_entry": _("Customer in a partner's list"),
    "customer_link": _("Customer of a partner"),
    "invitation": _("Invitation"),
    "job": _("Job"),
    "ledger_proof": _("Proof of the ledger"),
    "mail": _("Mail"),
    "member": _("Member"),
    "organization": _("Organization"),
    "own_organization": _("Own organization"),
    "partner_application": _("Application to be a partner"),
    "person": _("Person"),
    "work": _("Parked work"),
}


def kind_in_words(kind: str) -> str:
    """What kind of thing something was done to."""
    return str(KINDS.get(kind) or kind.replace("_", " "))
