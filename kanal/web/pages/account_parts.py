"""What rooms above `customers` add to a partner's accounts: columns of the list, blocks of the page of one.

A room appends to these lists where it declares its own pages; nothing here knows what a wallet or a discount is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.utils.functional import Promise

from kanal.customers.models import Account, CustomerLink
from kanal.identity.permissions import Permission
from kanal.web.parts.declared import Column
from kanal.web.parts.shapes import Action
from kanal.web.request import PortalRequest

Rows: TypeAlias = "QuerySet[Account]"


def as_they_are(rows: Rows) -> Rows:
    return rows


@dataclass(frozen=True)
class AccountColumn:
    """`also` adds to the rows what the column reads, so that no row asks for itself."""

    column: Column[Account]
    permission: Permission
    also: Callable[[Rows], Rows] = as_they_are


@dataclass(frozen=True)
class Block:
    """A card on the page of one customer. `facts` answers None where it has nothing to show."""

    title: str | Promise
    template: str
    permission: Permission
    facts: Callable[[PortalRequest, CustomerLink], dict[str, Any] | None]


@dataclass(frozen=True)
class ShownBlock:
    title: str
    template: str
    facts: dict[str, Any]


COLUMNS: list[AccountColumn] = []  # they stand between the role and the status
BLOCKS: list[Block] = []  # they stand below the facts, in this order
ACTIONS: list[Callable[[PortalRequest, Account | CustomerLink], list[Action]]] = []  # before the house's own


def columns_for(request: PortalRequest) -> list[AccountColumn]:
    return [each for each in COLUMNS if each.permission in request.permissions]


def blocks_for(request: PortalRequest, link: CustomerLink) -> list[ShownBlock]:
    found = [(block, block.facts(request, link)) for block in BLOCKS if block.permission in request.permissions]
    return [ShownBlock(str(block.title), block.template, facts) for block, facts in found if facts is not None]
