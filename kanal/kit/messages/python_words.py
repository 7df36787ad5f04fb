"""What Python files hand to gettext, read from their syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kanal.kit.messages.message import Fault, Found, Message

TRANSLATION = "django.utils.translation"
# function → where its context, its sentence and its plural stand
_PLACES = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
PLACES = {name + ending: places for name, places in _PLACES.items() for ending in ("", "_lazy", "_noop")}


def words_of_python(tree: ast.Module, source: str, *, ours: bool = True) -> Found:
    """Others' sentences that are put together at run time cannot be known; ours must not be."""
    messages: list[Message] = []
    faults: list[Fault] = []
    for call, function in _calls_of_gettext(list(ast.walk(tree)), descriptions=ours):
        texts = [None if at is None else _literal(call, at) for at in PLACES[function]]
        if any(text is None and at is not None for text, at in zip(texts, PLACES[function], strict=True)):
            if ours:
                sentence = f"{function}() takes a literal sentence, so that it can be found and translated"
                faults.append(Fault(source, call.lineno, sentence))
            continue
        context, text, plural = texts
        messages.append(Message(text or "", context or "", plural or "", source))
    return Found(tuple(messages), tuple(faults))


def may_speak(text: str) -> bool:
    """Most files say nothing: they need not even be parsed."""
    return "translation" in text


def _calls_of_gettext(nodes: list[ast.AST], *, descriptions: bool) -> Iterator[tuple[ast.Call, str]]:
    names, modules = _names_of_gettext(nodes)
    unread = set() if descriptions else set(_descriptions(nodes))
    for node in nodes:
        if isinstance(node, ast.Call) and node not in unread and (function := _function(node.func, names, modules)):
            yield node, function


def _descriptions(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """`description` tells an administrator's documentation what kind a field is; here nobody reads it."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id="description")], value=value):
                yield value


def _names_of_gettext(nodes: list[ast.AST]) -> tuple[dict[str, str], set[str]]:
    """What this file calls the functions (`_`), and what it calls the module that holds them."""
    names: dict[str, str] = {}
    modules: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == TRANSLATION:
            names |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in PLACES}
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            modules |= {alias.asname or alias.name for alias in node.names if alias.name == "translation"}
    return names, modules


def _function(func: ast.expr, names: dict[str, str], modules: set[str]) -> str | None:
    match func:
        case ast.Name(id=name):
            return names.get(name)
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules and name in PLACES:
            return name
    return None


def _literal(call: ast.Call, at: int) -> str | None:
    match call.args[at : at + 1]:
        case [ast.Constant(value=str(text))]:
            return text
    return None
