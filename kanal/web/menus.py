"""The side menus, door by door. An area that is not built is not here; one that a role may not see is not shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kanal.identity.permissions import Permission
from kanal.web.access import Door


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """`area` groups entries under a heading; `icon` is a Lucide name. `words` help the search find it."""

    label: str | Promise
    url_name: str
    icon: str
    permission: Permission
    area: str | Promise = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class AccountEntry:
    label: str | Promise
    url_name: str
    icon: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    label: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class ShownArea:
    label: str
    entries: list[ShownEntry]


def every_door(door: Door) -> list[MenuEntry]:
    """What each organization has, last in its menu."""
    area = _("Organization")
    return [
        MenuEntry(_("Members"), f"{door}_members", "users-round", Permission.MEMBERS_READ, area),
        MenuEntry(_("API keys"), f"{door}_api_keys", "key-round", Permission.API_KEYS_READ, area),
        MenuEntry(_("Profile and billing"), f"{door}_organization", "building-2", Permission.ORGANIZATION_READ, area),
    ]


MACHINERY = _("Machinery")


def in_a_sandbox(*entries: MenuEntry) -> tuple[MenuEntry, ...]:
    return entries if settings.KANAL_SANDBOX else ()


REPORTS = _("Reports")
MENU: dict[Door, list[MenuEntry]] = {
    Door.PARTNER: [
        MenuEntry(_("Overview"), "partner_overview", "layout-dashboard", Permission.OVERVIEW_READ),
        MenuEntry(_("Accounts"), "partner_accounts", "users", Permission.CUSTOMERS_READ),
        MenuEntry(_("Our organizations"), "partner_own_organizations", "building", Permission.OWN_ORGANIZATIONS_READ),
        MenuEntry(_("Contract"), "partner_contract", "file-text", Permission.CONTRACTS_READ),
        MenuEntry(_("Credit topped up"), "partner_credit_topped_up", "wallet", Permission.CREDIT_REPORTS_READ, REPORTS),
        MenuEntry(_("Credit used"), "partner_credit_used", "trending-down", Permission.CREDIT_REPORTS_READ, REPORTS),
        MenuEntry(_("Credit summary"), "partner_credit_summary", "scale", Permission.CREDIT_REPORTS_READ, REPORTS),
        MenuEntry(_("Credit history"), "partner_credit_history", "history", Permission.CREDIT_READ, REPORTS),
        *every_door(Door.PARTNER),
    ],
    Door.CONSOLE: [
        MenuEntry(_("Overview"), "console_overview", "layout-dashboard", Permission.OVERVIEW_READ),
        MenuEntry(_("My partner"), "console_my_partner", "store", Permission.MY_PARTNER_READ),
        MenuEntry(
            _("Invitations from partners"), "console_partner_invitations", "mail-open", Permission.MY_PARTNER_READ
        ),
        MenuEntry(_("Credit history"), "console_credit_history", "history", Permission.CREDIT_READ),
        MenuEntry(_("Become a partner"), "console_become_a_partner", "handshake", Permission.ORGANIZATION_READ),
        *every_door(Door.CONSOLE),
    ],
    Door.DESK: [
        MenuEntry(_("Overview"), "desk_overview", "layout-dashboard", Permission.OVERVIEW_READ),
        MenuEntry(_("Organizations"), "desk_organizations", "building", Permission.ORGANIZATIONS_READ),
        MenuEntry(_("Partners"), "desk_partners", "handshake", Permission.PARTNER_APPLICATIONS_READ),
        MenuEntry(_("Customers of partners"), "desk_customers", "users", Permission.CUSTOMER_LINKS_READ),
        MenuEntry(_("Ledger"), "desk_ledger", "landmark", Permission.LEDGER_READ),
        MenuEntry(_("Audit"), "desk_audit", "scroll-text", Permission.AUDIT_READ, MACHINERY),
        MenuEntry(_("Mail log"), "desk_mails", "mail", Permission.MAIL_READ, MACHINERY),
        MenuEntry(_("Jobs"), "desk_jobs", "cog", Permission.JOBS_READ, MACHINERY),
        *in_a_sandbox(
            MenuEntry(_("Sandbox clock"), "desk_clock", "fast-forward", Permission.CLOCK_READ, MACHINERY),
        ),
        *every_door(Door.DESK),
    ],
}


def entries_for(door: Door, permissions: Iterable[Permission]) -> list[MenuEntry]:
    held = frozenset(permissions)
    return [entry for entry in MENU[door] if entry.permission in held]


# Everybody's own pages: in the account menu, at every door.
ACCOUNT_MENU: list[AccountEntry] = [
    AccountEntry(_("Profile"), "account_profile", "user-round"),
    AccountEntry(_("Notifications"), "account_notifications", "bell"),
    AccountEntry(_("Security"), "mfa_index", "shield-check"),
    AccountEntry(_("Sessions"), "usersessions_list", "monitor-smartphone"),
    AccountEntry(_("Sign-in history"), "account_sign_ins", "history"),
]


def menu_for(door: Door, permissions: Iterable[Permission], path: str) -> list[ShownArea]:
    """What this person sees; the entry whose address the path begins with, the longest, is the current one."""
    entries = [(entry, reverse(entry.url_name)) for entry in entries_for(door, permissions)]
    here = max((url for _entry, url in entries if _leads_to(url, path)), key=len, default=None)
    areas: dict[str, list[ShownEntry]] = {}
    for entry, url in entries:
        shown = ShownEntry(str(entry.label), url, entry.icon, url == here)
        areas.setdefault(str(entry.area), []).append(shown)
    return [ShownArea(label, shown) for label, shown in areas.items()]


def shown_entries(entries: Iterable[AccountEntry], path: str) -> list[ShownEntry]:
    found = [(entry, reverse(entry.url_name)) for entry in entries]
    here = max((url for _entry, url in found if path.startswith(url)), key=len, default=None)
    return [ShownEntry(str(entry.label), url, entry.icon, url == here) for entry, url in found]


def _leads_to(url: str, path: str) -> bool:
    """An overview is current only on itself: every address of its door begins with it."""
    is_overview = url.count("/") <= 2  # noqa: PLR2004 - "/desk/"
    return path == url if is_overview else path.startswith(url)
