"""Add customers from a file: each row is checked with all others, and asked as a row of the form is.

LINK-1 Each row succeeds or fails by itself; the same e-mail twice in a file is told; rows per partner and day are
       limited.
LINK-3 To the partner a row answers only: invitation sent, twice in this file, that is you, or cannot be added now.
       Checking looks at nothing but the file and who asks, so it tells nothing of who an address belongs to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kanal.batches.kinds import Answer, Asking, BatchKind, Checked, Judgement, Task
from kanal.batches.models import Batch
from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization
from kanal.identity.permissions import Permission
from kanal.identity.queries import members_of
from kanal.kit.actor import Actor
from kanal.kit.period import local_date, start_of_day
from kanal.kit.refusal import Refusal
from kanal.kit.sheets.columns import SheetColumn, heading_key, in_both_languages
from kanal.onboarding.invite_customer import RoleUnknown, Wish, invite_customers
from kanal.onboarding.models import InvitedRow
from kanal.onboarding.queries import rows_since

MOST_ROWS = 2_000
AT_ONCE = 100  # the partner's own row is locked meanwhile, so that another of its forms waits no longer than that
PAGE = "/partner/accounts/files/"
Role, Word = CustomerLink.Role, InvitedRow.Answer

COLUMNS = (
    SheetColumn(
        name="email",
        label=gettext_lazy("E-mail"),
        example="an.nguyen@example.com",
        note=gettext_lazy("The address that the customer signs in with"),
        also=("mail", "email address", "địa chỉ email", "email khách hàng"),
    ),
    SheetColumn(
        name="friendly_name",
        label=gettext_lazy("Friendly name"),
        example="An Phát",
        note=gettext_lazy("Only you see it"),
        is_required=False,
        also=("name", "tên", "customer name", "tên khách hàng"),
    ),
    SheetColumn(
        name="role",
        label=gettext_lazy("Role"),
        example=Role.PARTNER.label,
        note=gettext_lazy("What you are to the customer; left empty, it is the first"),
        is_required=False,
        choices=tuple(role.label for role in Role),
    ),
)
ROLES = {heading_key(text): role.value for role in Role for text in (role.value, *in_both_languages(role.label))}


@dataclass(eq=False)
class MoreThanADay(Refusal):
    code = "more_rows_than_a_day"
    field = "file"
    most: int
    left: int

    def __str__(self) -> str:
        words = {name: number_format(number, force_grouping=True) for name, number in self.words().items()}
        return (
            _("At most %(most)s rows a day can be asked for; %(left)s are left today. Keep so many in the file.")
            % words
        )


def check_rows(rows: Sequence[dict[str, str]], asking: Asking) -> Judgement:
    judged = [_understood(row) for row in rows]
    own = set(members_of(asking.organization).values_list("person__email", flat=True))
    seen: set[str] = set()
    for place, checked in enumerate(judged):
        email = str(checked.facts["email"])
        if checked.problem is None and (email in seen or email in own):
            word = Word.TWICE if email in seen else Word.YOU
            judged[place] = Checked(checked.facts, _said(word))
        seen.add(email)
    to_do = sum(checked.problem is None for checked in judged)
    return Judgement(judged, obstacle=_beyond_the_day(asking.organization, to_do, asking.at))


def _understood(row: dict[str, str]) -> Checked:
    typed = {"email": row["email"].lower(), "friendly_name": row.get("friendly_name", "")}
    try:
        wish = Wish(**typed, role=_role(row.get("role", ""))).checked()
    except Refusal as refusal:
        return Checked(typed, Answer.of(refusal))
    return Checked({"email": wish.email, "friendly_name": wish.friendly_name, "role": wish.role})


def _role(text: str) -> str:
    if not text:
        return Role.PARTNER
    if heading_key(text) not in ROLES:
        raise RoleUnknown(role=text)
    return ROLES[heading_key(text)]


def _beyond_the_day(partner: Organization, to_do: int, at: datetime) -> Answer | None:
    zone = ZoneInfo(settings.TIME_ZONE)
    most = settings.KANAL_CUSTOMER_ROWS_A_DAY
    left = max(most - rows_since(partner, start_of_day(local_date(at, zone), zone)).count(), 0)
    return Answer.of(MoreThanADay(most=most, left=left)) if to_do > left else None


def invite_rows(tasks: Sequence[Task], *, organization: Organization, by: Actor, at: datetime) -> Sequence[Answer]:
    batch = str(tasks[0].batch_id)
    wishes = {task.line: Wish(**{name: str(value) for name, value in task.facts.items()}) for task in tasks}
    rows = invite_customers(partner=organization, wishes=wishes, batch=batch, by=by, at=at)
    return [_said(Word(rows[task.line].answer)) for task in tasks]


def _said(word: InvitedRow.Answer) -> Answer:
    return Answer.yes(word, word.label) if word == Word.SENT else Answer.no(word, word.label)


def page_of(batch: Batch) -> str:
    return f"{PAGE}{batch.public_id}/"


ADD_CUSTOMERS = BatchKind(
    name="add_customers",
    columns=COLUMNS,
    most=MOST_ROWS,
    at_once=AT_ONCE,
    permission=Permission.CUSTOMERS_MANAGE,
    notice="customers_added",
    page=page_of,
    check=check_rows,
    carry_out=invite_rows,
)
