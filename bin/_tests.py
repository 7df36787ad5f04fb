"""What bin/test and bin/drill share: a browser, and the tests themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from _setup import ROOT

CHROMIUM = Path("/usr/bin/chromium")
PACKAGES = ["chromium", "fonts-dejavu-core", "fonts-noto-core"]
WITHOUT_BROWSER = """
!!! There is no Chromium at {place}, so the browser tests CANNOT RUN{why}.
!!! On Debian, as root: apt-get install {packages}
"""


def get_chromium() -> None:
    """Debian's own, when we are root and none is there; the tests refuse to pass without one under CI."""
    if CHROMIUM.exists():
        return
    why = ""
    if os.geteuid() == 0:
        print("      installing Chromium for the browser tests", flush=True)
        why = install_packages()
    if not CHROMIUM.exists():
        print(WITHOUT_BROWSER.format(place=CHROMIUM, why=why, packages=" ".join(PACKAGES)), file=sys.stderr, flush=True)


def install_packages() -> str:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
    ):
        try:
            ran = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            return " (there is no apt-get here)"
        if ran.returncode:
            last = (ran.stderr.strip() or "no word").splitlines()[-1]
            return f" ({' '.join(command[:2])} failed: {last})"
    return ""


def build(python: Path) -> None:
    """Words compiled and static files collected, as a start would do it."""
    environment = {**os.environ, "KANAL_SANDBOX": "1"}
    subprocess.run([python, "-m", "kanal", "build"], cwd=ROOT, env=environment, check=True)


def run_tests(python: Path, options: list[str], **environment: str) -> int:
    """Pytest has the last word: its closing line is the last one."""
    under_ci = bool(os.environ.get("CI"))
    options = options or ["-n", "2", "--dist", "worksteal"]
    return subprocess.run(
        [python, "-m", "pytest", "-q", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL if under_ci else None,
        check=False,
    ).returncode
