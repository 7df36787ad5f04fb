"""What the house's own work is called at the desk: jobs, and what the clock starts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORK: dict[str, str | Promise] = {
    "carry_out_batch": _("Carry out many rows"),
    "deliver_notice": _("Tell people"),
    "send_mails": _("Send mails"),
    "prove_ledger": _("Prove the ledger"),
    "sign_ledger": _("Sign the ledger"),
    "follow_renaming": _("Follow the renaming of an organization"),
    "invite_registered": _("Invite who has registered"),
    "tell_of_transfer": _("Tell of a top-up"),
    "open_own_wallet": _("Open the wallet of an own organization"),
}
SOURCES: dict[str, str | Promise] = {
    "expire_invitations": _("Invitations expire"),
    "remind_of_invitations": _("Remind of invitations"),
    "warn_of_expiring_keys": _("Warn of API keys that end"),
    "tell_of_expired_keys": _("API keys end"),
    "tell_of_overdue_applications": _("Partner applications become overdue"),
    "warn_of_contract_ends": _("Warn of contracts that end"),
    "expire_customer_links": _("Invitations of customers end unanswered"),
    "expire_holds": _("Holds expire"),
    "expire_funding_requests": _("Funding requests expire"),
    "settle_caps": _("Pools follow their contracts"),
    "warn_of_temporary_lines": _("Temporary lines end soon"),
    "end_temporary_lines": _("Temporary lines end"),
    "lapse_grants": _("Grants reach their end"),
    "forget_old_notices": _("Forget old messages"),
    "sweep_files": _("Sweep files that nothing refers to"),
    "report_mail_trouble": _("Report mails in trouble"),
    "prove_the_ledger": _("Prove the ledger"),
}


def work_in_words(name: str) -> str:
    """What a newer or older version of the house asked for is shown by its own name."""
    return str(WORK.get(name, name))


def source_in_words(name: str) -> str:
    return str(SOURCES.get(name, name))
