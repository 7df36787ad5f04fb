"""A small SMTP server on the loopback that behaves well, or badly in one chosen way."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Behaviour:
    """Answers to give, by what they answer; `drop` is when to hang up instead."""

    greeting: str = "220 test"
    sender: str = "250 ok"
    recipients: dict[str, str] = field(default_factory=dict)
    begin: str = "354 go on"
    end: str = "250 taken"
    drop: str = ""  # "in the text" or "before the last answer"
    taken: list[bytes] = field(default_factory=list)
    calls: int = 0

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(each, policy=policy.default) for each in self.taken]


class Conversation(socketserver.StreamRequestHandler):
    server: "Server"

    def handle(self) -> None:
        ways = self.server.ways
        ways.calls += 1
        self.say(ways.greeting)
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word in {b"EHLO", b"HELO"}:
                self.say("250 test")
            elif word == b"MAIL":
                self.say(ways.sender)
            elif word == b"RCPT":
                address = line.split(b"<", 1)[1].split(b">", 1)[0].decode()
                self.say(ways.recipients.get(address, "250 ok"))
            elif word == b"DATA":
                self.say(ways.begin)
                if ways.begin.startswith("354") and not self.take_text():
                    return
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take_text(self) -> bool:
        ways = self.server.ways
        if ways.drop == "in the text":
            self.rfile.readline()
            return False
        text = b""
        while (line := self.rfile.readline()) != b".\r\n":
            text += line[1:] if line.startswith(b"..") else line
        if ways.drop == "before the last answer":
            ways.taken.append(text)  # the server has it, and nobody was told
            return False
        if ways.end.startswith("250"):
            ways.taken.append(text)
        self.say(ways.end)
        return True

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, ways: Behaviour) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.ways = ways

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the play."""


@contextmanager
def smtp_server(ways: Behaviour) -> Iterator[int]:
    """The port it listens on."""
    server = Server(ways)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
