"""The mail log at the desk, and the open shelf of a sandbox."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from kanal.audit.models import AuditRecord
from kanal.kit.models import Outbox
from kanal.notices.models import Mail
from kanal.notices.send import send_mails
from kanal.notices.tell import Reader, tell
from tests.notices.telling import carry_out_tellings
from tests.web.pages.conftest import Browser
from tests.world import World


@pytest.fixture
def mail(world: World, noon: datetime) -> Mail:
    return a_mail(noon, "password_changed", cause="c", address="lan@saomai.example")


@pytest.fixture
def secret_mail(world: World, noon: datetime) -> Mail:
    return a_mail(noon, "reset_password", cause="r", address="lan@saomai.example", link="/account/s3cret/")


def a_mail(noon: datetime, kind: str, *, cause: str, address: str, link: str = "/account/") -> Mail:
    tell(kind, to=[Reader(address, "Trần Ngọc Lan", "vi")], facts={}, cause=cause, at=noon, link=link)
    carry_out_tellings(noon)
    send_mails(at=noon)
    return Mail.objects.get(cause=cause)


class TestLog:
    def test_it_lists_each_mail_with_what_became_of_it(self, world: World, browser: Browser, mail: Mail) -> None:
        text = browser(world.quan).get("/desk/mails/").text
        for shown in (mail.subject, "lan@saomai.example", 'data-status="SENT"', "Your password was changed"):
            assert shown in text, shown

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("state=SENT", 1),
            ("state=FAILED", 0),
            ("kind=password_changed", 1),
            ("kind=reset_password", 0),
            ("q=lan+saomai", 1),
            ("q=tran+ngoc", 1),
            ("q=khoa", 0),
            ("to=LAN@saomai.example", 1),
            ("to=khoa@biendong.example", 0),
            ("made_from=18/03/2026", 1),
            ("made_to=17/03/2026", 0),
        ],
    )
    def test_it_is_narrowed(self, world: World, browser: Browser, mail: Mail, query: str, found: int) -> None:
        assert mail.state == "SENT"
        text = browser(world.quan).get(f"/desk/mails/?{query}").text
        assert text.count('<tr role="row" data-href') == found

    def test_one_mail_shows_its_text_and_its_fate(self, world: World, browser: Browser, mail: Mail) -> None:
        text = browser(world.quan).get(f"/desk/mails/{mail.public_id}/").text
        assert "http://localhost:8000/account/" in text
        assert "Only a mail that failed or is in doubt can be sent again." in text

    def test_a_link_that_opens_an_account_is_shown_to_nobody_at_the_desk(
        self, world: World, browser: Browser, secret_mail: Mail
    ) -> None:
        text = browser(world.thu).get(f"/desk/mails/{secret_mail.public_id}/").text
        assert "s3cret" not in text
        assert "shown to nobody but its reader" in text


class TestSendingAgain:
    @pytest.fixture
    def failed(self, mail: Mail) -> Mail:
        Mail.objects.update(state="FAILED", sent_at=None, last_error="550 no such user", attempts=3)
        mail.refresh_from_db()
        return mail

    def test_it_asks_first_and_then_does_it_and_writes_it_down(
        self, world: World, browser: Browser, failed: Mail
    ) -> None:
        """ALL-2"""
        client, url = browser(world.quan), f"/desk/mails/{failed.public_id}/again/"
        assert "Send this mail again?" in client.get(url).text
        failed.refresh_from_db()
        assert failed.state == "FAILED", "asking changes nothing"

        assert client.post(url).status_code == 302
        failed.refresh_from_db()
        assert (failed.state, failed.attempts) == ("WAITING", 0)
        assert Outbox.objects.filter(book_id=0, name="send_mails").exists()
        kept = AuditRecord.objects.get(book_id=0, action="mail.sent_again")
        assert (kept.actor_id, kept.subject_id, kept.old) == (str(world.quan.id), str(failed.id), {"state": "FAILED"})
        assert "Mail sent again" in client.get(f"/desk/mails/{failed.public_id}/").text

    def test_sent_twice_the_second_click_is_told_and_nothing_is_written(
        self, world: World, browser: Browser, failed: Mail
    ) -> None:
        client, url = browser(world.quan), f"/desk/mails/{failed.public_id}/again/"
        client.post(url)
        second = client.post(url)
        assert second.status_code == 422
        assert "Only a mail that failed or is in doubt" in second.text
        assert AuditRecord.objects.filter(book_id=0, action="mail.sent_again").count() == 1

    def test_a_doubt_is_told_before_somebody_resolves_it(self, world: World, browser: Browser, mail: Mail) -> None:
        Mail.objects.update(state="IN_DOUBT", sent_at=None)
        assert "they get it twice" in browser(world.quan).get(f"/desk/mails/{mail.public_id}/again/").text

    def test_an_auditor_reads_and_changes_nothing(self, world: World, browser: Browser, failed: Mail) -> None:
        """ID-8"""
        client = browser(world.vy)
        assert "Only administrators and support" in client.get(f"/desk/mails/{failed.public_id}/").text
        assert client.post(f"/desk/mails/{failed.public_id}/again/").status_code == 403
        failed.refresh_from_db()
        assert failed.state == "FAILED"


class TestShelf:
    def test_anybody_reads_every_mail_and_its_links_work(self, client: Client, secret_mail: Mail) -> None:
        assert secret_mail.subject in client.get("/dev/mail/").text
        page = client.get(f"/dev/mail/{secret_mail.public_id}/")
        assert "http://localhost:8000/account/s3cret/" in page.text
        letter = client.get(f"/dev/mail/{secret_mail.public_id}/letter/")
        assert 'href="http://localhost:8000/account/s3cret/"' in letter.text
        assert '<base target="_top">' in letter.text

    def test_one_address_has_a_shelf_of_its_own(self, client: Client, mail: Mail, noon: datetime) -> None:
        other = a_mail(noon, "password_changed", cause="k", address="khoa@biendong.example")
        text = client.get("/dev/mail/?to=khoa@biendong.example").text
        assert other.public_id in text
        assert mail.public_id not in text

    def test_the_letter_lives_under_a_policy_of_its_own(self, client: Client, mail: Mail) -> None:
        letter = client.get(f"/dev/mail/{mail.public_id}/letter/")
        policy = letter["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "sandbox allow-top-navigation-by-user-activation" in policy
        assert "frame-ancestors 'self'" in policy
        assert letter["X-Frame-Options"] == "SAMEORIGIN"
        page = client.get(f"/dev/mail/{mail.public_id}/")["Content-Security-Policy"]
        assert "frame-src 'self'" in page
        assert "frame-ancestors 'none'" in page

    def test_there_is_none_in_production(self, client: Client, mail: Mail, settings: Settings) -> None:
        settings.KANAL_SANDBOX = False
        for url in ("", f"{mail.public_id}/", f"{mail.public_id}/letter/"):
            assert client.get(f"/dev/mail/{url}").status_code == 404
