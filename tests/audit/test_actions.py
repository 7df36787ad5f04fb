"""Every action that the house records has words, so that no timeline shows a code."""

import ast

from kanal.audit.actions import ACTIONS, words_of
from tests.house.sources import python_files, shown, tree_of


def actions_recorded() -> dict[str, str]:
    found = {}
    for path in python_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"record", "recorded"} and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found[first.value] = f"{shown(path)}:{node.lineno}"
    return found


def test_there_are_actions_to_look_at() -> None:
    assert "invitation.expired" in actions_recorded()


def test_every_action_has_words() -> None:
    assert {where for action, where in actions_recorded().items() if action not in ACTIONS} == set()


def test_one_without_words_is_shown_as_it_is_written() -> None:
    assert words_of("moon.landed") == "moon.landed"
