"""What bin/run and bin/test share: a virtual environment with the locked parts, made once.

Standard library only, since nothing is installed when this runs.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_BIN = VENV / "bin"
PYTHON = VENV_BIN / "python"
STAMP = VENV / "kanal-parts"
OLDEST = (3, 11)


class Steps:
    """True progress: each step is counted when it is done, never guessed."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.started = time.monotonic()

    def step(self, text: str) -> None:
        self.done += 1
        print(f"[{self.done}/{self.total}] {text} ({time.monotonic() - self.started:.1f} s)", flush=True)


def refuse(sentence: str) -> None:
    sys.exit(f"kanal: {sentence}")


def wanted_parts(name: str) -> str:
    """The digest of the locked parts; `dev` contains all that `app` does."""
    return hashlib.sha256((ROOT / "requirements" / f"{name}.txt").read_bytes()).hexdigest()


def parts_are_there(name: str) -> bool:
    if not (PYTHON.exists() and STAMP.exists()):
        return False
    installed = dict(line.split("=", 1) for line in STAMP.read_text().splitlines() if "=" in line)
    return installed.get(name) == wanted_parts(name)


def install(name: str, steps: Steps) -> None:
    """Leave `.venv` with exactly the locked parts of requirements/NAME.txt."""
    if sys.version_info < OLDEST:
        refuse(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}.")
    if parts_are_there(name):
        steps.step("parts are installed")
        return
    if not PYTHON.exists():
        make_environment()
    installer = uv_or_pip()
    listed = sum(1 for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines() if "==" in line)
    print(f"      installing {listed} locked parts", flush=True)
    ran = subprocess.run(
        [*installer, "--require-hashes", "-r", str(ROOT / "requirements" / f"{name}.txt")],
        env=environment_of_installer(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        print(ran.stdout[-2000:] + ran.stderr[-2000:], file=sys.stderr)
        refuse("the parts could not be installed; the installer's own words stand above. Is the network there?")
    have = [name, "app"] if name == "dev" else [name]
    STAMP.write_text("".join(f"{part}={wanted_parts(part)}\n" for part in have))
    steps.step(f"installed {listed} parts")


def make_environment() -> None:
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    except (OSError, subprocess.CalledProcessError) as problem:
        refuse(
            f"the virtual environment {VENV.name} could not be made ({problem}). "
            "On Debian and Ubuntu: apt-get install python3-venv.",
        )


def uv_or_pip() -> list[str]:
    """The hashed uv where it can be had (seconds), pip otherwise (a minute)."""
    pip = [str(PYTHON), "-m", "pip"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    wanted = str(ROOT / "requirements" / "uv.txt")
    got_uv = subprocess.run(
        [*pip, "install", *quiet, "--require-hashes", "-r", wanted], capture_output=True, check=False
    )
    if got_uv.returncode == 0:
        return [str(VENV_BIN / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    return [*pip, "install", *quiet]


def environment_of_installer() -> dict[str, str]:
    """Where pip was told to look for packages, uv looks too: uv does not read pip's settings."""
    environment = dict(os.environ)
    if "UV_DEFAULT_INDEX" not in environment and environment.get("PIP_INDEX_URL"):
        environment["UV_DEFAULT_INDEX"] = environment["PIP_INDEX_URL"]
    return environment
