"""Who may do what: the one table that pages, API scopes and menus read (ID-8).

A permission is named area.act. Reading is a permission too. An organization's kind is part of its roles, so no
permission needs to ask for it again.
"""

from collections.abc import Iterable
from enum import StrEnum

from kanal.identity.roles import Role

R = Role
DESK = frozenset({R.DESK_ADMIN, R.DESK_SALES, R.DESK_FINANCE, R.DESK_SUPPORT, R.DESK_AUDITOR})
PARTNER = frozenset({R.PARTNER_ADMIN, R.PARTNER_SALES, R.PARTNER_FINANCE, R.PARTNER_VIEWER})
CUSTOMER = frozenset({R.CUSTOMER_OWNER, R.CUSTOMER_BILLING, R.CUSTOMER_VIEWER})
HEADS = frozenset({R.DESK_ADMIN, R.PARTNER_ADMIN, R.CUSTOMER_OWNER})


class Permission(StrEnum):
    OVERVIEW_READ = "overview.read"
    ORGANIZATION_READ = "organization.read"
    ORGANIZATION_EDIT = "organization.edit"
    ORGANIZATIONS_READ = "organizations.read"
    BILLING_DEFAULT_CHANGE = "billing_default.change"
    MEMBERS_READ = "members.read"
    MEMBERS_MANAGE = "members.manage"
    API_KEYS_READ = "api_keys.read"
    API_KEYS_MANAGE = "api_keys.manage"
    AUDIT_READ = "audit.read"
    MAIL_READ = "mail.read"
    JOBS_READ = "jobs.read"
    JOBS_RETRY = "jobs.retry"
    LEDGER_READ = "ledger.read"
    LEDGER_PROVE = "ledger.prove"
    CLOCK_READ = "clock.read"
    CLOCK_MOVE = "clock.move"


P = Permission
TABLE: dict[Permission, frozenset[Role]] = {
    P.OVERVIEW_READ: DESK | PARTNER | CUSTOMER,
    P.ORGANIZATION_READ: DESK | PARTNER | CUSTOMER,
    P.ORGANIZATION_EDIT: HEADS,
    P.ORGANIZATIONS_READ: DESK,
    P.BILLING_DEFAULT_CHANGE: frozenset({R.DESK_ADMIN, R.DESK_FINANCE}),
    P.MEMBERS_READ: DESK | PARTNER | CUSTOMER,
    P.MEMBERS_MANAGE: HEADS,
    P.API_KEYS_READ: HEADS | {R.DESK_AUDITOR},
    P.API_KEYS_MANAGE: HEADS,
    P.AUDIT_READ: frozenset({R.DESK_ADMIN, R.DESK_FINANCE, R.DESK_SUPPORT, R.DESK_AUDITOR}),
    P.MAIL_READ: frozenset({R.DESK_ADMIN, R.DESK_SUPPORT, R.DESK_AUDITOR}),
    P.JOBS_READ: frozenset({R.DESK_ADMIN, R.DESK_SUPPORT, R.DESK_AUDITOR}),
    P.JOBS_RETRY: frozenset({R.DESK_ADMIN, R.DESK_SUPPORT}),
    P.LEDGER_READ: frozenset({R.DESK_ADMIN, R.DESK_FINANCE, R.DESK_AUDITOR}),
    P.LEDGER_PROVE: frozenset({R.DESK_ADMIN, R.DESK_FINANCE}),
    P.CLOCK_READ: DESK,
    P.CLOCK_MOVE: frozenset({R.DESK_ADMIN}),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    held = set(roles)
    return frozenset(permission for permission, allowed in TABLE.items() if held & allowed)
