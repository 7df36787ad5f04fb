"""Every fast check, run side by side where they do not disturb each other, each with its time."""

from __future__ import annotations

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from _setup import PYTHON, ROOT, VENV_BIN, Steps, install

PLACES = ["kanal", "tests", "bin"]


def checks(*, fix: bool) -> list[tuple[str, list[str]]]:
    python, own = str(PYTHON), [str(VENV_BIN / "ruff")]
    scripts = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "bin").iterdir()) if is_python(path)]
    return [
        ("format", [*own, "format", *([] if fix else ["--check"]), *PLACES, *scripts]),
        ("lint", [*own, "check", *(["--fix"] if fix else []), *PLACES, *scripts]),
        ("types", [python, "-m", "mypy", "kanal", "tests"]),
        ("rooms", [str(VENV_BIN / "lint-imports")]),
        ("words", [python, "-m", "kanal", "messages", "--check"]),
        ("migrations", [python, "-m", "django", "makemigrations", "--check", "--dry-run", "--verbosity", "1"]),
        ("django", [python, "-m", "django", "check", "--fail-level", "WARNING"]),
        ("house", [python, "-m", "pytest", "tests/house", "-q", "-n0", "--no-header", "--durations=0", "--no-summary"]),
    ]


def is_python(path: os.PathLike[str]) -> bool:
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.readline().startswith(b"#!/usr/bin/env python3")


def check_all(*, fix: bool) -> int:
    install("dev", Steps(total=1))
    started = time.monotonic()
    listed = checks(fix=fix)
    serial, parallel = listed[:2], listed[2:]  # with --fix the first two write, so they go first
    failed = [name for name, command in serial if not passed(name, command)]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        outcomes = pool.map(lambda check: (check[0], passed(*check)), parallel)
        failed += [name for name, good in outcomes if not good]
    print(f"bin/check: {len(listed)} checks, {len(failed)} failed, {time.monotonic() - started:.1f} s")
    return 1 if failed else 0


def passed(name: str, command: list[str]) -> bool:
    started = time.monotonic()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kanal.settings", "KANAL_SANDBOX": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    good = ran.returncode == 0
    print(f"{'ok    ' if good else 'FAILED'} {name:<11} {time.monotonic() - started:5.1f} s", flush=True)
    if not good:
        print(ran.stdout[-6000:] + ran.stderr[-3000:], flush=True)
    return good
