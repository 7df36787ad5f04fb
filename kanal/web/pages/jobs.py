"""The machinery at the desk: what waits, what runs, what has failed, and starting it again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from kanal.audit.queries import timeline_of
from kanal.audit.record import Subject, recorded
from kanal.identity.permissions import Permission
from kanal.kit import clock
from kanal.kit.ids import public_id
from kanal.kit.models import Outbox
from kanal.kit.operator_queries import jobs_by_status, outbox_state, parked_work, worker_heartbeats
from kanal.kit.queries import all_jobs, last_tick, parked_work_of, troubles_of
from kanal.kit.queue import NO_BOOK
from kanal.kit.refusal import Refusal
from kanal.kit.release_work import release_work
from kanal.kit.retry_job import retry_job
from kanal.web.access import Door, page
from kanal.web.converters import BookId, book_kind, local_kind
from kanal.web.listing import Choice, Column, Empty, Kind, Listing
from kanal.web.overview import Figure
from kanal.web.pages.here import ask
from kanal.web.pages.work_names import WORK, work_in_words
from kanal.web.parts.cells import Status
from kanal.web.parts.shapes import Action, Confirm, Fact, Happened, Step, in_words
from kanal.web.parts.timeline import happened
from kanal.web.request import PortalRequest

local_kind("job_id", "job")
book_kind("work_id", "wrk")

LATE = timedelta(minutes=2)  # for work in the outbox and for the tick, which both look again within a minute
SILENCE = 60  # seconds after which a worker that was not heard of does not count
PARKED_SHOWN = 50
STATES: dict[str, tuple[str, str | Promise]] = {
    "todo": ("WAITING", gettext_lazy("Waiting")),
    "doing": ("RUNNING", gettext_lazy("Running")),
    "failed": ("FAILED", gettext_lazy("Failed")),
    "succeeded": ("SUCCEEDED", gettext_lazy("Done")),
    "cancelled": ("ENDED", gettext_lazy("Cancelled")),
    "aborted": ("ENDED", gettext_lazy("Broken off")),
}


def status_of(job: ProcrastinateJob) -> Status:
    code, label = STATES.get(job.status, (job.status.upper(), job.status))
    return Status(code, label)


def trouble_of(job: ProcrastinateJob) -> str | None:
    """Joined to each job by the query."""
    return getattr(job, "trouble", None)


def id_of(job: ProcrastinateJob) -> UUID:
    """Jobs are counted; in addresses they look like everything else."""
    return UUID(int=job.id)


JOBS = Listing[ProcrastinateJob](
    name="jobs",
    title=gettext_lazy("Jobs"),
    columns=[
        Column("work", gettext_lazy("Work"), lambda job: work_in_words(job.task_name)),
        Column("state", gettext_lazy("State"), status_of, kind=Kind.BADGE),
        Column("tries", gettext_lazy("Tries"), lambda job: job.attempts, kind=Kind.NUMBER),
        Column("next", gettext_lazy("Not before"), lambda job: job.scheduled_at, kind=Kind.MOMENT),
        Column("trouble", gettext_lazy("Last trouble"), trouble_of),
        Column("number", gettext_lazy("Number"), lambda job: job.id, kind=Kind.NUMBER, sort="id"),
    ],
    order="-number",
    filters=[
        Choice(
            "state",
            gettext_lazy("State"),
            [(code, STATES[code][1]) for code in ("todo", "doing", "failed", "cancelled", "aborted")],
            lambda rows, state: rows.filter(status=state),
        ),
        Choice(
            "work", gettext_lazy("Work"), lambda: sorted(WORK.items()), lambda rows, name: rows.filter(task_name=name)
        ),
    ],
    link=lambda job: reverse("desk_job", args=[id_of(job)]),
    empty=Empty(
        gettext_lazy("Nothing waits and nothing has failed"),
        gettext_lazy("Work that is done disappears from here; what fails stays until somebody looks at it."),
        icon="circle-check",
    ),
)


@require_safe
@page(door=Door.DESK, may=Permission.JOBS_READ)
def jobs(request: PortalRequest) -> HttpResponseBase:
    context = {"figures": figures(), "parked": parked_shown(request)}
    return JOBS.answer(request, all_jobs(), "desk/jobs.html", context)


def figures() -> list[Figure]:
    outbox, counts, now = outbox_state(), jobs_by_status(), clock.real_now()
    waits = now - outbox.oldest_at if outbox.oldest_at else timedelta()
    living = [seconds for seconds in worker_heartbeats() if seconds < SILENCE]
    return [
        Figure(
            _("In the outbox"),
            grouped(outbox.waiting),
            note=_("oldest %(time)s") % {"time": in_words(waits)} if outbox.waiting else "",
            standing="bad" if waits > LATE else "",
        ),
        Figure(_("Jobs waiting"), grouped(counts["todo"])),
        Figure(_("Jobs running"), grouped(counts["doing"])),
        Figure(
            _("Jobs failed"),
            grouped(counts["failed"]),
            url=f"{reverse('desk_jobs')}?state=failed",
            standing="bad" if counts["failed"] else "",
        ),
        Figure(_("Parked"), grouped(outbox.parked), standing="bad" if outbox.parked else ""),
        figure_of_workers(len(living)),
    ]


def figure_of_workers(living: int) -> Figure:
    """One that lives and does not tick is no good either."""
    run = last_tick()
    ago = clock.real_now() - run.ended_at if run and run.ended_at else timedelta()
    if run is None:
        note = _("never ticked")
    else:
        note = _("ticking now") if run.is_running else _("ticked %(time)s ago") % {"time": in_words(ago)}
    is_well = bool(living and run and ago <= LATE)
    return Figure(_("Workers at work"), grouped(living), note=note, standing="" if is_well else "bad")


def grouped(value: int) -> str:
    return number_format(value, force_grouping=True)


def parked_shown(request: PortalRequest) -> list[dict[str, object]]:
    may = Permission.JOBS_RETRY in request.permissions
    return [
        {
            "name": work_in_words(work.name),
            "why": work.get_parked_display(),
            "trouble": work.trouble,
            "asked_at": work.asked_at,
            "actions": [
                Action(
                    _("Release"),
                    reverse("desk_release_work", args=[(work.book_id, work.id)]) if may else "",
                    reason="" if may else not_yours(),
                    is_asked=True,
                )
            ],
        }
        for work in parked_work(PARKED_SHOWN)
    ]


def not_yours() -> str:
    return _("Only administrators and support start work again.")


# --- One job -----------------------------------------------------------------------------------------------------


def job_or_404(job_id: UUID) -> ProcrastinateJob:
    found = all_jobs().filter(id=job_id.int).first() if job_id.int < 1 << 63 else None
    if found is None:
        raise Http404
    return found


def subject_of(job: ProcrastinateJob) -> Subject:
    return Subject("job", str(job.id), job.task_name)


@require_safe
@page(door=Door.DESK, may=Permission.JOBS_READ)
def job(request: PortalRequest, job_id: UUID) -> HttpResponse:
    found = job_or_404(job_id)
    context = {
        "title": work_in_words(found.task_name),
        "trail": trail(),
        "status": status_of(found),
        "facts": facts_of(found),
        "actions": [start_again(request, found)],
        "timeline": history_of(found),
    }
    return render(request, "detail.html", context)


def trail(found: ProcrastinateJob | None = None) -> tuple[Step, ...]:
    steps = [Step(_("Jobs"), reverse("desk_jobs"))]
    if found:
        steps.append(Step(work_in_words(found.task_name), reverse("desk_job", args=[id_of(found)])))
    return tuple(steps)


def facts_of(found: ProcrastinateJob) -> list[Fact]:
    """What it is about, but not what is said to whom: that may be a secret link."""
    told = found.args.get("facts", {})
    facts = [
        Fact(_("Number"), found.id),
        Fact(_("Tries"), found.attempts),
        Fact(_("Not before"), found.scheduled_at),
        Fact(_("Last trouble"), trouble_of(found)),
        Fact(_("Kind"), told.get("kind")),
        Fact(_("Cause"), told.get("cause")),
        Fact(_("Book"), str(found.args.get("book_id", ""))),
        Fact(_("Asked for"), str(found.args.get("asked_at", ""))),
        Fact(_("Work"), public_id("wrk", UUID(found.args["work_id"]), found.args["book_id"])),
    ]
    return [fact for fact in facts if fact.value not in (None, "")]


def history_of(found: ProcrastinateJob) -> list[Happened]:
    tries = [
        Happened(
            trouble.noted_at, _("Kanal itself"), _("Try %(n)d failed") % {"n": trouble.attempt}, note=trouble.trouble
        )
        for trouble in troubles_of(found.id)
    ]
    acts = happened(timeline_of(subject_of(found), books=[NO_BOOK]))
    return sorted([*tries, *acts], key=lambda line: line.at, reverse=True)


def start_again(request: PortalRequest, found: ProcrastinateJob) -> Action:
    if Permission.JOBS_RETRY not in request.permissions:
        return Action(_("Start again"), icon="rotate-ccw", reason=not_yours())
    if found.status != "failed":
        return Action(_("Start again"), icon="rotate-ccw", reason=_("Only a job that has failed is started again."))
    return Action(_("Start again"), reverse("desk_retry_job", args=[id_of(found)]), icon="rotate-ccw", is_asked=True)


@require_http_methods(["GET", "HEAD", "POST"])
@page(door=Door.DESK, may=Permission.JOBS_RETRY)
def retry(request: PortalRequest, job_id: UUID) -> HttpResponseBase:
    found = job_or_404(job_id)
    refusal = ""
    if request.method == "POST":
        done = recorded("job.retried", subject_of(found), by=request.actor, at=request.at)
        try:
            retry_job(found.id, beside=[done])
        except Refusal as no:
            refusal = str(no)
        else:
            messages.success(request, _("“%(work)s” is started again.") % {"work": work_in_words(found.task_name)})
            return redirect("desk_jobs")
    confirm = Confirm(
        _("Start this job again?"),
        _("Start again"),
        url=reverse("desk_retry_job", args=[job_id]),
        cancel_url=reverse("desk_job", args=[job_id]),
        text=_("What it had done already is not done twice."),
        facts=[
            Fact(_("Work"), work_in_words(found.task_name)),
            Fact(_("Last trouble"), trouble_of(found)),
        ],
        refusal=refusal,
    )
    return ask(request, _("Start again"), confirm, *trail(found))


@require_http_methods(["GET", "HEAD", "POST"])
@page(door=Door.DESK, may=Permission.JOBS_RETRY)
def release(request: PortalRequest, work_id: BookId) -> HttpResponseBase:
    work = parked_or_404(work_id)
    refusal = ""
    if request.method == "POST":
        subject = Subject("work", work.public_id, work.name)
        done = recorded("outbox.released", subject, by=request.actor, at=request.at, book_id=work.book_id)
        try:
            release_work(work, beside=[done])
        except Refusal as no:
            refusal = str(no)
        else:
            messages.success(request, _("“%(work)s” is looked at again.") % {"work": work_in_words(work.name)})
            return redirect("desk_jobs")
    confirm = Confirm(
        _("Release this work?"),
        _("Release"),
        url=reverse("desk_release_work", args=[work_id]),
        cancel_url=reverse("desk_jobs"),
        text=_("If what stands in its way is not mended, it is parked again."),
        facts=[Fact(_("Work"), work_in_words(work.name)), Fact(_("Why"), work.get_parked_display())],
        refusal=refusal,
    )
    return ask(request, _("Release"), confirm, *trail())


def parked_or_404(work_id: BookId) -> Outbox:
    found = parked_work_of(work_id.book_id, work_id.id)
    if found is None:
        raise Http404
    return found
