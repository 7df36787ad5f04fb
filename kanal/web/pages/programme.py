"""The addresses of the partner programme, door by door."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from kanal.identity.permissions import Permission
from kanal.web.access import Door, page
from kanal.web.pages import becoming_a_partner, contracts, own_organizations, partner_applications, partners
from kanal.web.request import PortalRequest

APPLICATION = "applications/<partner_application_id:application_id>/"
PARTNER = "partners/<partner_id:partner_id>/"
CONTRACT = "contracts/<contract_id:contract_id>/"
CONTRACT_FILE = "contract-files/<contract_file_id:file_id>/"
OWN = "own-organizations/<own_organization_id:own_id>/"

View = Callable[..., HttpResponseBase]


def behind(door: Door, view: View, may: Permission) -> View:
    """A page of two doors: at each address only whoever comes by that door."""

    @wraps(view)
    def marked(request: PortalRequest, **ids: Any) -> HttpResponseBase:
        return view(request, **ids)

    return page(door=door, may=may)(marked)


def contract_file_at(door: Door) -> View:
    return behind(door, contracts.contract_file, Permission.CONTRACTS_READ)


def own_organization_at(door: Door) -> View:
    return behind(door, own_organizations.own_organization, Permission.OWN_ORGANIZATIONS_READ)


CONSOLE: list[URLPattern] = [
    path("become-a-partner/", becoming_a_partner.become_a_partner, name="console_become_a_partner"),
    path("become-a-partner/apply/", becoming_a_partner.apply, name="console_apply_to_be_partner"),
    path("become-a-partner/withdraw/", becoming_a_partner.withdraw, name="console_withdraw_application"),
]
PARTNER_PORTAL: list[URLPattern] = [
    path("contract/", contracts.own_contracts, name="partner_contract"),
    path(CONTRACT_FILE, contract_file_at(Door.PARTNER), name="partner_contract_file"),
    path("own-organizations/", own_organizations.own_organizations, name="partner_own_organizations"),
    path("own-organizations/add/", own_organizations.add, name="partner_add_own_organization"),
    path("own-organizations/register/", own_organizations.register, name="partner_register_own_organization"),
    path(OWN, own_organization_at(Door.PARTNER), name="partner_own_organization"),
    path(f"{OWN}withdraw/", own_organizations.withdraw, name="partner_withdraw_own_organization"),
]
DESK: list[URLPattern] = [
    path("partners/applications/", partner_applications.applications, name="desk_partner_applications"),
    path("partners/applications/all/", partner_applications.every_application, name="desk_all_partner_applications"),
    path(f"partners/{APPLICATION}", partner_applications.application, name="desk_partner_application"),
    path(f"partners/{APPLICATION}approve/", partner_applications.approve, name="desk_approve_partner"),
    path(f"partners/{APPLICATION}reject/", partner_applications.reject, name="desk_reject_partner"),
    path("partners/", partners.partners, name="desk_partners"),
    path(PARTNER, partners.partner, name="desk_partner"),
    path(f"{PARTNER}account-manager/", partners.assign, name="desk_assign_account_manager"),
    path(f"{PARTNER}contracts/new/", contracts.record, name="desk_record_contract"),
    path(f"partners/{CONTRACT}", contracts.contract, name="desk_contract"),
    path(f"partners/{CONTRACT}change/", contracts.change, name="desk_change_contract"),
    path(f"partners/{CONTRACT_FILE}", contract_file_at(Door.DESK), name="desk_contract_file"),
    path("partners/own-organizations/", own_organizations.all_of_them, name="desk_own_organizations"),
    path(f"partners/{OWN}", own_organization_at(Door.DESK), name="desk_own_organization"),
    path(f"partners/{OWN}confirm/", own_organizations.confirm, name="desk_confirm_own_organization"),
    path(f"partners/{OWN}reject/", own_organizations.reject, name="desk_reject_own_organization"),
]
