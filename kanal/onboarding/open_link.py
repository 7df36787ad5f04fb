"""A link read again under its lock, in the state that an act needs; shared by the verbs of this room.

Locks are taken in one order: the provider, the customer, the partner, the link.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kanal.customers.models import CustomerLink
from kanal.kit.locked import locked
from kanal.kit.refusal import Refusal

State = CustomerLink.State


@dataclass(eq=False)
class LinkHasMovedOn(Refusal):
    """Somebody was faster, or the time is over: where it stands now."""

    code = "customer_link_moved_on"
    state: str

    def __str__(self) -> str:
        sentences = {
            State.AWAITING_CUSTOMER: _("The customer has not answered yet; wait for the answer."),
            State.DECLINED: _("The invitation was declined. Add the customer again if that was a mistake."),
            State.NO_RESPONSE: _("The invitation was not answered in time. Ask to be invited again."),
            State.AWAITING_PROVIDER: _("The invitation was accepted; the provider decides next."),
            State.CONFIRMED: _("The customer is confirmed already; nothing is left to do."),
            State.REJECTED: _("The provider has rejected it already; the customer may be added again."),
            State.UNLINKED: _("The customer and the partner are no longer linked."),
            State.WITHDRAWN: _("The partner has taken the invitation back; there is nothing to answer."),
        }
        return sentences[State(self.state)]


def locked_link(link: CustomerLink, *states: CustomerLink.State, at: datetime) -> CustomerLink:
    """LinkHasMovedOn where it is in none of these states."""
    link = locked(link)
    check_state(link, states, at=at)
    return link


def check_state(link: CustomerLink, states: Collection[CustomerLink.State], *, at: datetime) -> None:
    if link.standing(at) not in states:
        raise LinkHasMovedOn(state=link.standing(at))
