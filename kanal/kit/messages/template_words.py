"""What templates hand to gettext, read by Django's own parser: a template that does not parse is a fault of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.template import Engine, TemplateSyntaxError
from django.template.base import FilterExpression, Lexer, Node, Token, TokenType
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.text import unescape_string_literal

from kanal.kit.messages.message import Fault, Found, Message, together

_CONSTANT = re.compile(r"""_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""")

# Labels of choices, which a message carries in English until its reader's language is known.
LABELS = frozenset({"role", "label", "billing_default"})


def words_of_template(text: str, source: str, engine: Engine, *, ours: bool = True) -> Found:
    try:
        nodes = list(nodes_of(engine.from_string(text).nodelist))
    except TemplateSyntaxError as problem:
        return Found(faults=(Fault(source, 0, f"the template does not parse: {problem}"),))
    said = together(_of_node(node, source, ours=ours) for node in nodes)
    return together([said, Found(messages=tuple(_constants(text, source)))])


def nodes_of(thing: object, seen: set[int] | None = None) -> Iterator[Node]:
    """Every node once, wherever a tag, ours or another's, keeps what stands between its ends."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    if isinstance(thing, Node):
        seen.add(id(thing))
        yield thing
        yield from nodes_of(vars(thing), seen)
    elif isinstance(thing, dict):
        yield from nodes_of(list(thing.values()), seen)
    elif isinstance(thing, list | tuple):
        for item in thing:
            yield from nodes_of(item, seen)


def _of_node(node: Node, source: str, *, ours: bool) -> Found:
    match node:
        case TranslateNode():
            return _of_translate(node, source, ours=ours)
        case BlockTranslateNode():
            return Found(messages=(_of_block(node, source),))
    return Found()


def _of_translate(node: Any, source: str, *, ours: bool) -> Found:
    text = getattr(node.filter_expression.var, "literal", None)
    if isinstance(text, str):
        # Django looks templates' sentences up with their percent signs doubled.
        return Found(messages=(Message(text.replace("%", "%%"), _context(node), source=source),))
    if not ours or node.filter_expression.token in LABELS:
        return Found()
    sentence = "translate takes a literal sentence, so that it can be found and translated"
    return Found(faults=(Fault(source, node.token.lineno, sentence),))


def _of_block(node: Any, source: str) -> Message:
    text, _names = node.render_token_list(node.singular)
    plural = node.render_token_list(node.plural)[0] if node.plural else ""
    return Message(text, _context(node), plural, source)


def _context(node: Any) -> str:
    given: FilterExpression | None = node.message_context
    return str(given.resolve({})) if given is not None else ""  # type: ignore[arg-type]


def _constants(text: str, source: str) -> Iterator[Message]:
    r"""`_("…")` wherever a variable or a tag takes a value."""
    for token in spoken_tokens(text):
        if token.token_type in (TokenType.VAR, TokenType.BLOCK):
            for literal in _CONSTANT.findall(token.contents):
                yield Message(unescape_string_literal(literal).replace("%", "%%"), source=source)


def spoken_tokens(text: str) -> Iterator[Token]:
    """The tokens that are carried out: none of a comment's."""
    in_comment = False
    for token in Lexer(text).tokenize():
        name = token.contents.split(" ", 1)[0] if token.token_type is TokenType.BLOCK else ""
        if name == "comment":
            in_comment = True
        if not in_comment and token.token_type is not TokenType.COMMENT:
            yield token
        if name == "endcomment":
            in_comment = False
