"""Every name that the house asks by is bound to a verb that takes what it is asked with."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

from kanal.jobs.bindings import BINDINGS, OF_THE_ASKING
from tests.house.sources import python_files, shown, tree_of

NOT_FACTS = {"at", "book_id"}


@dataclass
class Asking:
    where: str
    name: str | None
    facts: set[str]
    open_ended: bool


def askings() -> Iterator[Asking]:
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Call)
                and _called(node) in {"enqueue", "enqueued"}
                and not shown(path).endswith("kit/queue.py")
            ):
                first = node.args[0] if node.args else None
                yield Asking(
                    where=f"{shown(path)}:{node.lineno}",
                    name=_name_told(first, tree_of(path)),
                    facts={keyword.arg for keyword in node.keywords if keyword.arg} - NOT_FACTS,
                    open_ended=any(keyword.arg is None for keyword in node.keywords),
                )


def _name_told(first: ast.expr | None, module: ast.Module) -> str | None:
    """Written where it is asked, or as a constant of the same file."""
    if isinstance(first, ast.Constant):
        return str(first.value)
    constants = {
        target.id: str(node.value.value)
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return constants.get(first.id) if isinstance(first, ast.Name) else None


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def test_there_are_askings_to_look_at() -> None:
    assert {asking.name for asking in askings()} >= {"deliver_notice", "send_mails"}


def test_every_asking_says_its_name_plainly() -> None:
    """A name that is put together at run time could not be found by this test."""
    assert [asking.where for asking in askings() if asking.name is None or asking.open_ended] == []


def test_every_name_is_bound() -> None:
    assert [asking.where for asking in askings() if asking.name not in BINDINGS] == []


def test_every_verb_takes_what_it_is_asked_with_and_asks_for_nothing_else() -> None:
    wrong = []
    for asking in askings():
        binding = BINDINGS[str(asking.name)]
        parameters = inspect.signature(binding.verb).parameters
        needed = {name for name, each in parameters.items() if each.default is inspect.Parameter.empty}
        given = asking.facts | {"at"} | set(OF_THE_ASKING) & set(parameters)
        if not (needed <= given <= set(parameters)):
            wrong.append(f"{asking.where} gives {sorted(given)}, {asking.name} takes {sorted(parameters)}")
    assert wrong == []


def test_every_verb_is_one_of_the_house_and_takes_keywords_only() -> None:
    for name, binding in BINDINGS.items():
        assert binding.verb.__module__.startswith("kanal."), name
        kinds = {each.kind for each in inspect.signature(binding.verb).parameters.values()}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}, name


def test_every_name_that_is_bound_is_asked_for_by_somebody() -> None:
    assert sorted(set(BINDINGS) - {asking.name for asking in askings()}) == []
