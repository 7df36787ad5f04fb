"""Which tables of a block are bound to a book: their book_id must equal something that is known.

That is a value, a list, a subquery, another block's column, or the book_id of a table in the same block that is bound
itself. Two tables that only equal each other ask every shard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kanal.kit.db.brackets import Group, Node, index_of, opened, split, starts_a_block

BOOK = "book_id"
ROOT = ""  # something outside the block's own book tables: a value, another block, a subquery


@dataclass(slots=True)
class Block:
    """One SELECT, UPDATE, DELETE or INSERT: the book tables it touches by the name it gives them, and the rest."""

    verb: str
    tables: dict[str, str] = field(default_factory=dict)  # alias: table
    others: set[str] = field(default_factory=set)  # what else stands after FROM
    conditions: list[Condition] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Condition:
    """`binds` are the tables whose rows it can leave out: what an outer join says never narrows its outer side."""

    nodes: list[Node]
    binds: frozenset[str] | None = None


def unbound(block: Block) -> list[str]:
    """From what is bound to what equals it, as far as the conditions lead."""
    ways = {
        (one, other)
        for condition in block.conditions
        for link in equalities(condition.nodes, block)
        for one, other in (link, link[::-1])
        if condition.binds is None or other in condition.binds
    }
    bound, reached = {ROOT}, {ROOT}
    while reached:
        reached = {other for one, other in ways if one in bound} - bound
        bound |= reached
    return sorted(table for alias, table in block.tables.items() if alias not in bound)


def equalities(nodes: list[Node], block: Block) -> set[tuple[str, str]]:
    """What must be equal for the condition to hold: all that AND joins, and what every side of an OR says."""
    nodes = opened(nodes) if not starts_a_block(nodes) else nodes
    branches = list(split(nodes, {"or"}))
    if len(branches) > 1:
        return set.intersection(*(closure(equalities(branch, block)) for branch in branches))
    found: set[tuple[str, str]] = set()
    for part in split_and(nodes):
        if part and part[0].word == "not":
            continue
        inner = opened(part)
        if inner is not part and not starts_a_block(inner):
            found |= equalities(inner, block)
        else:
            found |= equality(part, block)
    return found


def closure(links: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """A table that is bound by a detour is bound: each side of an OR may take its own."""
    names = {name for link in links for name in link}
    reach = {name: {name} for name in names}
    for _ in names:
        for left, right in links:
            both = reach[left] | reach[right]
            for name in both:
                reach[name] = reach[name] | both
    return {(left, right) for left, others in reach.items() for right in others}


def split_and(nodes: list[Node]) -> Iterator[list[Node]]:
    """At AND, but not at the one that belongs to BETWEEN."""
    part: list[Node] = []
    between = False
    for node in nodes:
        if node.word == "and" and not between:
            yield part
            part = []
            continue
        between = (between or node.word == "between") and node.word != "and"
        part.append(node)
    yield part


def equality(nodes: list[Node], block: Block) -> set[tuple[str, str]]:
    """`x.book_id = …`, `x.book_id IN …`, `(x.book_id, x.id) = (…, …)` and their mirror images."""
    at = index_of(nodes, {"in"}, signs="=")
    left, right = nodes[:at], nodes[at + 1 :]
    if at >= len(nodes) or not left or not right or left[-1].word == "not":
        return set()
    lefts, rights = row_of(left), row_of(right)
    if nodes[at].word == "in" or len(lefts) != len(rights):  # a list, or (…) IN (SELECT …), or = ANY (…)
        rights = [[] for _ in lefts]
    found = set()
    for one, other in zip(lefts, rights, strict=True):
        ends = owner_of(one, block), owner_of(other, block)
        if any(ends):
            found.add((ends[0] or ROOT, ends[1] or ROOT))
    return found


def row_of(nodes: list[Node]) -> list[list[Node]]:
    """The columns of (a, b) or ROW(a, b), or the one expression there is."""
    inner = nodes[1:] if nodes and nodes[0].word == "row" else nodes
    if len(inner) == 1 and isinstance(inner[0], Group) and not starts_a_block(inner[0].inside):
        return list(split(inner[0].inside, {","}))
    return [nodes]


def owner_of(nodes: list[Node], block: Block) -> str:
    """Whose book_id this expression is, if it is one of the block's own book tables and nothing but that."""
    nodes = opened(nodes)
    while len(nodes) >= 3 and nodes[-2].text == "::":  # noqa: PLR2004 - a column, the sign, a type
        nodes = nodes[:-2]
    if not nodes or nodes[-1].name != BOOK:
        return ""
    if len(nodes) == 1:
        return next(iter(block.tables)) if len(block.tables) == 1 else ""
    owner = nodes[-3].name if len(nodes) >= 3 and nodes[-2].text == "." else ""  # noqa: PLR2004 - owner, dot, column
    return owner if owner in block.tables and all(node.name or node.text == "." for node in nodes) else ""
