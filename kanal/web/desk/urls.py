"""The desk of the provider's own staff, page by page."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, path

from kanal.web.access import Door
from kanal.web.desk import ledger, overview
from kanal.web.pages import audit, clock, customer_pages, jobs, mails, organizations, programme, report_pages
from kanal.web.pages.every_door import areas_of

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="desk_overview"),
    path("organizations/", organizations.organizations, name="desk_organizations"),
    path("organizations/<organization_id:organization_id>/", organizations.organization, name="desk_organization_of"),
    path(
        "organizations/<organization_id:organization_id>/billing-default/",
        organizations.billing_default,
        name="desk_billing_default",
    ),
    path("audit/", audit.audit, name="desk_audit"),
    path("audit/<audit_id:record_id>/", audit.audit_record, name="desk_audit_record"),
    path("ledger/", ledger.accounts, name="desk_ledger"),
    path("ledger/accounts/<account_id:account_id>/", ledger.account, name="desk_ledger_account"),
    path("ledger/transfers/", ledger.transfers, name="desk_ledger_transfers"),
    path("ledger/transfers/<transfer_id:transfer_id>/", ledger.transfer, name="desk_ledger_transfer"),
    path("ledger/prove/", ledger.prove, name="desk_prove_ledger"),
    path("ledger/progress/", ledger.progress, name="desk_ledger_progress"),
    path("mails/", mails.mails, name="desk_mails"),
    path("mails/<mail_id:mail_id>/", mails.mail, name="desk_mail"),
    path("mails/<mail_id:mail_id>/again/", mails.resend, name="desk_resend_mail"),
    path("jobs/", jobs.jobs, name="desk_jobs"),
    path("jobs/parked/<work_id:work_id>/release/", jobs.release, name="desk_release_work"),
    path("jobs/<job_id:job_id>/", jobs.job, name="desk_job"),
    path("jobs/<job_id:job_id>/again/", jobs.retry, name="desk_retry_job"),
    *programme.DESK,
    *report_pages.DESK,
    *customer_pages.DESK,
    *areas_of(Door.DESK),
]
if settings.KANAL_SANDBOX:
    urlpatterns += [
        path("clock/", clock.sandbox_clock, name="desk_clock"),
        path("clock/move/", clock.move, name="desk_move_clock"),
        path("clock/progress/", clock.progress, name="desk_clock_progress"),
    ]
