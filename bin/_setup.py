"""What bin/run and bin/test share: a virtual environment with the locked parts, made once.

Standard library only, since nothing is installed when this runs.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
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
    if not (environment_works() and STAMP.exists()):
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
    try:
        with one_at_a_time():
            if not parts_are_there(name):
                install_parts(name)
    except PermissionError as problem:
        refuse(f"{problem.filename} belongs to another user: start as that user, or use a clone of your own.")
    except KeyboardInterrupt:
        refuse("stopped; the next start goes on from here.")
    steps.step(f"installed {len(listed_parts(name))} parts")


def install_parts(name: str) -> None:
    STAMP.unlink(missing_ok=True)
    if not (environment_works() and pip_works()):
        print("      making .venv", flush=True)
        make_environment()
    print(f"      installing {len(listed_parts(name))} locked parts", flush=True)
    for installer in installers():
        ran = subprocess.run(
            [*installer, "--require-hashes", "-r", str(ROOT / "requirements" / f"{name}.txt")],
            env=environment_of_installer(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode == 0:
            break
    else:
        print(ran.stdout[-2000:] + ran.stderr[-2000:], file=sys.stderr)
        refuse("the parts could not be installed; the installer's own words stand above. Is the network there?")
    have = [name, "app"] if name == "dev" else [name]
    STAMP.write_text("".join(f"{part}={wanted_parts(part)}\n" for part in have))


def listed_parts(name: str) -> list[str]:
    return [line for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines() if "==" in line]


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands on a fresh clone at once: the second waits, and finds it done."""
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def environment_works() -> bool:
    """Its Python is there, and is still the one whose parts lie in it: systems replace theirs under our feet."""
    if not PYTHON.exists():
        return False
    version = re.fullmatch(r"python(\d+\.\d+)", PYTHON.resolve().name)
    return not version or (VENV / "lib" / f"python{version.group(1)}").is_dir()


def pip_works() -> bool:
    """A making that was cut off leaves Python without pip."""
    return subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    except subprocess.CalledProcessError as problem:
        refuse(
            f"the virtual environment {VENV.name} could not be made ({problem}). "
            "On Debian and Ubuntu: apt-get install python3-venv.",
        )


def installers() -> Iterator[list[str]]:
    """The hashed uv where it can be had (seconds), then pip (a minute)."""
    pip = [str(PYTHON), "-m", "pip"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    wanted = str(ROOT / "requirements" / "uv.txt")
    got_uv = subprocess.run(
        [*pip, "install", *quiet, "--require-hashes", "-r", wanted], capture_output=True, check=False
    )
    if got_uv.returncode == 0:
        yield [str(VENV_BIN / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
    yield [*pip, "install", *quiet]


def environment_of_installer() -> dict[str, str]:
    """Where pip was told to look for packages, uv looks too: uv does not read pip's settings."""
    environment = dict(os.environ)
    for pips, uvs in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_FIND_LINKS", "UV_FIND_LINKS")):
        if uvs not in environment and environment.get(pips):
            environment[uvs] = environment[pips].replace(" ", ",") if "LINKS" in pips else environment[pips]
    return environment
