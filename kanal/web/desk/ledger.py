"""The ledger at the desk: accounts and their lines, transfers, the last proof, and asking for a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from kanal.audit.record import Subject, record
from kanal.identity.operator_queries import all_organizations
from kanal.identity.permissions import Permission
from kanal.kit.ids import public_id
from kanal.kit.money import Money
from kanal.ledger import operator_queries, queries
from kanal.ledger.flows import Kind as AccountKind
from kanal.ledger.models import Account, Entry, Proof, Transfer
from kanal.ledger.names import PROVIDER
from kanal.ledger.run_proof import ask_for_proof
from kanal.ledger.statement import INSTANT, sequence_at
from kanal.web.access import Door, page
from kanal.web.converters import BookId, book_kind
from kanal.web.desk.ledger_words import act_in_words, kind_in_words
from kanal.web.listing import Choice, Column, Days, Empty, Kind, Link, Listing, Status, Two
from kanal.web.overview import Figure
from kanal.web.pages.here import ask
from kanal.web.parts.shapes import Action, Confirm, Fact, Progress, Step, Tab
from kanal.web.request import PortalRequest

book_kind("transfer_id", "trf")

SHOWN_BACK = timedelta(days=31)  # of transfers of all books, unless a day is chosen
STATES = {
    Account.State.OPEN: "ACTIVE",
    Account.State.FROZEN: "SUSPENDED",
    Account.State.CLOSED: "ENDED",
}


# --- Names beside rows -------------------------------------------------------------------------------------------


def with_owners(accounts: Sequence[Account]) -> None:
    """Whose they are, in one more query."""
    owners = {row.owner_id for row in accounts} - {PROVIDER}
    names = {each.id: each.name for each in all_organizations().filter(id__in=owners)} if owners else {}
    for row in accounts:
        row.owner_name = names.get(row.owner_id, "") if row.owner_id != PROVIDER else _("Provider")  # type: ignore[attr-defined]


def title_of(account: Account) -> str:
    owner = getattr(account, "owner_name", "")
    return f"{kind_in_words(account.kind)} {account.currency}{f' · {owner}' if owner else ''}"


def account_url(account: Account) -> str:
    return reverse("desk_ledger_account", args=[(account.book_id, account.id)])


def transfer_url(book_id: int, transfer_id: UUID) -> str:
    return reverse("desk_ledger_transfer", args=[(book_id, transfer_id)])


def state_of(account: Account) -> Status:
    state = Account.State(account.state)
    return Status(STATES[state], state.label)


# --- Accounts ----------------------------------------------------------------------------------------------------

ACCOUNTS = Listing[Account](
    name="ledger_accounts",
    title=gettext_lazy("Accounts"),
    columns=[
        Column("owner", gettext_lazy("Owner"), lambda row: getattr(row, "owner_name", "")),
        Column("kind", gettext_lazy("Kind"), lambda row: Two(kind_in_words(row.kind), row.kind)),
        Column("balance", gettext_lazy("Balance"), lambda row: row.balance, kind=Kind.MONEY),
        Column("held", gettext_lazy("Held"), lambda row: row.held, kind=Kind.MONEY),
        Column("available", gettext_lazy("Available"), lambda row: row.available, kind=Kind.MONEY, shown=False),
        Column("state", gettext_lazy("State"), state_of, kind=Kind.BADGE),
        Column("lines", gettext_lazy("Lines"), lambda row: row.version, kind=Kind.NUMBER, shown=False),
        Column("moved", gettext_lazy("Last moved"), lambda row: row.moved_at, kind=Kind.MOMENT),
        Column("book", gettext_lazy("Book"), lambda row: row.book_id, kind=Kind.NUMBER, sort="book_id"),
    ],
    order="-book",
    filters=[
        Choice(
            "kind",
            gettext_lazy("Kind"),
            lambda: [(kind.value, kind_in_words(kind)) for kind in AccountKind],
            lambda rows, kind: rows.filter(kind=kind),
        ),
        Choice("state", gettext_lazy("State"), Account.State.choices, lambda rows, state: rows.filter(state=state)),
    ],
    link=account_url,
    empty=Empty(
        gettext_lazy("No accounts yet"),
        gettext_lazy("They open when money or a limit moves for the first time."),
        icon="landmark",
    ),
)


@require_safe
@page(door=Door.DESK, may=Permission.LEDGER_READ)
def accounts(request: PortalRequest) -> HttpResponseBase:
    context = {
        "title": _("Ledger"),
        "tabs": tabs("desk_ledger"),
        "figures": figures(),
        "progress": progress_of(operator_queries.last_proof()),
        "actions": [prove_action(request)],
    }
    return ACCOUNTS.answer(
        request, operator_queries.all_accounts().beside(with_owners), "desk/ledger/list.html", context
    )


def tabs(current: str) -> list[Tab]:
    listed = [(_("Accounts"), "desk_ledger"), (_("Transfers"), "desk_ledger_transfers")]
    return [Tab(label, reverse(name), name == current) for label, name in listed]


# --- The proof ---------------------------------------------------------------------------------------------------

OUTCOMES = {
    Proof.Outcome.TRUE: gettext_lazy("Everything adds up"),
    Proof.Outcome.BROKEN: gettext_lazy("Something does not add up"),
    Proof.Outcome.RUNNING: gettext_lazy("Being proved"),
    Proof.Outcome.STOPPED: gettext_lazy("Cut off"),
}


def figures() -> list[Figure]:
    proof, checkpoint = operator_queries.last_proof(), operator_queries.last_checkpoint()
    if proof is None:
        proved = Figure(_("Last proof"), _("Never"), standing="warn")
    else:
        outcome = Proof.Outcome(proof.outcome)
        standing = "bad" if outcome == Proof.Outcome.BROKEN else ""
        proved = Figure(_("Last proof"), str(OUTCOMES[outcome]), note=fault_in_words(proof), standing=standing)
    return [
        proved,
        Figure(_("Transfers proved"), number_format(proof.transfers if proof else 0, force_grouping=True)),
        Figure(_("Last signed day"), date_format(checkpoint.day, "SHORT_DATE_FORMAT") if checkpoint else _("Never")),
    ]


def fault_in_words(proof: Proof) -> str:
    """The first row that does not fit, by the number under which it can be looked up."""
    fault = proof.first_fault or {}
    book_id, transfer_id, account_id = (fault.get(name) for name in ("book_id", "transfer_id", "account_id"))
    if transfer_id:
        return _("first at transfer %(number)s") % {"number": public_id("trf", UUID(transfer_id), book_id)}
    if account_id:
        return _("first at account %(number)s") % {"number": public_id("acc", UUID(account_id), book_id)}
    return _("first in book %(book)s") % {"book": book_id} if fault else ""


def progress_of(proof: Proof | None) -> Progress | None:
    """Only while it runs: what it found stands among the figures."""
    if proof is None or proof.outcome != Proof.Outcome.RUNNING:
        return None
    return Progress(
        element="ledger-proof",
        label=_("Books proved"),
        done=proof.books_done,
        total=proof.books or 1,
        url=reverse("desk_ledger_progress"),
    )


def prove_action(request: PortalRequest) -> Action:
    may = Permission.LEDGER_PROVE in request.permissions
    return Action(
        _("Prove now"),
        reverse("desk_prove_ledger") if may else "",
        icon="shield-check",
        kind="primary",
        reason="" if may else _("Only administrators and finance prove the ledger."),
        is_asked=True,
    )


@require_safe
@page(door=Door.DESK, may=Permission.LEDGER_READ)
def progress(request: PortalRequest) -> HttpResponse:
    """What the bar asks every two seconds; when it is done the whole page is shown anew."""
    shown = progress_of(operator_queries.last_proof())
    if not request.htmx:
        return redirect("desk_ledger")
    if shown is None:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "parts/progress.html", {"progress": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@page(door=Door.DESK, may=Permission.LEDGER_PROVE)
def prove(request: PortalRequest) -> HttpResponseBase:
    if request.method == "POST":
        proof = ask_for_proof(by=request.actor, at=request.at)
        record("ledger.proof_asked", Subject("ledger_proof", str(proof.id)), by=request.actor, at=request.at)
        messages.info(request, _("All books are being proved; this page shows how far it is."))
        return redirect("desk_ledger")
    confirm = Confirm(
        _("Prove all books now?"),
        _("Prove now"),
        url=reverse("desk_prove_ledger"),
        cancel_url=reverse("desk_ledger"),
        text=_("Every balance, sum and chain is computed again from the transfers. Nothing stands still meanwhile."),
    )
    return ask(request, _("Prove now"), confirm, Step(_("Ledger"), reverse("desk_ledger")))


# --- One account and its lines -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class LinesOfDays(Days):
    """Days of an account's lines: a stretch of its own sequence, found without looking at what lies between."""

    account: Account | None = None

    def apply(self, rows: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
        first, last = self.span(asked)
        assert self.account is not None
        if first:
            rows = rows.filter(sequence__gt=sequence_at(self.account.name, self._moment(first) - INSTANT))
        if last:
            end = self._moment(last + timedelta(days=1))
            rows = rows.filter(sequence__lte=sequence_at(self.account.name, end - INSTANT))
        return rows

    def _moment(self, day: date) -> datetime:
        start = self._start(day)
        assert isinstance(start, datetime)
        return start


def lines_of(account: Account) -> Listing[Entry]:
    currency = account.currency
    return Listing[Entry](
        name="ledger_lines",
        title=gettext_lazy("Lines"),
        columns=[
            Column("recorded", gettext_lazy("Recorded"), lambda row: row.recorded_at, kind=Kind.MOMENT),
            Column("act", gettext_lazy("Act"), lambda row: Two(act_in_words(row.act), row.note)),
            Column("phase", gettext_lazy("Step"), lambda row: phase_of(row.phase), kind=Kind.BADGE),
            Column("change", gettext_lazy("Change"), lambda row: Money(row.change, currency), kind=Kind.MONEY),
            Column(
                "balance",
                gettext_lazy("Balance after"),
                lambda row: Money(row.posted_in - row.posted_out, currency),
                kind=Kind.MONEY,
            ),
            Column("held", gettext_lazy("Held after"), lambda row: Money(row.held, currency), kind=Kind.MONEY),
            Column(
                "effective", gettext_lazy("Counts from"), lambda row: row.effective_at, kind=Kind.MOMENT, shown=False
            ),
            Column("actor", gettext_lazy("By"), lambda row: row.actor, shown=False),
            Column("sequence", gettext_lazy("Line"), lambda row: row.sequence, kind=Kind.NUMBER, sort="sequence"),
        ],
        order="-sequence",
        key="sequence",
        filters=[
            LinesOfDays("day", gettext_lazy("Recorded"), "recorded_at", account=account),
            Choice("phase", gettext_lazy("Step"), Transfer.Phase.choices, lambda rows, phase: rows.filter(phase=phase)),
        ],
        search=lambda rows, text: rows.filter(note__icontains=text),
        search_label=gettext_lazy("Search the notes"),
        link=lambda row: transfer_url(row.book_id, row.id),
        empty=Empty(gettext_lazy("No lines"), gettext_lazy("Nothing was moved here in this time."), icon="list"),
    )


PHASES = {
    Transfer.Phase.POSTED: "SUCCEEDED",
    Transfer.Phase.HELD: "WAITING",
    Transfer.Phase.RELEASED: "ENDED",
    Transfer.Phase.EXPIRED: "ENDED",
}


def phase_of(code: str) -> Status:
    phase = Transfer.Phase(code)
    return Status(PHASES[phase], phase.label)


@require_safe
@page(door=Door.DESK, may=Permission.LEDGER_READ)
def account(request: PortalRequest, account_id: BookId) -> HttpResponseBase:
    found = queries.account_numbered(*account_id)
    if found is None:
        raise Http404
    with_owners([found])
    context = {
        "title": title_of(found),
        "trail": [Step(_("Ledger"), reverse("desk_ledger"))],
        "status": state_of(found),
        "facts": facts_of_account(found),
    }
    return lines_of(found).answer(request, queries.entries_of(found), "desk/ledger/account.html", context)


def facts_of_account(found: Account) -> list[Fact]:
    proved = {"proved": number_format(queries.linked_through(found)), "lines": number_format(found.version)}
    facts = [
        Fact(_("Number"), public_id("acc", found.id, found.book_id)),
        Fact(_("Balance"), found.balance),
        Fact(_("Held"), found.held),
        Fact(_("Available"), found.available),
        Fact(_("Came in altogether"), Money(found.posted_in, found.currency)),
        Fact(_("Went out altogether"), Money(found.posted_out, found.currency)),
        Fact(_("Floor"), Money(found.floor, found.currency) if found.floor is not None else _("None")),
        Fact(
            _("Floor for measured use"),
            Money(found.deep_floor, found.currency) if found.deep_floor is not None else _("None"),
        ),
        Fact(_("Linked"), _("%(proved)s of %(lines)s lines") % proved),
        Fact(_("Opened"), found.opened_at),
        Fact(_("Detail"), found.detail),
    ]
    return [fact for fact in facts if fact.value != ""]


# --- Transfers ---------------------------------------------------------------------------------------------------


def with_accounts(transfers: Sequence[Transfer]) -> None:
    """Between which accounts they went: one query for each book on the page, and one for their owners."""
    sides: dict[int, set[UUID]] = {}
    for row in transfers:
        sides.setdefault(row.book_id, set()).update((row.source_id, row.target_id))
    found = {
        (book, id_): each for book, ids in sides.items() for id_, each in queries.accounts_numbered(book, ids).items()
    }
    with_owners(list(found.values()))
    for row in transfers:
        row.source, row.target = found[row.book_id, row.source_id], found[row.book_id, row.target_id]  # type: ignore[attr-defined]


def source_of(row: Transfer) -> Account:
    found: Account = row.source  # type: ignore[attr-defined]
    return found


def target_of(row: Transfer) -> Account:
    found: Account = row.target  # type: ignore[attr-defined]
    return found


TRANSFERS = Listing[Transfer](
    name="ledger_transfers",
    title=gettext_lazy("Transfers"),
    columns=[
        Column("recorded", gettext_lazy("Recorded"), lambda row: row.recorded_at, kind=Kind.MOMENT, sort="recorded_at"),
        Column("act", gettext_lazy("Act"), lambda row: Two(act_in_words(row.act), row.note)),
        Column("from", gettext_lazy("From"), lambda row: title_of(source_of(row))),
        Column("to", gettext_lazy("To"), lambda row: title_of(target_of(row))),
        Column(
            "amount", gettext_lazy("Amount"), lambda row: Money(row.amount, source_of(row).currency), kind=Kind.MONEY
        ),
        Column("phase", gettext_lazy("Step"), lambda row: phase_of(row.phase), kind=Kind.BADGE),
        Column("actor", gettext_lazy("By"), lambda row: row.actor, shown=False),
        Column("book", gettext_lazy("Book"), lambda row: row.book_id, kind=Kind.NUMBER, shown=False),
    ],
    order="-recorded",
    filters=[
        Days("day", gettext_lazy("Recorded"), "recorded_at"),
        Choice("phase", gettext_lazy("Step"), Transfer.Phase.choices, lambda rows, phase: rows.filter(phase=phase)),
    ],
    link=lambda row: transfer_url(row.book_id, row.id),
    empty=Empty(
        gettext_lazy("No transfers in this time"),
        gettext_lazy("Without a chosen day the last 31 days are shown; choose days to look further back."),
        icon="arrow-left-right",
    ),
)


@require_safe
@page(door=Door.DESK, may=Permission.LEDGER_READ)
def transfers(request: PortalRequest) -> HttpResponseBase:
    first, _last = Days("day", "", "recorded_at").span(request.GET)
    since = request.at - SHOWN_BACK if first is None else request.at - (request.at.date() - first + timedelta(days=2))
    rows = operator_queries.transfers_recorded(since).beside(with_accounts)
    context = {"title": _("Ledger"), "tabs": tabs("desk_ledger_transfers")}
    return TRANSFERS.answer(request, rows, "desk/ledger/list.html", context)


@require_safe
@page(door=Door.DESK, may=Permission.LEDGER_READ)
def transfer(request: PortalRequest, transfer_id: BookId) -> HttpResponse:
    found = queries.transfer_numbered(*transfer_id)
    if found is None:
        raise Http404
    with_accounts([found])
    group = queries.posting_rows(found.book_id, group_of(found))
    with_accounts(group)
    context = {
        "title": act_in_words(found.act),
        "trail": [Step(_("Ledger"), reverse("desk_ledger")), Step(_("Transfers"), reverse("desk_ledger_transfers"))],
        "status": phase_of(found.phase),
        "facts": facts_of_transfer(found),
        "group": [line_of_group(row, found) for row in group],
    }
    return render(request, "desk/ledger/transfer.html", context)


def group_of(found: Transfer) -> UUID:
    """A transfer's place in its group stands in the last sixteen bits of its id."""
    return UUID(int=found.id.int & ~0xFFFF)


def facts_of_transfer(found: Transfer) -> list[Fact]:
    source, target = source_of(found), target_of(found)
    ended = queries.resolution_of(found)
    facts = [
        Fact(_("Number"), public_id("trf", found.id, found.book_id)),
        Fact(_("Amount"), Money(found.amount, source.currency)),
        Fact(_("From"), Link(title_of(source), account_url(source))),
        Fact(_("To"), Link(title_of(target), account_url(target))),
        Fact(_("Recorded"), found.recorded_at),
        Fact(_("Counts from"), found.effective_at),
        Fact(_("Ends by itself"), found.expires_at),
        Fact(_("Note"), found.note),
        Fact(_("By"), found.actor),
        Fact(_("For"), f"{found.subject_kind} {found.subject_id}" if found.subject_id else ""),
        Fact(_("Resolves"), _link_to(found.book_id, found.earlier_id)),
        Fact(_("Resolved by"), _link_to(found.book_id, ended.id) if ended else ""),
        Fact(_("Request"), found.key),
    ]
    return [fact for fact in facts if fact.value not in (None, "")]


def _link_to(book_id: int, id_: UUID | None) -> Link | str:
    return Link(public_id("trf", id_, book_id), transfer_url(book_id, id_)) if id_ else ""


def line_of_group(row: Transfer, current: Transfer) -> dict[str, object]:
    source, target = source_of(row), target_of(row)
    return {
        "url": "" if row.id == current.id else transfer_url(row.book_id, row.id),
        "says": f"{title_of(source)} → {title_of(target)}",
        "amount": Money(row.amount, source.currency),
        "phase": phase_of(row.phase),
    }
