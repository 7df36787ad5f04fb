"""The folder in which web processes count together."""

import fcntl
import os
import stat
from pathlib import Path

import pytest

from kanal.cli import _counters
from kanal.cli._counters import BYTES, folder_of_counters, place_of_counters, take_pages


def test_it_is_in_memory_and_for_nobody_else(tmp_path: Path) -> None:
    place = place_of_counters(tmp_path)
    assert place.parent == (_counters.IN_MEMORY if _counters.IN_MEMORY.is_dir() else tmp_path)
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("there", ["a file", "a link", "nothing"])
def test_where_that_place_is_not_ours_it_is_under_var(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    memory = tmp_path / "memory"
    monkeypatch.setattr(_counters, "IN_MEMORY", memory)
    if there != "nothing":
        memory.mkdir()
        strange = memory / f"kanal-{os.getuid()}"
        strange.touch() if there == "a file" else strange.symlink_to(tmp_path)
    assert place_of_counters(tmp_path / "var") == tmp_path / "var" / "counters"


def test_each_server_has_its_own_and_takes_it_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_counters, "IN_MEMORY", tmp_path / "none")
    with folder_of_counters(tmp_path) as one:
        (one / "counter_1.db").touch()
        with folder_of_counters(tmp_path) as other:
            assert one.exists()
            assert other != one
        assert not other.exists()
    assert not one.exists()


def test_what_a_killed_one_left_is_removed_and_what_lives_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_counters, "IN_MEMORY", tmp_path / "none")
    for name in ("killed", "living", "cut-off"):
        (tmp_path / "counters" / name).mkdir(parents=True)
    (tmp_path / "counters" / "killed" / "lock").touch()
    with (tmp_path / "counters" / "living" / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with folder_of_counters(tmp_path) as mine:
            left = {path.name for path in (tmp_path / "counters").iterdir() if path.is_dir()}
    assert left == {"living", mine.name}


def test_pages_are_taken_before_they_are_needed(tmp_path: Path) -> None:
    """A hole in the file would be filled on first touch, and a full disk then ends the process."""
    take_pages(tmp_path)
    for kind in ("counter", "histogram"):
        facts = (tmp_path / f"{kind}_{os.getpid()}.db").stat()
        assert facts.st_size == BYTES
        assert facts.st_blocks * 512 >= BYTES
