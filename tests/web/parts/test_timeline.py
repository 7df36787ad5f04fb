"""What a record says is read as words: codes as labels, fields by their names, and nothing that only programs want."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from kanal.audit.actions import FIELDS
from kanal.audit.models import AuditRecord
from kanal.kit.money import Money
from kanal.web.parts.timeline import FOR_PROGRAMS, line_of
from tests.house.sources import ROOT

NOON = datetime(2026, 3, 18, 5, tzinfo=UTC)


def changes(action: str, **values: str) -> list[tuple[str, str]]:
    record = AuditRecord(action=action, at=NOON, old={}, new=values)
    with override("en"):
        return [(str(change.label), str(change.new)) for change in line_of(record).changes]


@pytest.mark.parametrize(
    ("action", "field", "code", "label"),
    [
        ("partner_application.approved", "state", "PENDING", "Awaiting approval"),
        ("own_organization.added", "state", "PENDING", "Awaiting confirmation"),
        ("person.changed", "theme", "DARK", "Dark"),
        ("person.changed", "language", "vi", "Tiếng Việt"),
        ("contract.recorded", "kind", "FRAME", "Frame contract"),
        ("line.policy_set", "policy", "WITHIN_LINE", "Within the line: services go on, purchases wait"),
        ("organization.founded", "kind", "CUSTOMER", "Customer"),
        ("organization.founded", "name", "DARK", "DARK"),  # a name, not a theme
    ],
)
def test_a_code_reads_as_its_own_area_says_it(action: str, field: str, code: str, label: str) -> None:
    assert [said for _name, said in changes(action, **{field: code})] == [label]


def test_money_reads_as_money() -> None:
    record = AuditRecord(action="wallet.debt_limit_set", at=NOON, old={}, new={"limit": Money(5_000).to_json()})
    with override("en"):
        assert [(str(each.label), each.new) for each in line_of(record).changes] == [("Debt limit", "5,000\u00a0₫")]


def test_what_only_programs_want_is_left_out() -> None:
    assert changes("organization.placed", seller="Sao Mai", seller_id="org_1") == [("Seller", "Sao Mai")]


def test_every_recorded_field_has_a_name() -> None:
    """Those written out where they are recorded; a field without one would be read in English by everybody."""
    unnamed = {name for name in recorded_fields() if name not in {*FIELDS, *FOR_PROGRAMS}}
    assert unnamed == set()


def recorded_fields() -> Iterator[str]:
    for path in (ROOT / "kanal").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef):
                yield from fields_recorded_in(function)


def fields_recorded_in(function: ast.FunctionDef) -> Iterator[str]:
    """Of dictionaries handed to `record`, written there or under a name just before."""
    named = {target.id: value for target, value in assignments(function)}
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"record", "recorded"}:
            for keyword in call.keywords:
                if keyword.arg in {"old", "new"}:
                    told = named.get(keyword.value.id) if isinstance(keyword.value, ast.Name) else keyword.value
                    keys = told.keys if isinstance(told, ast.Dict) else []
                    yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def assignments(function: ast.FunctionDef) -> Iterator[tuple[ast.Name, ast.expr]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            yield from ((target, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target, node.value
