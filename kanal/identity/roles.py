"""The roles a member can hold (ID-6), each belonging to one kind of organization."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override


class Role(models.TextChoices):
    DESK_ADMIN = "DESK_ADMIN", _("Administrator")
    DESK_SALES = "DESK_SALES", _("Sales")
    DESK_FINANCE = "DESK_FINANCE", _("Finance (Sale Operation)")
    DESK_SUPPORT = "DESK_SUPPORT", _("Support")
    DESK_AUDITOR = "DESK_AUDITOR", _("Auditor")
    PARTNER_ADMIN = "PARTNER_ADMIN", _("Administrator")
    PARTNER_SALES = "PARTNER_SALES", _("Sales")
    PARTNER_FINANCE = "PARTNER_FINANCE", _("Finance")
    PARTNER_VIEWER = "PARTNER_VIEWER", _("Viewer")
    CUSTOMER_OWNER = "CUSTOMER_OWNER", _("Owner")
    CUSTOMER_BILLING = "CUSTOMER_BILLING", _("Billing")
    CUSTOMER_VIEWER = "CUSTOMER_VIEWER", _("Viewer")


DESCRIPTIONS = {
    Role.DESK_ADMIN: _("Everything, with catalogue, settings, members and keys"),
    Role.DESK_SALES: _("Approvals of partners, links, deals and discounts"),
    Role.DESK_FINANCE: _("The desk's money: funding, receipts, statements"),
    Role.DESK_SUPPORT: _("Looks after the machine: mails, jobs, the audit"),
    Role.DESK_AUDITOR: _("Reads everything and changes nothing"),
    Role.PARTNER_ADMIN: _("Everything, with the contract, the discount, members and keys"),
    Role.PARTNER_SALES: _("Customers, deals and customer discounts"),
    Role.PARTNER_FINANCE: _("The partner's money: top-ups, lines, statements"),
    Role.PARTNER_VIEWER: _("Reads everything but cost and margin"),
    Role.CUSTOMER_OWNER: _("Everything, with purchases, members and keys"),
    Role.CUSTOMER_BILLING: _("Purchases and payments"),
    Role.CUSTOMER_VIEWER: _("Reads everything and changes nothing"),
}
HEADS = {"PROVIDER": Role.DESK_ADMIN, "PARTNER": Role.PARTNER_ADMIN, "CUSTOMER": Role.CUSTOMER_OWNER}
PREFIXES = {"PROVIDER": "DESK_", "PARTNER": "PARTNER_", "CUSTOMER": "CUSTOMER_"}
LIMITABLE = frozenset({Role.DESK_SALES, Role.PARTNER_SALES})  # to the customers that are one's own
ON_BECOMING_A_PARTNER = {
    Role.CUSTOMER_OWNER: Role.PARTNER_ADMIN,
    Role.CUSTOMER_BILLING: Role.PARTNER_FINANCE,
    Role.CUSTOMER_VIEWER: Role.PARTNER_VIEWER,
}


def roles_of_kind(kind: str) -> list[Role]:
    """Which roles a member of such an organization can hold."""
    return [role for role in Role if role.startswith(PREFIXES[kind])]


def role_words(roles: Iterable[str]) -> list[str]:
    """In English, which the templates of mails translate for each reader."""
    with override("en"):
        return [str(Role(role).label) for role in in_order(roles)]


def in_order(roles: Iterable[str]) -> list[str]:
    """Each once, as the table lists them, so that equal sets are equal rows."""
    held = set(roles)
    return [role.value for role in Role if role.value in held]
