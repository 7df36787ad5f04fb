"""Settings from the environment and from `.env`, with every problem found at once and named.

A value in the real environment wins over the same name in `.env`.
"""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LINE = re.compile(r"^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$")
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
OURS = ("KANAL_", "DATABASE_")


class BrokenEnvironment(Exception):
    """What is wrong with the settings, one sentence each, and nothing else: it is shown as it is."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

    def __reduce__(self) -> tuple[type["BrokenEnvironment"], tuple[list[str]]]:
        return type(self), (self.problems,)


class Environment:
    """Typed questions to the environment; problems are collected and raised together by `settle`."""

    def __init__(self, values: Mapping[str, str], *, from_file: Mapping[str, str] | None = None) -> None:
        self.values = values
        self.from_file = from_file or {}
        self.problems: list[str] = []
        self.asked: set[str] = set()

    @classmethod
    def of(cls, root: Path) -> "Environment":
        from_file, problems = read_env_file(root / ".env")
        environment = cls({**from_file, **os.environ}, from_file=from_file)
        environment.problems += problems
        return environment

    def text(self, name: str, default: str = "") -> str:
        self.asked.add(name)
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

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """The first choice is what holds when nothing is said."""
        told = self.text(name).lower() or choices[0]
        if told not in choices:
            self.problems.append(f"{name} is “{told}”; write {' or '.join(choices)}.")
            return choices[0]
        return told

    def zone(self, name: str, default: str) -> str:
        told = self.text(name) or default
        try:
            ZoneInfo(told)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problems.append(f"{name} is “{told}”; write a time zone such as {default}.")
            return default
        return told

    def settle(self) -> None:
        """Call it when every setting has been asked for: a name in `.env` that nobody asked for is a slip."""
        for name in sorted(set(self.from_file) - self.asked):
            if name.startswith(OURS):
                near = difflib.get_close_matches(name, self.asked, n=1)
                meant = f"; did you mean {near[0]}?" if near else "; .env.example lists all there are."
                self.problems.append(f"{name} in .env is not a setting{meant}")
        if self.problems:
            raise BrokenEnvironment(self.problems)


def read_env_file(path: Path) -> tuple[dict[str, str], list[str]]:
    """NAME=value lines, # comments, quotes round a value; anything else is a problem with its line number."""
    if not path.exists():
        return {}, []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        return {}, [f"{path.name} cannot be read ({problem.__class__.__name__}); make it a readable UTF-8 text file."]
    values: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith("#"):
            continue
        try:
            name, value = name_and_value(line)
            if name in values:
                raise ValueError(f"{name} is said a second time; keep one of them.")  # noqa: TRY301
        except ValueError as problem:
            problems.append(f"{path.name} line {number}: {problem}")
            continue
        values[name] = value
    return values, problems


def name_and_value(line: str) -> tuple[str, str]:
    found = LINE.match(line)
    if not found:
        raise ValueError("this is not NAME=value; mend it or put # before it.")
    name, value = found.groups()
    if value[:1] in {"'", '"'}:
        if len(value) < 2 or value[-1] != value[0]:  # noqa: PLR2004 - an opening and a closing mark
            raise ValueError(f"the quote after {name}= is not closed.")
        return name, value[1:-1]
    if " #" in value:
        raise ValueError(f"after {name}= it is unclear where the value ends; quote it, or move the comment away.")
    return name, value
