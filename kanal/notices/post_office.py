"""Hand a mail over to the server, and know after each step what that step's failure means.

Until the last byte of the text is given, the server has nothing: whatever breaks, the mail may be tried again. Once
it is given and no answer comes, the server may have it: then nobody may try again by himself (`Doubtful`).
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Protocol

from django.conf import settings

LAST_ANSWER_SECONDS = 120  # a server may scan a mail before it takes it (RFC 5321 allows 10 minutes; ours are small)
LONGEST_ANSWER = 500


class NotTaken(Exception):
    """The server has not taken the mail; it may be tried again."""


class Unreachable(NotTaken):
    """It lies with the server or the way to it: no other mail would fare better now."""


class Refused(Exception):
    """The server will never take this mail."""


class Doubtful(Exception):
    """The text was given and no answer came back."""


class PostOffice(Protocol):
    def hand_over(self, message: EmailMessage, *, to: str, giving: Callable[[], bool]) -> bool:
        """`giving` is asked right before the text is given; when it says no, nothing is."""


class Shelf:
    """The sandbox sends nothing: its mails lie open at /dev/mail."""

    def hand_over(self, message: EmailMessage, *, to: str, giving: Callable[[], bool]) -> bool:  # noqa: ARG002
        message.as_bytes()  # what a real server could not be given is found out here too
        return giving()


class Smtp:
    """The server of Django's EMAIL settings, spoken to at the first mail and left after the last."""

    def __init__(self) -> None:
        self.line: smtplib.SMTP | None = None

    def hand_over(self, message: EmailMessage, *, to: str, giving: Callable[[], bool]) -> bool:
        line = self.line = self.line or self.connect()
        try:
            with _before_the_text():
                self.expect(line.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]), kind=Unreachable)
                self.expect(line.rcpt(to), kind=Refused)
                if not giving():
                    line.rset()
                    return False
                self.expect(line.docmd("DATA"), kind=Refused, good=(354,))
                line.send(_as_sent(message))
            self.expect(self.last_answer(line), kind=Refused)
        except BaseException:
            self.hang_up()
            raise
        return True

    def connect(self) -> smtplib.SMTP:
        host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
        trusted = ssl.create_default_context()
        with _before_the_text():
            if settings.EMAIL_USE_SSL:
                line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=settings.EMAIL_TIMEOUT, context=trusted)
            else:
                line = smtplib.SMTP(host, port, timeout=settings.EMAIL_TIMEOUT)
            try:
                self.introduce(line, trusted)
            except BaseException:
                line.close()
                raise
        return line

    def introduce(self, line: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
        """A server that does not offer the encryption we were told to use is not spoken to without it."""
        if settings.EMAIL_USE_TLS:
            line.starttls(context=trusted)
        line.ehlo_or_helo_if_needed()
        if settings.EMAIL_HOST_USER:
            line.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)

    def last_answer(self, line: smtplib.SMTP) -> tuple[int, bytes]:
        try:
            if line.sock:
                line.sock.settimeout(LAST_ANSWER_SECONDS)
            answer = line.getreply()
            if line.sock:
                line.sock.settimeout(settings.EMAIL_TIMEOUT)
        except (smtplib.SMTPException, OSError) as problem:
            raise Doubtful(f"the server was given the mail and did not answer ({_said(problem)})") from problem
        return answer

    def expect(
        self, answer: tuple[int, bytes], *, kind: type[Refused | Unreachable], good: tuple[int, ...] = (250, 251)
    ) -> None:
        """5xx is the server's last word on this mail where `kind` says so; every other no is one for now."""
        code, words = answer
        if code in good:
            return
        said = f"{code} {words.decode('utf-8', 'replace')}"[:LONGEST_ANSWER].replace("\0", "")
        if code == 421:  # noqa: PLR2004 - the server is closing, whatever it was asked
            raise Unreachable(said)
        if 500 <= code < 600:  # noqa: PLR2004 - RFC 5321: permanent
            raise kind(said)
        raise NotTaken(said)

    def hang_up(self) -> None:
        line, self.line = self.line, None
        if line:
            line.close()

    def leave(self) -> None:
        if self.line:
            try:
                self.line.quit()
            except (smtplib.SMTPException, OSError):
                self.hang_up()


@contextmanager
def post_office() -> Iterator[PostOffice]:
    if settings.KANAL_SANDBOX:
        yield Shelf()
        return
    smtp = Smtp()
    try:
        yield smtp
    finally:
        smtp.leave()


@contextmanager
def _before_the_text() -> Iterator[None]:
    try:
        yield
    except (smtplib.SMTPException, OSError) as problem:
        raise Unreachable(_said(problem)) from problem


def _said(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        words = problem.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return f"{problem.smtp_code} {text}"[:LONGEST_ANSWER].replace("\0", "")
    return f"{type(problem).__name__}: {problem}"[:LONGEST_ANSWER]


def _as_sent(message: EmailMessage) -> bytes:
    """CRLF at every line's end, a dot doubled where a line begins with one, and the lone dot that ends it."""
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", message.as_bytes())
    text = re.sub(rb"(?m)^\.", b"..", text)
    return text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n"
