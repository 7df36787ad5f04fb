"""Every fast check, side by side, each with its time; the slowest begins first."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from _setup import PYTHON, ROOT, VENV_BIN, Steps, install

PLACES = ["kanal", "tests", "bin"]
WRITE = {"format", "lint"}  # with --fix


def checks(*, fix: bool) -> dict[str, list[str]]:
    python, ruff = str(PYTHON), str(VENV_BIN / "ruff")
    places = [*PLACES, *(str(path.relative_to(ROOT)) for path in sorted((ROOT / "bin").iterdir()) if is_script(path))]
    django = [python, "-m", "django"]
    return {
        "types": [python, "-m", "mypy", "kanal", "tests"],
        "house": [python, "-m", "pytest", "tests/house", "-q", "-n0", "--no-header", "--durations=0", "--no-summary"],
        "words": [python, "-m", "kanal", "messages", "--check"],
        "rooms": [str(VENV_BIN / "lint-imports")],
        "migrations": [*django, "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
        "django": [*django, "check", "--fail-level", "WARNING"],
        "lint": [ruff, "check", *(["--fix"] if fix else []), *places],
        "format": [ruff, "format", *([] if fix else ["--check"]), *places],
    }


def is_script(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.readline().startswith(b"#!/usr/bin/env python3")


def check_all(*, fix: bool, without: frozenset[str] = frozenset()) -> int:
    install("dev", Steps(total=1))
    started = time.monotonic()
    listed = {name: command for name, command in checks(fix=fix).items() if name not in without}
    first = {name: listed.pop(name) for name in ("lint", "format") if fix}
    outcomes = {name: passed(name, command) for name, command in first.items()}
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        outcomes |= dict(zip(listed, pool.map(passed, listed, listed.values()), strict=True))
    failed = [name for name, good in outcomes.items() if not good]
    words = f"FAILED: {', '.join(failed)}" if failed else "all passed"
    print(f"{len(outcomes)} checks in {time.monotonic() - started:.1f} s, {words}", flush=True)
    return 1 if failed else 0


def passed(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kanal.settings", "KANAL_SANDBOX": "1"}
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    good = ran.returncode == 0
    said = "" if good else f"\n{ran.stdout[-6000:]}{ran.stderr[-3000:]}"
    print(f"{'ok    ' if good else 'FAILED'} {name:<11} {time.monotonic() - started:5.1f} s{said}", flush=True)
    return good
