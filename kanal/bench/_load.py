"""A client that asks one page over and over on many connections, with as little work of its own as Python allows.

Every connection has one request on its way; the answer's length tells when the next may go. Client and server share
the machine, so figures are compared with those of a bare server under the same client, never taken by themselves.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
END = b"\r\n\r\n"
LAST_CHUNK = b"\r\n0\r\n\r\n"


@dataclass
class Outcome:
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


@dataclass(slots=True)
class Connection:
    socket: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    awaited: int = 0  # bytes of the whole answer, once its head is there; -1: until the last chunk


class WrongAnswer(Exception):
    """A page that answers something else is not measured: it may well be faster."""


def ask(
    port: int, path: str, *, seconds: float, connections: int = 64, cookie: str = "", expected: int = 200
) -> Outcome:
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Language: vi\r\n{cookies}\r\n".encode()
    outcome, selector = Outcome(), selectors.DefaultSelector()
    opened = [Connection(socket.create_connection(("127.0.0.1", port))) for _ in range(connections)]
    began = time.perf_counter()
    try:
        for each in opened:
            each.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(each.socket, selectors.EVENT_READ, each)
            send(each, request)
        while (now := time.perf_counter()) < began + seconds:
            for key, _ in selector.select(timeout=began + seconds - now):
                if is_whole(key.data, path, expected):
                    outcome.latencies.append(time.perf_counter() - key.data.began)
                    send(key.data, request)
        outcome.seconds = time.perf_counter() - began
    finally:
        for each in opened:
            each.socket.close()
        selector.close()
    return outcome


def send(connection: Connection, request: bytes) -> None:
    connection.received.clear()
    connection.awaited = 0
    connection.began = time.perf_counter()
    connection.socket.sendall(request)


def is_whole(connection: Connection, path: str, expected: int) -> bool:
    piece = connection.socket.recv(262144)
    if not piece:
        raise WrongAnswer(f"{path}: the server closed the connection")
    received = connection.received
    received += piece
    if not connection.awaited:
        head = received.find(END)
        if head < 0:
            return False
        status = STATUS.match(received)
        if status is None or int(status.group(1)) != expected:
            raise WrongAnswer(f"{path} answers {bytes(received[:200])!r}")
        length = LENGTH.search(received, 0, head + 2)
        connection.awaited = head + len(END) + int(length.group(1)) if length else -1
    if connection.awaited < 0:
        return received.endswith(LAST_CHUNK)
    return len(received) >= connection.awaited
