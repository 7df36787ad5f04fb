"""Every rule of the business has a sentence, code that keeps it and a test that proves it."""

import re
from functools import cache

from tests.house.sources import ROOT, python_files, shown, text_of

RULE = re.compile(r"\b([A-Z]{2,7}-\d{1,2})\b")
ROW = re.compile(r"^\|\s*([A-Z]{2,7}-\d{1,2})\s*\|([^|]+)\|([^|]+)\|")


@cache
def written_rules() -> dict[str, tuple[str, str]]:
    rows = map(ROW.match, (ROOT / "docs/rules.md").read_text(encoding="utf-8").splitlines())
    return {row.group(1): (row.group(2).strip(), row.group(3).strip()) for row in rows if row}


@cache
def families() -> frozenset[str]:
    return frozenset(rule.split("-")[0] for rule in written_rules())


@cache
def cited_in(folder: str) -> dict[str, list[str]]:
    cited: dict[str, list[str]] = {}
    for path in python_files(folder):
        if "house" in path.parts:
            continue
        for rule in set(RULE.findall(text_of(path))):
            cited.setdefault(rule, []).append(shown(path))
    return cited


def test_there_are_rules() -> None:
    assert "ID-1" in written_rules()


def test_every_rule_has_code_that_keeps_it() -> None:
    assert sorted(set(written_rules()) - set(cited_in("kanal"))) == []


def test_every_rule_has_a_test_that_proves_it() -> None:
    assert sorted(set(written_rules()) - set(cited_in("tests"))) == []


def test_every_rule_that_is_cited_is_written_down() -> None:
    cited = {rule for folder in ("kanal", "tests") for rule in cited_in(folder) if rule.split("-")[0] in families()}
    assert sorted(cited - set(written_rules())) == []


def test_every_rule_says_where_it_comes_from() -> None:
    assert [rule for rule, (sentence, source) in written_rules().items() if not sentence or not source] == []
