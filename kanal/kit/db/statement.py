"""Read a statement closely enough to know which book tables it touches and whether it says which book.

Not a parser of SQL: blocks (SELECT, UPDATE, DELETE, INSERT) are found by their brackets and leading words, the tables
of each block by what follows FROM and JOIN, and its conditions as a tree of AND and OR. What it cannot read it takes
for a fault, never for innocence.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kanal.kit.db.binding import BOOK, Block, Condition, unbound
from kanal.kit.db.brackets import STARTS, Group, Node, index_of, opened, split, starts_a_block, tree_of

AFTER_CONDITIONS = {
    "group", "having", "order", "limit", "offset", "fetch", "for", "window", "returning", "union", "intersect",
    "except", "on", "set",
}  # fmt: skip
OUTER = {"left", "right", "full"}
JOINS = OUTER | {"join", "inner", "cross", "natural", "outer"}
NOT_AN_ALIAS = JOINS | AFTER_CONDITIONS | {"where", "using", "values", "as", "lateral", "only", "tablesample", "select"}


def faults_of(text: str, tables: frozenset[str]) -> Iterator[str]:
    """In words, one for each table without its book."""
    nodes = tree_of(text)
    for statement in split(nodes, {";"}):
        yield from faults_of_statement(without_prefix(statement), tables, frozenset())


def without_prefix(nodes: list[Node]) -> list[Node]:
    """EXPLAIN …, DECLARE … CURSOR FOR …, PREPARE … AS …, CREATE … AS …: what matters comes after."""
    first = nodes[0].word if nodes else ""
    if first in {"explain", "declare", "prepare", "copy"}:
        for at, node in enumerate(nodes):
            if node.word in STARTS:
                return nodes[at:]
            if first == "copy" and isinstance(node, Group) and starts_a_block(node.inside):
                return node.inside
    return nodes


def faults_of_statement(nodes: list[Node], tables: frozenset[str], ctes: frozenset[str]) -> Iterator[str]:
    first = nodes[0].word if nodes else ""
    if first in {"merge", "truncate", "lock"}:
        yield from (f"{first.upper()} on {node.name}" for node in nodes if node.name in tables)
    elif first in STARTS:
        yield from faults_of_query(nodes, tables, ctes)
    elif len(nodes) == 1 and isinstance(nodes[0], Group):
        yield from faults_of_statement(nodes[0].inside, tables, ctes)


def faults_of_query(nodes: list[Node], tables: frozenset[str], ctes: frozenset[str]) -> Iterator[str]:
    """WITH first: its names hide tables of the same name in everything that follows."""
    if nodes and nodes[0].word == "with":
        named, nodes = common_tables(nodes)
        known = ctes | {name for name, _ in named}
        for _, body in named:
            yield from faults_of_statement(body, tables, known)
        ctes = known
    for part in split(nodes, {"union", "intersect", "except"}):
        rest = part[1:] if part and part[0].word in {"all", "distinct"} else part
        if rest and isinstance(rest[0], Group) and starts_a_block(rest[0].inside):
            yield from faults_of_statement(rest[0].inside, tables, ctes)
        elif rest and rest[0].word in STARTS:
            yield from faults_of_block(rest, tables, ctes)


def common_tables(nodes: list[Node]) -> tuple[list[tuple[str, list[Node]]], list[Node]]:
    found, name = [], ""
    for at, node in enumerate(nodes[1:], start=1):
        if isinstance(node, Group) and starts_a_block(node.inside):
            found.append((name, node.inside))
        elif node.word in STARTS - {"with", "values", "table"}:
            return found, nodes[at:]
        elif node.name and node.word not in {"recursive", "as", "not", "materialized"}:
            name = node.name
    return found, []


def faults_of_block(nodes: list[Node], tables: frozenset[str], ctes: frozenset[str]) -> Iterator[str]:
    block = Block(nodes[0].word)
    targets = tables - ctes
    if block.verb == "insert":
        yield from faults_of_insert(nodes, tables, ctes)
        return
    if block.verb == "table":
        yield from (f"TABLE {node.name} names no book" for node in nodes[1:2] if node.name in targets)
        return
    if block.verb == "update":
        read_sources(nodes[1 : index_of(nodes, {"set"})], block, targets)
        yield from (f"book_id of {table} is updated" for table in block.tables.values() if sets_the_book(nodes))
    read_clauses(nodes, block, targets)
    yield from (f"{table} without book_id" for table in unbound(block))
    yield from faults_inside(nodes, tables, ctes)


def read_clauses(nodes: list[Node], block: Block, targets: frozenset[str]) -> None:
    """FROM (and USING, after DELETE) up to WHERE, and WHERE up to what follows it."""
    from_words = {"from", "using"} if block.verb == "delete" else {"from"}
    at = 0
    while at < len(nodes):
        word = nodes[at].word
        until = at + 1
        if word in from_words and not (word == "from" and is_part_of_an_expression(nodes, at)):
            ends = {"where"} | from_words | AFTER_CONDITIONS - {"on"}
            until = at + 1 + index_of(nodes[at + 1 :], ends)
            read_sources(nodes[at + 1 : until], block, targets)
        elif word == "where":
            until = at + 1 + index_of(nodes[at + 1 :], AFTER_CONDITIONS)
            block.conditions.append(Condition(nodes[at + 1 : until]))
        at = until


def is_part_of_an_expression(nodes: list[Node], at: int) -> bool:
    """IS DISTINCT FROM; EXTRACT(… FROM …) and the like stand in brackets that start no block."""
    return at > 0 and nodes[at - 1].word == "distinct"


def read_sources(nodes: list[Node], block: Block, targets: frozenset[str]) -> None:
    """Tables with their names, and what each JOIN says ON or USING; brackets round joins are opened."""
    at, outer, before = 0, "", frozenset(block.tables)
    while at < len(nodes):
        node = nodes[at]
        if node.word in JOINS:
            outer = node.word if node.word in OUTER else "" if node.word in {"inner", "cross"} else outer
            before = frozenset(block.tables)
            at += 1
        elif node.word in {"on", "using"}:
            until = at + 1 + index_of(nodes[at + 1 :], JOINS, signs=",")
            said = nodes[at + 1 : until]
            condition = said if node.word == "on" else same_columns(said, block)
            block.conditions.append(Condition(condition, narrowed(outer, before, frozenset(block.tables))))
            outer, at = "", until
        elif isinstance(node, Group):
            at = read_group(nodes, at, block, targets)
        elif node.name and node.word not in NOT_AN_ALIAS:
            at = read_table(nodes, at, block, targets)
        else:
            at += 1


def narrowed(outer: str, before: frozenset[str], now: frozenset[str]) -> frozenset[str] | None:
    return {"left": now - before, "right": before, "full": frozenset[str]()}.get(outer)


def same_columns(said: list[Node], block: Block) -> list[Node]:
    """JOIN … USING (book_id, …), as ON would have said it of each table and the next."""
    columns = said[0] if said else Group()
    if not isinstance(columns, Group) or not any(node.name == BOOK for node in columns.inside):
        return []
    names = [*block.tables, *sorted(block.others)]
    return tree_of(" AND ".join(f'"{left}".book_id = "{right}".book_id' for left, right in pairwise(names)))


def read_group(nodes: list[Node], at: int, block: Block, targets: frozenset[str]) -> int:
    group = nodes[at]
    assert isinstance(group, Group)
    if not starts_a_block(group.inside):
        read_sources(group.inside, block, targets)
        return at + 1
    alias, after = alias_at(nodes, at + 1)
    block.others.add(alias)
    return after


def read_table(nodes: list[Node], at: int, block: Block, targets: frozenset[str]) -> int:
    while at + 2 < len(nodes) and nodes[at + 1].text == ".":
        at += 2
    name = nodes[at].name
    if at + 1 < len(nodes) and isinstance(nodes[at + 1], Group):  # a function
        alias, after = alias_at(nodes, at + 2)
        block.others.add(alias or name)
        return after
    alias, after = alias_at(nodes, at + 1)
    if name in targets:
        block.tables[alias or name] = name
    else:
        block.others.add(alias or name)
    return after


def alias_at(nodes: list[Node], at: int) -> tuple[str, int]:
    if at < len(nodes) and nodes[at].text == "*":
        at += 1
    if at < len(nodes) and nodes[at].word == "as":
        at += 1
    if at < len(nodes) and nodes[at].name and nodes[at].word not in NOT_AN_ALIAS:
        after = at + 1
        if after < len(nodes) and isinstance(nodes[after], Group):  # the names of its columns
            after += 1
        return nodes[at].name, after
    return "", at


def faults_of_insert(nodes: list[Node], tables: frozenset[str], ctes: frozenset[str]) -> Iterator[str]:
    at = 2  # INSERT INTO
    while at + 2 < len(nodes) and nodes[at + 1].text == ".":
        at += 2
    table = nodes[at].name if at < len(nodes) else ""
    after = at + (3 if at + 1 < len(nodes) and nodes[at + 1].word == "as" else 1)
    columns = nodes[after] if after < len(nodes) else None
    listed = isinstance(columns, Group) and not starts_a_block(columns.inside)
    if table in tables:
        names = {node.name for node in columns.inside} if listed and isinstance(columns, Group) else set()
        if BOOK not in names:
            yield f"{table} is written without book_id"
        if sets_the_book(nodes):
            yield f"book_id of {table} is updated"
    rest = nodes[after + 1 if listed else after :]
    start = index_of(rest, {"select", "with"})
    if start < len(rest):
        yield from faults_of_query(
            rest[start : start + index_of(rest[start:], {"returning", "conflict"})], tables, ctes
        )
    else:
        yield from faults_inside(rest, tables, ctes)


def faults_inside(nodes: list[Node], tables: frozenset[str], ctes: frozenset[str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Group):
            if starts_a_block(node.inside):
                yield from faults_of_query(opened(node.inside), tables, ctes)
            else:
                yield from faults_inside(node.inside, tables, ctes)


def sets_the_book(nodes: list[Node]) -> bool:
    """SET book_id = …, SET (a, book_id) = …; after UPDATE and after ON CONFLICT DO UPDATE."""
    start = index_of(nodes, {"set"})
    changes = nodes[start + 1 : start + 1 + index_of(nodes[start + 1 :], {"where", "from", "returning"})]
    for change in split(changes, {","}):
        left = change[: index_of(change, set(), signs="=")]
        flat = left[0].inside if len(left) == 1 and isinstance(left[0], Group) else left
        if any(node.name == BOOK for node in flat):
            return True
    return False
