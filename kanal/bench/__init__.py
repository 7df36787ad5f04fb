"""What Kanal costs, measured: each figure beside its baseline in the same run, and whether it keeps its goal.

A bench is a module here with `run(*, quick: bool) -> list[Figure]`; its docstring says what it measures.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value to baseline; `goal` bounds the ratio where there is one, else the value."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    goal: float | None = None
    holds: bool = True

    @classmethod
    def at_least(cls, goal: float, name: str, value: float, unit: str, baseline: float | None = None) -> Figure:
        """For rates: more is better."""
        ratio = value / baseline if baseline else None
        return cls(name, value, unit, baseline, ratio, goal, (value if ratio is None else ratio) >= goal)

    @classmethod
    def at_most(cls, goal: float, name: str, value: float, unit: str, baseline: float | None = None) -> Figure:
        """For times and sizes: less is better."""
        ratio = value / baseline if baseline else None
        return cls(name, value, unit, baseline, ratio, goal, (value if ratio is None else ratio) <= goal)

    @classmethod
    def beside(cls, name: str, value: float, unit: str, baseline: float | None = None) -> Figure:
        """Asks for nothing; good to know."""
        return cls(name, value, unit, baseline, value / baseline if baseline else None)

    def facts(self) -> dict[str, object]:
        return {
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "baseline": rounded(self.baseline),
            "ratio": rounded(self.ratio),
            "goal": self.goal,
            "holds": self.holds,
        }


def rounded(value: float | None) -> float | None:
    """Four digits that mean something; the rest is noise."""
    return None if value is None else float(f"{value:.4g}")


def machine() -> dict[str, object]:
    import psutil

    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 1024**3, 1),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
    }


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def names() -> list[str]:
    """Modules that can be run; what stands beside them serves them."""
    return sorted(path.stem for path in FOLDER.glob("[!_]*.py") if "\ndef run(" in path.read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> int:
    parser = ArgumentParser(prog="bin/bench", description="Measure, each figure beside its baseline.")
    parser.add_argument("name", nargs="?", choices=names(), help="; ".join(names()))
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    parser.add_argument("--quick", action="store_true", help="seconds instead of minutes; the figures are rougher")
    options = parser.parse_args(arguments)
    if not options.name:
        parser.print_help()
        return 0
    bench = importlib.import_module(f"kanal.bench.{options.name}")
    facts = machine()
    figures = bench.run(quick=options.quick)
    print(f"\n{options.name} on {facts['processor']}, {facts['cores']} cores, load {facts['load']} when it began\n")
    print("\n".join(table(figures)))
    if options.json:
        report = {"bench": options.name, "machine": facts, "figures": [figure.facts() for figure in figures]}
        print(json.dumps(report, ensure_ascii=False), flush=True)
    return 0


def table(figures: Sequence[Figure]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [("", "value", "", "baseline", "ratio", "goal", "")]
    rows += [tuple(cells(figure)) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        name, value, unit, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{name}  {value.strip():>{widths[1]}} {unit}  " + "  ".join(rest).rstrip()


def cells(figure: Figure) -> Iterator[str]:
    yield figure.name
    yield shown(figure.value)
    yield figure.unit
    yield shown(figure.baseline)
    yield f"{figure.ratio:.3f}" if figure.ratio is not None else ""
    yield f"{bound(figure)} {figure.goal:g}" if figure.goal is not None else ""
    yield "" if figure.goal is None else "holds" if figure.holds else "MISSED"


def bound(figure: Figure) -> str:
    """Which way the goal lies, read from how it was met."""
    measured = figure.value if figure.ratio is None else figure.ratio
    return "≥" if (measured >= (figure.goal or 0)) == figure.holds else "≤"


def shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits either way
