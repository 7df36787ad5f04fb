"""The chart people read and the chart the program keeps are one."""

from pathlib import Path

from kanal.ledger.flows import FLOWS, TERMS, Kind

CHART = Path(__file__).resolve().parents[2] / "docs" / "chart.md"


def rows_of(heading: str) -> list[list[str]]:
    section = CHART.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def listed(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(",")]


def test_the_page_lists_every_flow_of_the_program_and_no_other() -> None:
    """CHART-1"""
    written = {
        (Kind(source), Kind(target.rstrip("*")))
        for sources, targets, _ in rows_of("Flows")
        for source in listed(sources)
        for target in listed(targets)
    }
    assert written == set(FLOWS)


def test_the_page_marks_the_flows_that_go_deep() -> None:
    """CHART-3"""
    starred = {
        (Kind(source), Kind(target.rstrip("*")))
        for sources, targets, _ in rows_of("Flows")
        for source in listed(sources)
        for target in listed(targets)
        if target.endswith("*")
    }
    deep = {pair for pair, flow in FLOWS.items() if flow.may_go_deep}
    assert starred == {pair for pair in deep if pair[1] is not Kind.HOLDS}
    holds = next(why for _, target, why in rows_of("Flows") if target == "HOLDS")
    assert {pair[0].value for pair in deep if pair[1] is Kind.HOLDS} == {
        word.strip("(),*") for word in holds.split() if "*" in word
    }


def test_the_page_has_each_kind_with_its_floors() -> None:
    """CHART-3"""
    rows = {Kind(row[0]): row for row in rows_of("Kinds")}
    assert set(rows) == set(TERMS)
    for kind, row in rows.items():
        terms = TERMS[kind]
        assert row[2].startswith("–" if terms.floor is None else "0"), kind
        assert (row[3] == "–") is (terms.deep_floor is None), kind
        assert ("provider" in row[1]) is terms.provider, kind
        assert ("per grant" in row[1] or "per tax group" in row[1]) is terms.detailed, kind


def test_nothing_but_a_hold_meets_the_holds() -> None:
    """LEDGER-2"""
    assert {target for source, target in FLOWS if source is Kind.HOLDS} == set()
