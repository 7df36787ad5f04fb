"""The scripts under bin/, which must work before anything is installed."""

import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def script(name: str, *arguments: str, cwd: Path = ROOT, **said: str) -> subprocess.CompletedProcess[str]:
    """By a bare Python: no site-packages, so an import of an installed part would fail."""
    return subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "bin" / name), *arguments],
        cwd=cwd,
        env={**os.environ, **said},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def setup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """bin/_setup.py, with a project of its own."""
    monkeypatch.syspath_prepend(str(ROOT / "bin"))
    spec = importlib.util.spec_from_file_location("_setup_under_test", ROOT / "bin" / "_setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "app.txt").write_text("a==1 \\\n    --hash=sha256:x\nb==2 \\\n    --hash=sha256:y\n")
    (tmp_path / "requirements" / "uv.txt").write_text("")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "VENV_BIN", tmp_path / ".venv" / "bin")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "kanal-parts")
    return module


def test_a_rule_is_found_with_its_code_and_its_proof_in_no_time(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = script("rule", "id-1", cwd=tmp_path)
    assert time.monotonic() - began < 2  # milliseconds where nothing else runs
    assert ran.returncode == 0
    assert ran.stdout.startswith("ID-1  A person signs in with e-mail and password")
    assert re.search(r"^kept in    kanal/\S+\.py:\d+  ", ran.stdout, re.MULTILINE)
    assert re.search(r"^proved in  tests/\S+\.py:\d+  ", ran.stdout, re.MULTILINE)


def test_a_rule_that_is_none_is_answered_with_those_that_are_near() -> None:
    mistyped = f"ID-{99}"  # not written out, or it would count as cited
    ran = script("rule", mistyped)
    assert ran.returncode == 1
    assert f"there is no rule {mistyped}; did you mean ID-9" in ran.stdout


def test_all_rules_are_listed_without_a_name() -> None:
    listed = script("rule").stdout.splitlines()
    assert len(listed) == len(
        [line for line in (ROOT / "docs/rules.md").read_text().splitlines() if re.match(r"\| [A-Z]{2,7}-\d", line)]
    )


def test_every_drill_is_listed_with_what_it_does() -> None:
    ran = script("drill")
    listed = [line.split()[0] for line in ran.stdout.splitlines() if line.startswith("  ")]
    assert ran.returncode == 0
    assert listed == sorted(path.stem.removeprefix("test_") for path in (ROOT / "tests/drills").glob("test_*.py"))
    assert script("drill", "none").returncode == 1


def test_continuous_integration_is_bin_test_and_nothing_else() -> None:
    words = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert words[0] == "set -euo pipefail"
    assert len(words) == 2
    assert words[1].startswith("exec ")
    assert words[1].endswith('/../bin/test"')
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("name", ["run", "test", "check", "bench", "drill", "rule", "lock", "messages"])
def test_every_script_can_be_carried_out(name: str) -> None:
    path = ROOT / "bin" / name
    assert os.access(path, os.X_OK)
    assert path.read_text().startswith("#!/usr/bin/env python3\n")


def test_no_file_names_where_parts_come_from() -> None:
    for path in [*(ROOT / "requirements").iterdir(), ROOT / "bin/_setup.py"]:
        assert not re.search(r"https?://|--index-url|--find-links", path.read_text()), path


# --- Making .venv -----------------------------------------------------------------------------------------------
def test_parts_are_counted_by_what_is_locked(setup: ModuleType) -> None:
    assert [part.split("==")[0] for part in setup.listed_parts("app")] == ["a", "b"]


def test_a_python_that_the_system_replaced_is_noticed(setup: ModuleType) -> None:
    """The link is there and works, but the parts lie in another version's folder."""
    python = setup.PYTHON
    python.parent.mkdir(parents=True)
    other = python.parent.parent.parent / "python3.99"
    other.touch()
    python.symlink_to(other)
    assert not setup.environment_works()
    (setup.VENV / "lib" / "python3.99").mkdir(parents=True)
    assert setup.environment_works()
    other.unlink()
    assert not setup.environment_works()


def test_parts_are_there_only_as_long_as_the_lock_is_the_same(setup: ModuleType) -> None:
    (setup.VENV / "bin").mkdir(parents=True)
    setup.PYTHON.symlink_to(sys.executable)
    version = re.sub(r"^python", "", Path(sys.executable).resolve().name)
    (setup.VENV / "lib" / f"python{version}").mkdir(parents=True)
    assert not setup.parts_are_there("app")
    setup.STAMP.write_text(f"app={setup.wanted_parts('app')}\n")
    assert setup.parts_are_there("app")
    (setup.ROOT / "requirements" / "app.txt").write_text("a==2\n")
    assert not setup.parts_are_there("app")


def test_when_the_first_installer_fails_the_next_one_is_asked(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (setup.VENV / "bin").mkdir(parents=True)
    monkeypatch.setattr(setup, "environment_works", lambda: True)
    monkeypatch.setattr(setup, "pip_works", lambda: True)
    monkeypatch.setattr(setup, "installers", lambda: [["false"], ["true"]])
    setup.install("app", setup.Steps(total=1))
    assert setup.STAMP.read_text() == f"app={setup.wanted_parts('app')}\n"
    assert "[1/1] installed 2 parts" in capsys.readouterr().out


def test_when_none_can_install_it_says_so_and_leaves_no_stamp(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    (setup.VENV / "bin").mkdir(parents=True)
    setup.STAMP.write_text("app=old\n")
    monkeypatch.setattr(setup, "environment_works", lambda: True)
    monkeypatch.setattr(setup, "pip_works", lambda: True)
    monkeypatch.setattr(setup, "installers", lambda: [["false"]])
    with pytest.raises(SystemExit, match="the parts could not be installed"):
        setup.install("app", setup.Steps(total=1))
    assert not setup.STAMP.exists()


def test_an_old_python_is_refused_by_its_number(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST", (9, 9))
    with pytest.raises(SystemExit, match=r"Python 9\.9 or newer is needed; this is 3\."):
        setup.install("app", setup.Steps(total=1))


def test_where_pip_looks_uv_looks_too(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("UV_DEFAULT_INDEX", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_FIND_LINKS", "/a /b")
    monkeypatch.setenv("PIP_INDEX_URL", "said by the environment")
    told = setup.environment_of_installer()
    assert (told["UV_FIND_LINKS"], told["UV_DEFAULT_INDEX"]) == ("/a,/b", "said by the environment")


def test_without_a_browser_it_is_said_loudly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str], setup: ModuleType
) -> None:
    monkeypatch.setitem(sys.modules, "_setup", setup)
    spec = importlib.util.spec_from_file_location("_tests_under_test", ROOT / "bin" / "_tests.py")
    assert spec is not None
    assert spec.loader is not None
    tests = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tests)
    monkeypatch.setattr(tests, "CHROMIUM", tmp_path / "chromium")
    monkeypatch.setattr(tests, "install_packages", lambda: " (apt-get update failed: no network)")
    monkeypatch.setattr(tests.os, "geteuid", lambda: 0)
    tests.get_chromium()
    said = capfd.readouterr().err
    assert "CANNOT RUN (apt-get update failed: no network)" in said
