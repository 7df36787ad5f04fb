"""Taste that is not executable decays: the rules of the house that no other tool holds."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT, python_files, room_of, shown, text_of, tree_of

DRAWERS = {
    "services.py": "name the act: one file per verb",
    "selectors.py": "queries.py, and every read starts from who asks",
    "utils.py": "name what it does",
    "helpers.py": "name what it does",
    "common.py": "name what it does",
    "base.py": "name what it does",
    "managers.py": "questions go to queries.py, acts to their verb",
    "mixins.py": "a function, or a class with a name of its own",
    "signals.py": "docs/decisions/0005-no-signals.md",
    "constants.py": "beside what uses it",
    "exceptions.py": "a refusal stands beside the verb that raises it",
}
BASE_OF_A_BACKEND = ROOT / "kanal/kit/db/base.py"  # the name Django looks for
READS_THE_CLOCK = {"web", "api", "jobs", "cli", "bench", "wsgi"}
CLOCK = re.compile(r"\bclock\.now\(|\btimezone\.now\(|\bdatetime\.now\(|\bdatetime\.today\(|\bdate\.today\(|\butcnow\(")
KNOWS_THE_CLOCK = {"kanal/kit/clock.py"}


def test_no_file_is_a_drawer_without_a_label() -> None:
    drawers = {
        shown(path): DRAWERS[path.name] for path in python_files() if path.name in DRAWERS and path != BASE_OF_A_BACKEND
    }
    assert drawers == {}


def test_only_the_edges_read_the_clock() -> None:
    """Time is an argument: below web, api, jobs and the commands every verb takes `at`."""
    found = [
        f"{shown(path)}: {match.group()}"
        for path in python_files()
        if room_of(path) not in READS_THE_CLOCK and shown(path) not in KNOWS_THE_CLOCK
        for match in CLOCK.finditer(text_of(path))
    ]
    assert found == []


def test_nothing_listens_to_signals() -> None:
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Name) and node.id == "receiver")
        or (isinstance(node, ast.ImportFrom) and (node.module or "").endswith("signals"))
    ]
    assert found == []


def test_pages_and_api_ask_queries_and_never_tables() -> None:
    """Every read starts from who asks, and that is written in queries.py."""
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        if room_of(path) in {"web", "api"}
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert found == []


def test_no_unfinished_work_is_left_in_the_text() -> None:
    marks = re.compile(r"\b(" + "|".join(["FIX" + "ME", "TO" + "DO", "XX" + "X", "HA" + "CK"]) + r")\b")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    found = []
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".html", ".css", ".js", ".md", ".sql", ".toml"} and path.is_file():
            found += [f"{name}: {match.group()}" for match in marks.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_money_never_meets_a_float() -> None:
    """Money is an integer of minor units: no float() in the rooms that hold it."""
    money_rooms = {"ledger", "credit", "billing", "settlement", "discounts", "catalog"}
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        if room_of(path) in money_rooms
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert found == []


def test_every_model_says_which_class_of_table_it_is() -> None:
    from kanal.kit.db.rows import TableClass, own_models

    unplaced = [
        model.__name__ for model in own_models() if not isinstance(getattr(model, "table_class", None), TableClass)
    ]
    assert unplaced == []


def test_references_name_the_class_and_have_no_way_back() -> None:
    from kanal.kit.db.rows import own_models

    found = [
        f"{model.__name__}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and getattr(field.remote_field, "related_name", None) != "+"
    ]
    assert found == []


def test_references_never_name_a_model_by_text() -> None:
    found = []
    for path in python_files():
        if path.name != "models.py":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {
                "ForeignKey",
                "OneToOneField",
                "ManyToManyField",
            }:
                first = node.args[0]
                if isinstance(first, ast.Constant) and first.value != "self":
                    found.append(f"{shown(path)}:{node.lineno}")
    assert found == []


def test_saves_say_which_fields() -> None:
    """Saving every column writes back what another request has changed meanwhile."""
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in python_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "save"
        and not {"update_fields", "force_insert"} & {keyword.arg for keyword in node.keywords}
        and not _is_super(node.func.value)
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "form")
    ]
    assert found == []


def _is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def test_verbs_are_called_by_name() -> None:
    """A public function of a verb file takes keywords only, after its subject at most."""
    found = []
    for path in python_files():
        if room_of(path) in READS_THE_CLOCK | {"kit", "settings", "urls", "__main__"} or path.name in NOUN_FILES:
            continue
        verbs = (node for node in tree_of(path).body if isinstance(node, ast.FunctionDef))
        found += [
            f"{shown(path)}: {verb.name}"
            for verb in verbs
            if not verb.name.startswith("_") and _takes_at(verb) and len(verb.args.args) > 1
        ]
    assert found == []


NOUN_FILES = {"models.py", "queries.py", "operator_queries.py", "apps.py", "__init__.py"}


def _takes_at(function: ast.FunctionDef) -> bool:
    names = {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}
    return {"at", "by"} <= names


@pytest.mark.parametrize("folder", ["docs", "."])
def test_every_link_between_documents_leads_somewhere(folder: str) -> None:
    pages = (ROOT / folder).rglob("*.md") if folder == "docs" else ROOT.glob("*.md")
    found = [
        f"{shown(page)} → {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text_of(page))
        if "://" not in target and not (page.parent / Path(target)).exists()
    ]
    assert found == []


def test_every_decision_is_short_enough_to_be_read() -> None:
    long = [shown(page) for page in (ROOT / "docs/decisions").glob("*.md") if len(text_of(page).splitlines()) > 60]
    assert long == []
