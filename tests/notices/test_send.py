"""Mail against a real server that takes it, refuses it, puts it off, breaks off: each ends as it must, and once."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from kanal.kit.clock import real_now
from kanal.kit.models import Outbox
from kanal.kit.queue import NO_BOOK
from kanal.notices import post_office, send
from kanal.notices.deliver import deliver_notice
from kanal.notices.letterhead import message_of
from kanal.notices.models import Mail
from kanal.notices.resend import MailIsOnItsWay, resend_mail
from kanal.notices.send import CLAIM, PAUSES, claimed, leave_in_doubt, send_mails
from kanal.notices.tell import Reader, tell
from tests.notices.smtp_server import Behaviour, smtp_server
from tests.notices.telling import carry_out_tellings

State = Mail.State


@pytest.fixture
def ways(settings: Settings) -> Iterator[Behaviour]:
    behaviour = Behaviour()
    with smtp_server(behaviour) as port:
        settings.KANAL_SANDBOX = False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.DEFAULT_FROM_EMAIL = "Sao Khuê Cloud <khong-tra-loi@saokhue.example>"
        yield behaviour


@pytest.fixture
def mail(db: None, noon: datetime) -> Mail:
    return a_mail(noon)


def a_mail(
    noon: datetime, address: str = "lan@saomai.example", cause: str = "c", kind: str = "password_changed"
) -> Mail:
    reader = Reader(address, "Trần Ngọc Lan", "vi")
    tell(kind, to=[reader], facts={}, cause=cause, at=noon, link="/account/")
    carry_out_tellings(noon)
    return Mail.objects.get(to_address=address, cause=cause)


def after(mail: Mail, noon: datetime) -> Mail:
    send_mails(at=noon + timedelta(minutes=1))
    mail.refresh_from_db()
    return mail


def test_a_mail_goes_out_whole_with_both_bodies_and_a_message_id_of_its_own(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    mail = after(mail, noon)

    assert (mail.state, mail.attempts, mail.sent_at) == (State.SENT, 1, noon + timedelta(minutes=1))
    [message] = ways.messages()
    assert message["To"] == "Trần Ngọc Lan <lan@saomai.example>"
    assert message["From"] == "Sao Khuê Cloud <khong-tra-loi@saokhue.example>"
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == f"<{mail.public_id}@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    assert text.get_content().splitlines() == mail.text.splitlines()
    assert "Trần Ngọc Lan" in html.get_content()
    assert all(byte < 128 for byte in ways.taken[0])


def test_a_line_that_is_a_dot_arrives_as_a_dot(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    Mail.objects.update(text="one\n.\n..two\nthree\n")
    after(mail, noon)
    [message] = ways.messages()
    text = message.get_body(("plain",))
    assert text
    assert text.get_content().replace("\r", "") == "one\n.\n..two\nthree\n"


def test_a_refused_recipient_fails_for_good_and_the_next_mail_still_goes(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    ways.recipients["lan@saomai.example"] = "550 5.1.1 no such user"
    other = a_mail(noon, "khoa@biendong.example")

    mail = after(mail, noon)
    other.refresh_from_db()
    assert (mail.state, mail.last_error, mail.next_try_at) == (State.FAILED, "550 5.1.1 no such user", None)
    assert other.state == State.SENT


def test_one_put_off_is_tried_after_a_minute_five_fifteen_and_so_on_and_fails_after_a_day(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    ways.recipients["lan@saomai.example"] = "451 4.7.1 greylisted"
    pauses = []
    for _ in PAUSES:
        mail = after(mail, noon)
        assert mail.state == State.WAITING
        assert mail.next_try_at
        pauses.append(round((mail.next_try_at - real_now()) / timedelta(minutes=1)))
        after(mail, noon)
        assert mail.attempts == len(pauses), "nothing is tried before its time"
        Mail.objects.update(next_try_at=real_now())
    assert pauses == [1, 5, 15, 60, 180, 360, 720, 1440]

    mail = after(mail, noon)
    assert (mail.state, mail.last_error, mail.attempts) == (State.FAILED, "451 4.7.1 greylisted", 9)
    assert ways.taken == []


def test_one_put_off_goes_when_the_server_has_changed_its_mind(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    ways.recipients["lan@saomai.example"] = "451 later"
    after(mail, noon)
    ways.recipients.clear()
    Mail.objects.update(next_try_at=real_now())

    mail = after(mail, noon)
    assert (mail.state, mail.attempts, mail.last_error, len(ways.taken)) == (State.SENT, 2, "", 1)


@pytest.mark.parametrize("answer", ["552 too large", "554 spam"])
def test_a_refused_text_fails_for_good(mail: Mail, ways: Behaviour, noon: datetime, answer: str) -> None:
    ways.end = answer
    mail = after(mail, noon)
    assert (mail.state, mail.last_error) == (State.FAILED, answer)


def test_a_text_put_off_is_tried_again(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    ways.end = "452 disk full"
    assert after(mail, noon).state == State.WAITING


def test_a_server_that_refuses_our_sender_is_ours_to_mend_and_no_mail_fails_for_it(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    ways.sender = "553 sender not allowed"
    mail = after(mail, noon)
    assert (mail.state, mail.last_error) == (State.WAITING, "553 sender not allowed")


def test_a_server_out_of_reach_is_not_asked_for_every_mail(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    ways.greeting = "421 too busy"
    other = a_mail(noon, "khoa@biendong.example")
    mail = after(mail, noon)
    other.refresh_from_db()

    assert sorted([mail.attempts, other.attempts]) == [0, 1]
    assert {mail.state, other.state} == {State.WAITING}
    assert ways.calls == 1


@pytest.mark.parametrize("demand", ["EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_HOST_USER"])
def test_what_was_to_be_encrypted_or_signed_in_to_is_never_sent_without(
    mail: Mail, ways: Behaviour, noon: datetime, settings: Settings, demand: str
) -> None:
    """The server offers none of it; the mail waits until the operator has mended it."""
    setattr(settings, demand, True)
    settings.EMAIL_TIMEOUT = 1
    mail = after(mail, noon)
    assert (mail.state, mail.attempts, ways.taken) == (State.WAITING, 1, [])
    assert mail.last_error


def test_no_server_at_all_is_waited_for(mail: Mail, ways: Behaviour, noon: datetime, settings: Settings) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = closed.getsockname()[1]
        mail = after(mail, noon)
    assert (mail.state, mail.attempts) == (State.WAITING, 1)
    assert mail.last_error.startswith("ConnectionRefusedError")


def test_a_line_that_breaks_in_the_text_gave_the_server_nothing_so_it_is_tried_again(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    """Without the last dot the server must forget what it has; ours did not get to send it."""
    ways.drop = "in the text"
    Mail.objects.update(text="a line that fills what the system takes in at once\n" * 400_000)
    mail = after(mail, noon)
    assert mail.state == State.WAITING
    assert mail.last_error.startswith(("ConnectionResetError", "SMTPServerDisconnected", "BrokenPipeError"))
    assert ways.taken == []


def test_a_line_that_breaks_before_the_last_answer_leaves_a_doubt_that_no_machine_resolves(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    ways.drop = "before the last answer"
    mail = after(mail, noon)
    assert (mail.state, mail.next_try_at) == (State.IN_DOUBT, None)

    ways.drop = ""
    after(mail, noon)
    assert len(ways.taken) == 1


def test_a_person_can_send_a_doubtful_mail_again_and_it_is_known_as_the_same(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    ways.drop = "before the last answer"
    mail = after(mail, noon)
    ways.drop = ""

    resend_mail(mail, at=noon)
    mail = after(mail, noon)
    assert (mail.state, mail.attempts) == (State.SENT, 1)
    first, second = ways.messages()
    assert first["Message-ID"] == second["Message-ID"]


def test_only_a_mail_that_failed_or_is_in_doubt_is_sent_again(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    for _ in range(2):
        with pytest.raises(MailIsOnItsWay):
            resend_mail(mail, at=noon)
        mail = after(mail, noon)
    assert len(ways.taken) == 1


class Died(BaseException):
    """The process ends here; nothing after it is carried out."""


def test_a_worker_that_dies_before_the_text_is_given_has_sent_nothing_and_another_sends_it(
    mail: Mail, ways: Behaviour, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: object) -> EmailMessage:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(send, "message_of", die)
        with pytest.raises(Died):
            send_mails(at=noon)
    mail = after(mail, noon)
    assert (mail.state, ways.taken) == (State.WAITING, [])  # its claim still runs

    Mail.objects.update(next_try_at=real_now())
    assert after(mail, noon).state == State.SENT
    assert len(ways.taken) == 1


def test_a_worker_that_dies_between_the_servers_answer_and_our_commit_leaves_a_doubt(
    mail: Mail, ways: Behaviour, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as dying:
        dying.setattr(send, "settle", die)
        with pytest.raises(Died):
            send_mails(at=noon)
    assert len(ways.taken) == 1
    mail = after(mail, noon)
    assert mail.state == State.HANDING_OVER

    Mail.objects.update(next_try_at=real_now())
    mail = after(mail, noon)
    assert (mail.state, len(ways.taken)) == (State.IN_DOUBT, 1)


def test_an_answer_that_comes_late_takes_away_the_doubt(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    ours = claimed()
    assert ours
    assert ours.claim
    assert send.giving(ours, ours.claim)()
    Mail.objects.update(next_try_at=real_now())
    assert leave_in_doubt() == 1
    send.settle(ours, ours.claim, state=State.SENT, sent_at=noon, last_error="", next_try_at=None)
    mail.refresh_from_db()
    assert mail.state == State.SENT


def test_who_lost_the_claim_gives_nothing(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    slow = claimed()
    assert slow
    assert slow.claim
    Mail.objects.update(next_try_at=real_now())
    assert after(mail, noon).state == State.SENT

    office = post_office.Smtp()
    message = message_of(slow)
    assert not office.hand_over(message, to="lan@saomai.example", giving=send.giving(slow, slow.claim))
    office.leave()
    assert len(ways.taken) == 1


def test_two_workers_never_claim_the_same_mail(mail: Mail) -> None:
    first = claimed()
    assert first
    assert claimed() is None
    assert first.next_try_at
    assert timedelta() < first.next_try_at - real_now() <= CLAIM


def test_a_link_that_opens_an_account_is_sealed_until_it_is_sent_and_gone_afterwards(
    db: None, ways: Behaviour, noon: datetime
) -> None:
    tell(
        "reset_password",
        to=[Reader("lan@saomai.example", "Lan", "vi")],
        facts={},
        cause="r",
        at=noon,
        link="/account/reset/s3cret/",
    )
    kept = [str(row.facts) for row in Outbox.objects.filter(book_id=NO_BOOK)]
    carry_out_tellings(noon)
    mail = Mail.objects.get(cause="r")
    assert "s3cret" not in "".join([*kept, mail.text, mail.html])

    mail = after(mail, noon)
    [message] = ways.messages()
    text = message.get_body(("plain",))
    assert text
    assert "/account/reset/s3cret/" in text.get_content()
    assert (mail.state, mail.text, mail.html) == (State.SENT, "", "")


def test_many_mails_take_turns_with_other_work(db: None, ways: Behaviour, noon: datetime) -> None:
    readers = [Reader(f"r{number}@example.com", "R", "en") for number in range(send.AT_ONCE + 5)]
    tell("password_changed", to=readers, facts={}, cause="many", at=noon)
    carry_out_tellings(noon)

    send_mails(at=noon)
    assert Mail.objects.filter(state=State.SENT).count() == send.AT_ONCE
    assert Outbox.objects.filter(book_id=NO_BOOK, name="send_mails").exists()
    assert ways.calls == 1  # one conversation with the server for all of them

    send_mails(at=noon)
    assert Mail.objects.filter(state=State.SENT).count() == send.AT_ONCE + 5


def test_an_address_that_no_mail_can_carry_fails_with_the_reason(mail: Mail, ways: Behaviour, noon: datetime) -> None:
    Mail.objects.update(to_address="lần@saomai.example")
    mail = after(mail, noon)
    assert mail.state == State.FAILED
    assert mail.last_error


def test_a_domain_in_vietnamese_is_written_in_the_letters_mail_knows(
    mail: Mail, ways: Behaviour, noon: datetime
) -> None:
    Mail.objects.update(to_address="lan@sốmai.example")
    assert after(mail, noon).state == State.SENT
    assert "lan@xn--smai-" in str(ways.messages()[0]["To"])


def test_a_sandbox_puts_its_mails_on_the_shelf(mail: Mail, noon: datetime) -> None:
    mail = after(mail, noon)
    assert (mail.state, mail.sent_at) == (State.SENT, noon + timedelta(minutes=1))


def test_a_telling_carried_out_twice_mails_once(db: None, noon: datetime, ways: Behaviour) -> None:
    reader = Reader("lan@saomai.example", "Lan", "vi", person_id=UUID(int=1))
    told = {"kind": "password_changed", "to": [reader.to_json()], "facts": {}, "cause": str(uuid4()), "link": ""}
    for _ in range(2):
        deliver_notice(**told, asked_at=noon, at=noon)  # type: ignore[arg-type]
        send_mails(at=noon)
    assert len(ways.taken) == 1
