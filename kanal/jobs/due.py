"""Everything that the clock starts, asked at every tick: the one list to look at, and to add to.

The tick carries out the earliest first; at the same moment, what stands first here.
"""

from kanal.credit.end_temporary_lines import end_temporary_lines, warn_of_temporary_lines
from kanal.credit.lapse_grants import lapse_grants
from kanal.credit.operator_queries import (
    next_funding_request_to_expire,
    next_grant_to_end,
    next_temporary_line_to_end,
    next_temporary_line_to_warn_of,
)
from kanal.credit.request_funding import expire_funding_requests
from kanal.credit.settle_caps import settle_caps
from kanal.identity.expire_invitations import (
    expire_invitations,
    next_invitation_to_expire,
    next_invitation_to_remind_of,
    remind_of_invitations,
)
from kanal.identity.warn_of_key_expiry import (
    next_key_to_expire,
    next_key_to_warn_of,
    tell_of_expired_keys,
    warn_of_expiring_keys,
)
from kanal.jobs.daily import daily
from kanal.jobs.report_mail_trouble import report_mail_trouble
from kanal.jobs.source import DueSource
from kanal.kit.files import sweep_files
from kanal.ledger.daily_proof import ask_for_the_days_proof
from kanal.ledger.holds import expire_holds
from kanal.ledger.operator_queries import next_hold_to_expire
from kanal.notices.forget_old import forget_old_notices
from kanal.onboarding.expire_customer_links import expire_customer_links, next_customer_link_to_expire
from kanal.partners.tell_of_overdue_applications import next_application_to_be_overdue, tell_of_overdue_applications
from kanal.partners.warn_of_contract_end import next_contract_to_warn_of, warn_of_contract_ends

__all__ = ["DUE", "DueSource"]

DUE: list[DueSource] = [
    DueSource("expire_invitations", next_invitation_to_expire, lambda at: expire_invitations(at=at)),
    DueSource("remind_of_invitations", next_invitation_to_remind_of, lambda at: remind_of_invitations(at=at)),
    DueSource("warn_of_expiring_keys", next_key_to_warn_of, lambda at: warn_of_expiring_keys(at=at)),
    DueSource("tell_of_expired_keys", next_key_to_expire, lambda at: tell_of_expired_keys(at=at)),
    DueSource(
        "tell_of_overdue_applications",
        next_application_to_be_overdue,
        lambda at: tell_of_overdue_applications(at=at),
    ),
    DueSource("warn_of_contract_ends", next_contract_to_warn_of, lambda at: warn_of_contract_ends(at=at)),
    DueSource("expire_customer_links", next_customer_link_to_expire, lambda at: expire_customer_links(at=at)),
    daily("settle_caps", hour=0, do=lambda at: settle_caps(at=at)),
    DueSource("warn_of_temporary_lines", next_temporary_line_to_warn_of, lambda at: warn_of_temporary_lines(at=at)),
    DueSource("end_temporary_lines", next_temporary_line_to_end, lambda at: end_temporary_lines(at=at)),
    DueSource("lapse_grants", next_grant_to_end, lambda at: lapse_grants(at=at)),
    DueSource("expire_funding_requests", next_funding_request_to_expire, lambda at: expire_funding_requests(at=at)),
    DueSource("expire_holds", next_hold_to_expire, lambda at: expire_holds(at=at)),
    daily("prove_the_ledger", hour=1, do=lambda at: ask_for_the_days_proof(at=at)),
    daily("forget_old_notices", hour=3, do=lambda at: forget_old_notices(at=at)),
    daily("sweep_files", hour=4, do=lambda _at: sweep_files()),
    daily("report_mail_trouble", hour=8, do=lambda at: report_mail_trouble(at=at)),
]
