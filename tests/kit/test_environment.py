"""Settings as people write them: every slip is named, all at once, with what to write instead."""

import pickle
from pathlib import Path

import pytest

from kanal.kit.environment import BrokenEnvironment, Environment, read_env_file


def env_of(tmp_path: Path, text: str) -> Environment:
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    return Environment.of(tmp_path)


def problems_of(env: Environment) -> list[str]:
    try:
        env.settle()
    except BrokenEnvironment as broken:
        return broken.problems
    return []


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "\ufeff# a comment\n\n  KANAL_A = one two \nexport KANAL_B='  kept  '\n"
        'KANAL_C="a#b"\nKANAL_D=x#y\nKANAL_E=\r\n',
        encoding="utf-8",
    )
    values, problems = read_env_file(tmp_path / ".env")
    assert problems == []
    assert values == {"KANAL_A": "one two", "KANAL_B": "  kept  ", "KANAL_C": "a#b", "KANAL_D": "x#y", "KANAL_E": ""}


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env") == ({}, [])


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("KANAL_A one", "line 2: this is not NAME=value"),
        ("=one", "line 2: this is not NAME=value"),
        ("KANAL-A=one", "line 2: this is not NAME=value"),
        ('KANAL_A="one', "line 2: the quote after KANAL_A= is not closed"),
        ("KANAL_A='", "line 2: the quote after KANAL_A= is not closed"),
        ("KANAL_A=one # two", "line 2: after KANAL_A= it is unclear where the value ends"),
        ("KANAL_Z=again", "line 2: KANAL_Z is said a second time"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, words: str) -> None:
    (tmp_path / ".env").write_text(f"KANAL_Z=1\n{line}\nKANAL_Y=2\n")
    values, problems = read_env_file(tmp_path / ".env")
    assert len(problems) == 1
    assert words in problems[0]
    assert values["KANAL_Y"] == "2"  # and reading goes on


@pytest.mark.parametrize("content", [b"\xff\xfe\x00K", b"KANAL_A=\xe9\n"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    assert "make it a readable UTF-8 text file" in " ".join(problems_of(Environment.of(tmp_path)))


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert "cannot be read (IsADirectoryError)" in " ".join(problems_of(Environment.of(tmp_path)))


def test_the_real_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KANAL_A", "from outside")
    env = env_of(tmp_path, "KANAL_A=from the file\nKANAL_B=from the file\n")
    assert env.text("KANAL_A") == "from outside"
    assert env.text("KANAL_B") == "from the file"


def test_a_name_nobody_asks_for_is_a_slip_and_the_right_one_is_offered(tmp_path: Path) -> None:
    env = env_of(tmp_path, "KANAL_ALOWED_HOSTS=a\nOTHER_PROGRAM=b\nKANAL_QQQQQ=c\n")
    env.listed("KANAL_ALLOWED_HOSTS")
    assert problems_of(env) == [
        "KANAL_ALOWED_HOSTS in .env is not a setting; did you mean KANAL_ALLOWED_HOSTS?",
        "KANAL_QQQQQ in .env is not a setting; .env.example lists all there are.",
    ]


@pytest.mark.parametrize(("told", "meant"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("", False)])
def test_yes_and_no_are_read_in_the_usual_spellings(told: str, meant: bool) -> None:
    env = Environment({"KANAL_A": told})
    assert env.yes("KANAL_A") is meant
    assert problems_of(env) == []


def test_every_problem_is_told_at_once() -> None:
    env = Environment({"KANAL_A": "perhaps", "KANAL_B": "-3", "KANAL_C": "loud", "KANAL_D": "Mars/Olympus"})
    env.yes("KANAL_A")
    assert env.number("KANAL_B", 7) == 7
    assert env.one_of("KANAL_C", ("json", "text")) == "json"
    assert env.zone("KANAL_D", "Asia/Ho_Chi_Minh") == "Asia/Ho_Chi_Minh"
    assert problems_of(env) == [
        "KANAL_A is “perhaps”; write 1 or 0.",
        "KANAL_B is “-3”; write a whole number from 0 to 2147483648.",
        "KANAL_C is “loud”; write json or text.",
        "KANAL_D is “Mars/Olympus”; write a time zone such as Asia/Ho_Chi_Minh.",
    ]


@pytest.mark.parametrize("told", ["12", "0", "100"])
def test_a_number_between_its_ends_is_taken(told: str) -> None:
    assert Environment({"KANAL_A": told}).number("KANAL_A", 7, most=100) == int(told)


@pytest.mark.parametrize("told", ["101", "1.5", "٣", "0x10", "-1"])
def test_any_other_number_is_not(told: str) -> None:
    env = Environment({"KANAL_A": told})
    assert env.number("KANAL_A", 7, most=100) == 7
    assert len(problems_of(env)) == 1


def test_the_problems_travel_between_processes() -> None:
    again = pickle.loads(pickle.dumps(BrokenEnvironment(["one", "two"])))  # noqa: S301 - our own
    assert again.problems == ["one", "two"]
