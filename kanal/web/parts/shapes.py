"""What templates of the parts are given: actions, facts, tabs, steps, a second screen, a timeline, progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kanal.web.parts.cells import Value

Text: TypeAlias = "str | Promise"
Kind: TypeAlias = "Literal['', 'primary', 'quiet', 'danger', 'destroy']"


FEW = 3  # changes that a timeline shows without being asked


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done with this now; with a `reason` it cannot, and the reason is shown on hover and focus.

    `is_asked` opens its page as a dialog where script runs.
    """

    label: Text
    url: str = ""
    icon: str = ""
    kind: Kind = ""
    reason: Text = ""
    is_asked: bool = False

    @property
    def slug(self) -> str:
        return slugify(str(self.label), allow_unicode=True)


@dataclass(frozen=True, slots=True)
class Fact:
    label: Text
    value: Value
    why_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the trail above a title."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class Tab:
    label: Text
    url: str
    is_current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Confirm:
    """The second screen: what is asked, the facts it is about, and the words on the button that does it."""

    question: Text
    submit: Text
    url: str
    cancel_url: str
    text: Text = ""
    facts: Sequence[Fact] = ()
    kind: Kind = "primary"
    fields: Sequence[tuple[str, str]] = ()
    form: Any = None
    refusal: Text = ""


@dataclass(frozen=True, slots=True)
class Changed:
    label: Text
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a timeline: who did what, when."""

    at: datetime
    who: Text
    what: Text
    about: Text = ""
    icon: str = "dot"
    note: Text = ""
    changes: Sequence[Changed] = field(default_factory=tuple)

    @property
    def has_many_changes(self) -> bool:
        return len(self.changes) > FEW


@dataclass(frozen=True, slots=True)
class Progress:
    """Work under way, as far as it truly is; `left` is None while nobody can know."""

    element: str
    label: Text
    done: int
    total: int
    url: str
    left: timedelta | None = None
    result_url: str = ""
    standing: Literal["running", "done", "failed"] = "running"

    @property
    def is_running(self) -> bool:
        return self.standing == "running"

    @property
    def done_in_words(self) -> str:
        words = {"done": _grouped(self.done), "total": _grouped(self.total)}
        return _("%(done)s of %(total)s") % words

    @property
    def left_in_words(self) -> str:
        if not self.is_running or self.left is None:
            return ""
        return _("%(time)s left") % {"time": in_words(self.left)}


def in_words(span: timedelta) -> str:
    """Rounded up to what one would say."""
    seconds = max(1, round(span.total_seconds()))
    if seconds < 60:  # noqa: PLR2004
        return ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    if minutes < 60:  # noqa: PLR2004
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = -(-minutes // 60)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _grouped(value: int) -> str:
    return number_format(value, force_grouping=True)
