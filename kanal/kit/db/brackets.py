"""A statement as nested brackets: words, names, texts and parameters, each level of brackets a list of its own.

Comments and what stands in quotation marks are never mistaken for words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, Union

TOKEN = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<text>[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<param>%\(\w+\)[sbt]|%[sbt]|\$\d+)
    | (?P<word>[A-Za-z_\u0080-\uffff][\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<sign>::|<>|!=|<=|>=|=|[-+*/<>~!@\#^&|?:]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
Node: TypeAlias = Union["Token", "Group"]

STARTS = {"select", "insert", "update", "delete", "with", "merge", "values", "table"}


@dataclass(frozen=True, slots=True)
class Token:
    """A name in double quotes is a name, whatever word it spells."""

    text: str
    kind: str

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        if self.kind == "quoted":
            return self.text[1:-1].replace('""', '"')
        return self.text.lower() if self.kind == "word" else ""


@dataclass(slots=True)
class Group:
    """What stands in one pair of brackets."""

    inside: list[Node] = field(default_factory=list)

    word = name = ""
    text = "("


def tree_of(text: str) -> list[Node]:
    stack: list[list[Node]] = [[]]
    for found in TOKEN.finditer(text):
        kind = found.lastgroup or "sign"
        token = Token(found.group(), "text" if kind == "tag" else kind)
        if kind == "space":
            continue
        if token.text == "(":
            stack.append([])
        elif token.text == ")" and len(stack) > 1:
            group = Group(stack.pop())
            stack[-1].append(group)
        else:
            stack[-1].append(token)
    while len(stack) > 1:  # brackets that do not close: PostgreSQL will say so
        group = Group(stack.pop())
        stack[-1].append(group)
    return stack[0]


def opened(nodes: list[Node]) -> list[Node]:
    while len(nodes) == 1 and isinstance(nodes[0], Group):
        nodes = nodes[0].inside
    return nodes


def starts_a_block(nodes: list[Node]) -> bool:
    inner = nodes
    while inner and isinstance(inner[0], Group):
        inner = inner[0].inside
    return bool(inner) and inner[0].word in STARTS


def split(nodes: list[Node], at: set[str]) -> Iterator[list[Node]]:
    part: list[Node] = []
    for node in nodes:
        if node.word in at or (isinstance(node, Token) and node.kind == "sign" and node.text in at):
            yield part
            part = []
        else:
            part.append(node)
    yield part


def index_of(nodes: list[Node], words: set[str], signs: str = "") -> int:
    """Where the first of them stands at this level, or the end."""
    for at, node in enumerate(nodes):
        if node.word in words or (signs and isinstance(node, Token) and node.kind == "sign" and node.text == signs):
            return at
    return len(nodes)
