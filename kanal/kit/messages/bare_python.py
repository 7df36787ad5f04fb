"""Sentences a person would read that Python files say without gettext, where that can be seen from the outside."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from kanal.kit.messages.message import OWN_NAMES, Fault, has_letters, shortened

# Arguments and attributes that are put before people wherever they stand.
SAID_BY_KEYWORD = frozenset(
    {
        "label",
        "help_text",
        "empty_label",
        "placeholder",
        "verbose_name",
        "verbose_name_plural",
        "heading",
        "caption",
        "title",
        "hint",
    }
)
SAID_BY_KEY = frozenset({"placeholder", "title", "aria-label", "aria-description", "alt"})
# calls → the argument that people read
SAID_BY_POSITION = {
    "ValidationError": 0,
    "add_error": 1,
    "add_message": 2,
    "success": 1,
    "info": 1,
    "warning": 1,
    "error": 1,
}
_LEVELS = {"success", "info", "warning", "error"}


def bare_words_of_python(tree: ast.Module, source: str) -> list[Fault]:
    spoken: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef():
                spoken += _of_class(node)
            case ast.Call():
                spoken += _of_call(node)
            case ast.Dict():
                spoken += _of_dictionary(node)
    return [
        Fault(source, line, f"“{shortened(text)}” is read by people: say it through gettext") for line, text in spoken
    ]


def _of_class(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    if _is_choices(node):
        for statement in node.body:
            if isinstance(statement, ast.Assign):
                yield from _of_choice(statement.value)
    if _is_refusal(node):
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef) and inner.name == "__str__":
                returned = [step.value for step in ast.walk(inner) if isinstance(step, ast.Return) and step.value]
                yield from _all_bare(returned)


def _is_choices(node: ast.ClassDef) -> bool:
    return any(_last_name(base).endswith("Choices") for base in node.bases)


def _is_refusal(node: ast.ClassDef) -> bool:
    """By its code for machines: a refusal's bases may stand in another file."""
    names = {target.id for step in node.body if isinstance(step, ast.Assign) for target in _names(step)}
    return "code" in names and bool(node.bases)


def _names(step: ast.Assign) -> list[ast.Name]:
    return [target for target in step.targets if isinstance(target, ast.Name)]


def _of_choice(value: ast.expr) -> Iterator[tuple[int, str]]:
    """`CODE = "CODE", _("Label")`; without a label Django would make one of the code."""
    if isinstance(value, ast.Tuple):
        yield from bare(value.elts[-1])
    elif isinstance(value, ast.Constant):
        yield from bare(value)


def _of_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    yield from _all_bare(keyword.value for keyword in node.keywords if keyword.arg in SAID_BY_KEYWORD)
    name = _last_name(node.func)
    at = SAID_BY_POSITION.get(name)
    if at is not None and len(node.args) > at and (name not in _LEVELS or _is_messages(node.func)):
        yield from bare(node.args[at])


def _is_messages(func: ast.expr) -> bool:
    """`messages.error(…)` speaks to people, `log.error(…)` does not."""
    return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "messages"


def _of_dictionary(node: ast.Dict) -> Iterator[tuple[int, str]]:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value in SAID_BY_KEY:
            yield from bare(value)


def _all_bare(nodes: Iterable[ast.expr]) -> Iterator[tuple[int, str]]:
    for node in nodes:
        yield from bare(node)


def bare(node: ast.expr) -> Iterator[tuple[int, str]]:
    """The literal words in what an expression gives; what a call gives is that call's affair."""
    match node:
        case ast.Constant(value=str(text)) if has_letters(text) and text not in OWN_NAMES:
            yield node.lineno, text
        case ast.JoinedStr(values=parts):
            yield from _all_bare(part for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, op=ast.Mod()):
            yield from bare(left)
        case ast.BinOp(left=left, right=right):
            yield from _all_bare([left, right])
        case ast.IfExp(body=body, orelse=orelse):
            yield from _all_bare([body, orelse])
        case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            yield from _all_bare(values)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            yield from bare(text)


def _last_name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
    return ""
