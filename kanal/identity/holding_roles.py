"""Which roles somebody may be given, and who must stay.

ID-6  Members hold roles of their organization's kind; sales can be limited to their own customers; the last admin or
      owner cannot be removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kanal.identity.models import Membership, Organization
from kanal.identity.queries import members_of
from kanal.identity.roles import HEADS, LIMITABLE, in_order, roles_of_kind
from kanal.kit.refusal import Refusal


@dataclass(eq=False)
class NoRole(Refusal):
    code = "no_role"
    field = "roles"

    def __str__(self) -> str:
        return _("Choose at least one role; to take all of them away, end the membership.")


@dataclass(eq=False)
class RoleNotHere(Refusal):
    code = "role_not_here"
    field = "roles"
    role: str

    def __str__(self) -> str:
        return _("There is no role “%(role)s” in this organization; choose one from the list.") % self.words()


@dataclass(eq=False)
class LimitIsForSales(Refusal):
    code = "limit_is_for_sales"
    field = "own_customers_only"

    def __str__(self) -> str:
        return _("Only someone who is in sales and nothing else can be limited to their own customers.")


@dataclass(eq=False)
class LastHead(Refusal):
    code = "last_head"
    organization: str
    role: str

    def __str__(self) -> str:
        return _("Nobody else at %(organization)s is “%(role)s”. Give somebody else that role first.") % self.words()


def checked_roles(organization: Organization, roles: Sequence[str], *, own_customers_only: bool) -> list[str]:
    """The roles in order, each once, or why they cannot be given."""
    known = set(roles_of_kind(organization.kind))
    for role in roles:
        if role not in known:
            raise RoleNotHere(role=role)
    if not roles:
        raise NoRole
    if own_customers_only and not set(roles) <= LIMITABLE:
        raise LimitIsForSales
    return in_order(roles)


def role_facts(roles: Sequence[str], *, own_customers_only: bool) -> dict[str, object]:
    """For the record: the limit only where there is one."""
    return {"roles": list(roles), **({"own_customers_only": True} if own_customers_only else {})}


def check_a_head_stays(organization: Organization, leaving: Membership) -> None:
    """Called under the organization's lock: two who leave at once are decided one after the other."""
    head = HEADS[organization.kind]
    others = members_of(organization).filter(roles__contains=[head], person__is_active=True)
    if head in leaving.roles and not others.exclude(id=leaving.id).exists():
        raise LastHead(organization=organization.name, role=str(head.label))
