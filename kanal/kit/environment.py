"""Settings from the environment and from `.env`, with every problem found at once and named.

A value in the real environment wins over the same name in `.env`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

LINE = re.compile(r"^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$")
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class BrokenEnvironment(Exception):
    """What is wrong with the settings, one sentence each, and nothing else: it is shown as it is."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Environment:
    """Typed questions to the environment; problems are collected and raised together by `settle`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[str] = []

    @classmethod
    def of(cls, root: Path) -> "Environment":
        from_file, problems = read_env_file(root / ".env")
        environment = cls({**from_file, **os.environ})
        environment.problems += problems
        return environment

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, default).strip()

    def listed(self, name: str, default: str = "") -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def yes(self, name: str, *, default: bool = False) -> bool:
        told = self.text(name, "1" if default else "0").lower()
        if told not in YES | NO:
            self.problems.append(f"{name} is “{told}”; write 1 or 0.")
        return told in YES

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        told = self.text(name) or str(default)
        if not told.isascii() or not told.isdigit() or not least <= int(told) <= most:
            self.problems.append(f"{name} is “{told}”; write a whole number from {least} to {most}.")
            return default
        return int(told)

    def require(self, name: str, why: str) -> str:
        value = self.text(name)
        if not value:
            self.problems.append(f"{name} is missing: {why}")
        return value

    def settle(self) -> None:
        if self.problems:
            raise BrokenEnvironment(self.problems)


def read_env_file(path: Path) -> tuple[dict[str, str], list[str]]:
    """NAME=value lines, # comments, quotes round a value; anything else is a problem with its line number."""
    if not path.exists():
        return {}, []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        return {}, [f"{path.name} cannot be read ({problem.__class__.__name__}); make it a readable UTF-8 text file."]
    values: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        found = LINE.match(line)
        if not found:
            problems.append(f"{path.name} line {number} is not NAME=value; mend it or put # before it.")
            continue
        name, value = found.groups()
        if value[:1] in {"'", '"'}:
            if len(value) < 2 or value[-1] != value[0]:  # noqa: PLR2004 - an opening and a closing mark
                problems.append(f"{path.name} line {number}: the quote after {name}= is not closed.")
                continue
            value = value[1:-1]
        values[name] = value
    return values, problems
