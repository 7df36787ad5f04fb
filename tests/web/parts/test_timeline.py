"""What a record says is read as words: codes as labels, fields by their names, and nothing that only programs want."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from kanal.audit.actions import FIELDS
from kanal.audit.models import AuditRecord
from kanal.web.parts.timeline import line_of
from tests.house.sources import ROOT


def changes(action: str, **values: str) -> list[tuple[str, str]]:
    record = AuditRecord(action=action, at=datetime(2026, 3, 18, tzinfo=UTC), old={}, new=values)
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
        ("organization.founded", "kind", "CUSTOMER", "Customer"),
        ("organization.founded", "name", "DARK", "DARK"),  # a name, not a theme
    ],
)
def test_a_code_reads_as_its_own_area_says_it(action: str, field: str, code: str, label: str) -> None:
    assert [said for _name, said in changes(action, **{field: code})] == [label]


def test_what_only_programs_want_is_left_out() -> None:
    assert changes("organization.placed", seller="Sao Mai", seller_id="org_1") == [("Seller", "Sao Mai")]


def test_every_recorded_field_has_a_name() -> None:
    """Those written out where they are recorded; a field without one would be read in English by everybody."""
    unnamed = {name for name in recorded_fields() if name not in FIELDS}
    assert unnamed == set()


def recorded_fields() -> Iterator[str]:
    for path in (ROOT / "kanal").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"record", "recorded"}:
                for keyword in call.keywords:
                    if keyword.arg in {"old", "new"} and isinstance(keyword.value, ast.Dict):
                        yield from (str(key.value) for key in keyword.value.keys if isinstance(key, ast.Constant))
