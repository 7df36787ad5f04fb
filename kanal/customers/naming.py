"""What a link is found and ordered by: set together, saved together."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.customers.models import CustomerLink
from kanal.identity.tidy import tidy
from kanal.kit.keys import search_key, sort_key
from kanal.kit.refusal import Refusal

NAME_FIELDS = ["friendly_name", "search_key", "sort_key"]
LONGEST_NAME = 120


@dataclass(eq=False)
class FriendlyNameTooLong(Refusal):
    code = "friendly_name_too_long"
    field = "friendly_name"
    longest: int

    def __str__(self) -> str:
        return _("A friendly name has at most %(longest)d characters; shorten it.") % self.words()


def checked_friendly_name(name: str) -> str:
    tidied = tidy(name)
    if len(tidied) > LONGEST_NAME:
        raise FriendlyNameTooLong(longest=LONGEST_NAME)
    return tidied


def give_friendly_name(link: CustomerLink, name: str) -> CustomerLink:
    """Not saved: whoever calls saves NAME_FIELDS with whatever else it changes.

    The customer's own name is among the words once it is confirmed; before, the partner does not know it.
    """
    known = link.customer.name if link.customer and link.confirmed_at else ""
    link.friendly_name = name
    link.search_key = search_key(f"{name} {link.email} {known}")
    link.sort_key = sort_key(link.shown_name)
    return link
