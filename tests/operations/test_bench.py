"""What bin/bench prints, and that its client counts what it is answered."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from kanal import bench
from kanal.bench import Figure, names, table
from kanal.bench._load import WrongAnswer, ask


def test_a_figure_is_held_against_its_baseline_or_against_a_bound() -> None:
    faster = Figure.at_least(2.0, "a", 30.0, "1/s", 10.0)
    slower = Figure.at_least(2.0, "a", 10.0, "1/s", 10.0)
    short = Figure.at_most(5.0, "b", 4.0, "s")
    long = Figure.at_most(5.0, "b", 6.0, "s")
    assert [figure.holds for figure in (faster, slower, short, long)] == [True, False, True, False]
    assert (faster.ratio, short.ratio) == (3.0, None)
    assert Figure.beside("c", 1.0, "ms").holds


def test_programs_get_what_was_promised(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from kanal.bench import start

    figures = [Figure.at_least(2.0, "a", 12345.678, "1/s", 10.0), Figure.at_most(5.0, "b", 6.0, "s")]
    monkeypatch.setattr(start, "run", lambda quick: figures if quick else [])
    assert bench.main(["start", "--quick", "--json"]) == 0

    said = capsys.readouterr().out
    report = json.loads(said.splitlines()[-1])
    assert set(report) == {"bench", "machine", "figures"}
    assert report["bench"] == "start"
    assert {"cores", "processor", "memory_gib", "system"} <= set(report["machine"])
    first, second = report["figures"]
    assert set(first) == {"name", "value", "unit", "baseline", "ratio", "goal", "holds"}
    assert (first["value"], first["baseline"], first["goal"], first["holds"]) == (12350.0, 10.0, 2.0, True)
    assert (second["baseline"], second["ratio"], second["holds"]) == (None, None, False)
    assert "MISSED" in said


def test_people_get_a_table_whose_columns_stand_under_each_other() -> None:
    figures = [Figure.at_least(2.0, "short", 9.0, "1/s", 3.0), Figure.at_most(5.0, "a longer name", 1234567.0, "s")]
    head, *rows = table(figures)
    assert "≥ 2" in rows[0]
    assert "≤ 5" in rows[1]
    assert head.index("goal") == rows[0].index("≥ 2") == rows[1].index("≤ 5")


def test_every_bench_is_listed_and_explained() -> None:
    assert "start" in names()
    assert not [name for name in names() if name.startswith("_")]


# --- The client -------------------------------------------------------------------------------------------------
Answering = Callable[[bytes], int]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A server that gives every request the same bytes, a few at a time."""
    opened: list[socket.socket] = []

    def serve(answer: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        opened.append(listener)
        threading.Thread(target=accept, args=(listener, answer), daemon=True).start()
        return int(listener.getsockname()[1])

    yield serve
    for listener in opened:
        listener.close()


def accept(listener: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=talk, args=(connection, answer), daemon=True).start()


def talk(connection: socket.socket, answer: bytes) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, contextlib.suppress(OSError):  # the client leaves in the middle of an answer
        while connection.recv(65536):
            for piece in (answer[:20], answer[20:]):
                connection.sendall(piece)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ],
)
def test_every_whole_answer_is_counted_once(answering: Answering, answer: bytes) -> None:
    outcome = ask(answering(answer), "/", seconds=0.3, connections=2)
    assert len(outcome.latencies) > 10
    assert 0 < outcome.percentile(0.5) <= outcome.percentile(0.99) < 300
    assert outcome.rate == pytest.approx(len(outcome.latencies) / outcome.seconds)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 500 Oh\r\n\r\n"])
def test_another_answer_than_the_page_is_not_measured(answering: Answering, answer: bytes) -> None:
    with pytest.raises(WrongAnswer):
        ask(answering(answer), "/", seconds=0.3, connections=1)
