"""Who may do what: the one table that pages, API scopes and menus read.

ID-8  Partner's money: admin and finance; customers, deals, customer discounts: admin and sales; its own discount,
      members, keys, contract: admin; a viewer reads all but cost and margin. A customer's purchases: owner and
      billing. Desk money: finance; approvals: admin and sales; catalogue, coupons, settings: admin; the auditor reads
      everything and changes nothing.

A permission is named area.act, and takes two lines here: what it is, and who has it. Reading is a permission too. An
organization's kind is part of its roles, so no permission needs to ask for it again.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from kanal.identity.roles import Role

R = Role
DESK = frozenset({R.DESK_ADMIN, R.DESK_SALES, R.DESK_FINANCE, R.DESK_SUPPORT, R.DESK_AUDITOR})
PARTNER = frozenset({R.PARTNER_ADMIN, R.PARTNER_SALES, R.PARTNER_FINANCE, R.PARTNER_VIEWER})
CUSTOMER = frozenset({R.CUSTOMER_OWNER, R.CUSTOMER_BILLING, R.CUSTOMER_VIEWER})
ALL = DESK | PARTNER | CUSTOMER

# The groups that ID-8 speaks of, each under its words; an area takes one of them when it is built.
HEADS = frozenset({R.DESK_ADMIN, R.PARTNER_ADMIN, R.CUSTOMER_OWNER})
PARTNER_HEAD = frozenset({R.PARTNER_ADMIN})
PARTNER_MONEY = frozenset({R.PARTNER_ADMIN, R.PARTNER_FINANCE})
PARTNER_SELLING = frozenset({R.PARTNER_ADMIN, R.PARTNER_SALES})
PARTNER_COST = PARTNER - {R.PARTNER_VIEWER}
PURCHASES = frozenset({R.CUSTOMER_OWNER, R.CUSTOMER_BILLING})
DESK_MONEY = frozenset({R.DESK_FINANCE})
DESK_APPROVALS = frozenset({R.DESK_ADMIN, R.DESK_SALES})
DESK_SETTINGS = frozenset({R.DESK_ADMIN})
# What runs the machine and the books is looked at by whoever works on it, and by the auditor.
DESK_BOOKS = frozenset({R.DESK_ADMIN, R.DESK_FINANCE, R.DESK_AUDITOR})
DESK_MACHINE = frozenset({R.DESK_ADMIN, R.DESK_SUPPORT, R.DESK_AUDITOR})
AUDITOR = frozenset({R.DESK_AUDITOR})


class Permission(models.TextChoices):
    """Each with the words by which people choose it for a key."""

    OVERVIEW_READ = "overview.read", _("See the overview")
    ORGANIZATION_READ = "organization.read", _("Read the profile of the organization")
    ORGANIZATION_EDIT = "organization.edit", _("Edit the profile of the organization")
    ORGANIZATIONS_READ = "organizations.read", _("Read all organizations")
    BILLING_DEFAULT_CHANGE = "billing_default.change", _("Change the billing default of an organization")
    MEMBERS_READ = "members.read", _("Read members and invitations")
    MEMBERS_MANAGE = "members.manage", _("Invite members, change their roles and end memberships")
    API_KEYS_READ = "api_keys.read", _("Read the list of API keys")
    API_KEYS_MANAGE = "api_keys.manage", _("Make and end API keys")
    PARTNER_APPLY = "partner.apply", _("Apply to be a partner")
    PARTNER_APPLICATIONS_READ = "partner_applications.read", _("Read applications to be a partner")
    PARTNER_APPLICATIONS_DECIDE = "partner_applications.decide", _("Decide about applications to be a partner")
    CONTRACTS_READ = "contracts.read", _("Read contracts")
    CONTRACTS_MANAGE = "contracts.manage", _("Record contracts and change them")
    ACCOUNT_MANAGER_ASSIGN = "account_manager.assign", _("Assign the account manager of a partner")
    OWN_ORGANIZATIONS_READ = "own_organizations.read", _("Read the further organizations of a partner")
    OWN_ORGANIZATIONS_ADD = "own_organizations.add", _("Add further organizations of one's own")
    OWN_ORGANIZATIONS_DECIDE = "own_organizations.decide", _("Decide about the further organizations of a partner")
    CUSTOMERS_READ = "customers.read", _("Read customers")
    CUSTOMERS_MANAGE = "customers.manage", _("Add customers and rename them")
    CUSTOMERS_ASSIGN = "customers.assign", _("Say who looks after a customer")
    CUSTOMERS_UNLINK = "customers.unlink", _("Ask to unlink a customer, and answer when it asks")
    MY_PARTNER_READ = "my_partner.read", _("Read invitations of partners and whose customer one is")
    PARTNER_INVITATIONS_ANSWER = "partner_invitations.answer", _("Accept or decline a partner, and unlink from it")
    CUSTOMER_LINKS_READ = "customer_links.read", _("Read the customers of all partners")
    CUSTOMER_LINKS_DECIDE = "customer_links.decide", _("Decide about the customers of partners")
    CREDIT_READ = "credit.read", _("Read wallets, lines and credit histories")
    CREDIT_TOP_UP = "credit.top_up", _("Top up customers and take credit back")
    CREDIT_ASK = "credit.ask", _("Ask for credit")
    FUNDING_ASK = "funding.ask", _("Ask for funding of one's own wallet")
    LINES_MANAGE = "lines.manage", _("Set credit lines of customers and confirm their bills")
    POOL_ASK = "pool.ask", _("Ask for a larger pool")
    CREDIT_FUND = "credit.fund", _("Fund, advance and grant credit, and correct it")
    CREDIT_CONTROL = "credit.control", _("Set debt limits and freeze wallets")
    POOLS_DECIDE = "pools.decide", _("Grant pools to partners")
    CREDIT_REPORTS_READ = "credit_reports.read", _("Read reports of credit")
    CATALOG_READ = "catalog.read", _("Read products and prices")
    CATALOG_MANAGE = "catalog.manage", _("Change products, prices and taxes")
    AUDIT_READ = "audit.read", _("Read the audit")
    MAIL_READ = "mail.read", _("Read the mail log")
    JOBS_READ = "jobs.read", _("Read the jobs")
    JOBS_RETRY = "jobs.retry", _("Start failed jobs again")
    LEDGER_READ = "ledger.read", _("Read the ledger")
    LEDGER_PROVE = "ledger.prove", _("Prove the ledger")
    CLOCK_READ = "clock.read", _("Read the sandbox clock")
    CLOCK_MOVE = "clock.move", _("Move the sandbox clock")

    @property
    def reads(self) -> bool:
        return self.endswith(".read")


P = Permission
TABLE: dict[Permission, frozenset[Role]] = {
    P.OVERVIEW_READ: ALL,
    P.ORGANIZATION_READ: ALL,
    P.ORGANIZATION_EDIT: HEADS,
    P.ORGANIZATIONS_READ: DESK,
    P.BILLING_DEFAULT_CHANGE: DESK_SETTINGS | DESK_MONEY,
    P.MEMBERS_READ: ALL,
    P.MEMBERS_MANAGE: HEADS,
    P.API_KEYS_READ: PARTNER | CUSTOMER | {R.DESK_ADMIN, R.DESK_AUDITOR},
    P.API_KEYS_MANAGE: HEADS,
    P.PARTNER_APPLY: frozenset({R.CUSTOMER_OWNER}),
    P.PARTNER_APPLICATIONS_READ: DESK,
    P.PARTNER_APPLICATIONS_DECIDE: DESK_APPROVALS,
    P.CONTRACTS_READ: DESK | PARTNER,
    P.CONTRACTS_MANAGE: DESK_APPROVALS,
    P.ACCOUNT_MANAGER_ASSIGN: DESK_APPROVALS,
    P.OWN_ORGANIZATIONS_READ: DESK | PARTNER,
    P.OWN_ORGANIZATIONS_ADD: PARTNER_HEAD,
    P.OWN_ORGANIZATIONS_DECIDE: DESK_APPROVALS,
    P.CUSTOMERS_READ: PARTNER,
    P.CUSTOMERS_MANAGE: PARTNER_SELLING,
    P.CUSTOMERS_ASSIGN: PARTNER_HEAD,
    P.CUSTOMERS_UNLINK: PARTNER_HEAD,
    P.MY_PARTNER_READ: CUSTOMER,
    P.PARTNER_INVITATIONS_ANSWER: frozenset({R.CUSTOMER_OWNER}),
    P.CUSTOMER_LINKS_READ: DESK,
    P.CUSTOMER_LINKS_DECIDE: DESK_APPROVALS,
    P.CREDIT_READ: ALL,
    P.CREDIT_TOP_UP: PARTNER_MONEY,
    P.CREDIT_ASK: PURCHASES,
    P.FUNDING_ASK: PARTNER_MONEY | PURCHASES,
    P.LINES_MANAGE: PARTNER_MONEY,
    P.POOL_ASK: PARTNER_MONEY,
    P.CREDIT_FUND: DESK_MONEY,
    P.CREDIT_CONTROL: DESK_MONEY,
    P.POOLS_DECIDE: DESK_MONEY,
    P.CREDIT_REPORTS_READ: PARTNER,
    P.CATALOG_READ: ALL,
    P.CATALOG_MANAGE: DESK_SETTINGS,
    P.AUDIT_READ: DESK_BOOKS | DESK_MACHINE,
    P.MAIL_READ: DESK_MACHINE,
    P.JOBS_READ: DESK_MACHINE,
    P.JOBS_RETRY: DESK_MACHINE - AUDITOR,
    P.LEDGER_READ: DESK_BOOKS,
    P.LEDGER_PROVE: DESK_BOOKS - AUDITOR,
    P.CLOCK_READ: DESK,
    P.CLOCK_MOVE: DESK_SETTINGS,
}

# A leaked key could make itself heirs with the first two; the others are somebody's word, kept under their name.
KEPT_FROM_KEYS = frozenset(
    {
        P.MEMBERS_MANAGE,
        P.API_KEYS_MANAGE,
        P.PARTNER_APPLY,
        P.PARTNER_APPLICATIONS_DECIDE,
        P.CONTRACTS_MANAGE,
        P.ACCOUNT_MANAGER_ASSIGN,
        P.OWN_ORGANIZATIONS_ADD,
        P.OWN_ORGANIZATIONS_DECIDE,
        P.CUSTOMERS_MANAGE,
        P.CUSTOMERS_ASSIGN,
        P.CUSTOMERS_UNLINK,
        P.PARTNER_INVITATIONS_ANSWER,
        P.CUSTOMER_LINKS_DECIDE,
        P.CREDIT_FUND,
        P.CREDIT_CONTROL,
        P.POOLS_DECIDE,
        P.CATALOG_MANAGE,
    }
)


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    held = set(roles)
    return frozenset(permission for permission, allowed in TABLE.items() if held & allowed)


def scopes_open_to(roles: Iterable[str]) -> frozenset[Permission]:
    """What a key made by someone with these roles can be given."""
    return permissions_of(roles) - KEPT_FROM_KEYS
