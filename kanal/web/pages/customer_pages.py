"""The addresses of partners' customers, door by door."""

from __future__ import annotations

from django.urls import URLPattern, path

from kanal.web.pages import (
    account,
    account_acts,
    accounts,
    adding_customers,
    customer_links,
    deciding_customers,
    my_partner,
    unlinking,
)

CUSTOMER = "<customer_id:customer_id>/"
INVITATION = f"partner-invitations/{CUSTOMER}"

PARTNER_PORTAL: list[URLPattern] = [
    path("accounts/", accounts.accounts, name="partner_accounts"),
    path("accounts/add/", adding_customers.add, name="partner_add_customers"),
    path("accounts/add/check/", adding_customers.check_row, name="partner_check_customer_row"),
    path("accounts/added/<str:batch>/", adding_customers.added, name="partner_customers_added"),
    path(f"accounts/{CUSTOMER}", account.account, name="partner_account"),
    path(f"accounts/{CUSTOMER}rename/", account_acts.rename, name="partner_account_rename"),
    path(f"accounts/{CUSTOMER}assign/", account_acts.assign, name="partner_account_assign"),
    path(f"accounts/{CUSTOMER}again/", account_acts.again, name="partner_account_again"),
    path(f"accounts/{CUSTOMER}withdraw/", account_acts.withdraw, name="partner_account_withdraw"),
    path(f"accounts/{CUSTOMER}unlink/", unlinking.by_partner, name="partner_account_unlink"),
]
CONSOLE: list[URLPattern] = [
    path("my-partner/", my_partner.my_partner, name="console_my_partner"),
    path("my-partner/unlink/", unlinking.by_customer, name="console_unlink"),
    path("partner-invitations/", my_partner.invitations, name="console_partner_invitations"),
    path(INVITATION, my_partner.invitation, name="console_partner_invitation"),
    path(f"{INVITATION}accept/", my_partner.accept, name="console_accept_partner"),
    path(f"{INVITATION}decline/", my_partner.decline, name="console_decline_partner"),
]
DESK: list[URLPattern] = [
    path("customers/", customer_links.waiting, name="desk_customers"),
    path("customers/all/", customer_links.everyone, name="desk_all_customers"),
    path("customers/unlinkings/", customer_links.partings, name="desk_unlinkings"),
    path("customers/decide/", deciding_customers.decide_many, name="desk_decide_customers"),
    path(f"customers/{CUSTOMER}", customer_links.customer, name="desk_customer"),
    path(f"customers/{CUSTOMER}approve/", deciding_customers.approve, name="desk_approve_customer"),
    path(f"customers/{CUSTOMER}reject/", deciding_customers.reject, name="desk_reject_customer"),
    path(f"customers/{CUSTOMER}unlink/", unlinking.by_desk, name="desk_unlink_customer"),
]
