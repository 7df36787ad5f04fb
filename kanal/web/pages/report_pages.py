"""The addresses of reports and histories, door by door."""

from __future__ import annotations

from django.urls import URLPattern, path

from kanal.web.pages import credit_history, credit_reports

ACCOUNT = "<account_id:account_id>/"
OF_ORGANIZATION = "organizations/<organization_id:organization_id>/credit-history/"

PARTNER_PORTAL: list[URLPattern] = [
    path("reports/credit-topped-up/", credit_reports.topped_up, name="partner_credit_topped_up"),
    path("reports/credit-used/", credit_reports.used, name="partner_credit_used"),
    path("reports/credit-summary/", credit_reports.summary, name="partner_credit_summary"),
    path("reports/credit-history/", credit_history.partners_own, name="partner_credit_history"),
    path(f"reports/credit-history/{ACCOUNT}", credit_history.partners, name="partner_credit_history_of"),
]
CONSOLE: list[URLPattern] = [
    path("credit-history/", credit_history.customers_own, name="console_credit_history"),
    path(f"credit-history/{ACCOUNT}", credit_history.customers, name="console_credit_history_of"),
]
DESK: list[URLPattern] = [
    path(OF_ORGANIZATION, credit_history.at_the_desk, name="desk_credit_history"),
    path(f"{OF_ORGANIZATION}{ACCOUNT}", credit_history.one_at_the_desk, name="desk_credit_history_of"),
]
