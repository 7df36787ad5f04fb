"""A telling reaches each reader once, by the ways they want, in their language."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from kanal.kit.ids import uuid7
from kanal.kit.models import Outbox
from kanal.kit.money import Money
from kanal.notices.choose import choose_notices, ways_to_choose_from
from kanal.notices.deliver import deliver_notice
from kanal.notices.facts import packed, unpacked
from kanal.notices.forget_old import KEPT, forget_old_notices
from kanal.notices.kinds import KINDS, Kind, UnknownKind, describe, kind_of
from kanal.notices.mark_read import mark_all_read, mark_read
from kanal.notices.models import Mail, Notice, NoticeChoice
from kanal.notices.queries import notices_of, title_of, unread_count, ways_wanted_by
from kanal.notices.tell import Reader, tell
from tests.notices.telling import carry_out_tellings

pytestmark = pytest.mark.django_db
LAN, KHOA = UUID(int=1), UUID(int=2)


def a_reader(person_id: UUID | None = LAN, email: str = "lan@saomai.example", language: str = "vi") -> Reader:
    return Reader(email, "Trần Ngọc Lan", language, person_id=person_id)


def tell_of_key(noon: datetime, *readers: Reader, cause: str = "c") -> None:
    """A kind that can be switched off."""
    facts = {"organization": "Sao Mai", "key": "Accounting", "begins_with": "kan_12345678", "expires_at": noon}
    tell("api_key_expired", to=readers or [a_reader()], facts=facts, cause=cause, at=noon, link="/partner/keys/")
    carry_out_tellings(noon)


def test_a_reader_gets_a_mail_and_a_message_in_the_portal(noon: datetime) -> None:
    tell_of_key(noon)
    mail, notice = Mail.objects.get(), Notice.objects.get()
    assert (mail.to_address, mail.language, mail.made_at, mail.state) == ("lan@saomai.example", "vi", noon, "WAITING")
    assert "http://localhost:8000/partner/keys/" in mail.text
    assert (notice.person_id, notice.link, notice.told_at, notice.read_at) == (LAN, "/partner/keys/", noon, None)


def test_told_twice_for_one_cause_it_is_heard_once(noon: datetime) -> None:
    for _ in range(2):
        tell_of_key(noon)
    assert (Mail.objects.count(), Notice.objects.count()) == (1, 1)
    tell_of_key(noon, cause="another")
    assert (Mail.objects.count(), Notice.objects.count()) == (2, 2)


def test_a_telling_that_broke_off_in_the_middle_is_completed_by_the_next_try(noon: datetime) -> None:
    both = [a_reader(), a_reader(KHOA, "khoa@biendong.example")]
    tell_of_key(noon, both[0])
    tell_of_key(noon, *both)
    assert sorted(Mail.objects.values_list("to_address", flat=True)) == ["khoa@biendong.example", "lan@saomai.example"]


def test_one_address_written_in_two_ways_is_one_reader(noon: datetime) -> None:
    tell_of_key(noon, a_reader(None, "Lan@SaoMai.example"), a_reader(None, "lan@saomai.example"))
    assert Mail.objects.count() == 1


def test_without_an_account_there_is_only_the_mail(noon: datetime) -> None:
    tell_of_key(noon, a_reader(person_id=None))
    assert (Mail.objects.count(), Notice.objects.count()) == (1, 0)


def test_nobody_to_tell_is_nothing_to_do(noon: datetime) -> None:
    tell("api_key_expired", to=[], facts={}, cause="c", at=noon)
    assert not Outbox.objects.filter(book_id=0).exists()


def test_an_unknown_kind_is_found_out_by_who_tells(noon: datetime) -> None:
    with pytest.raises(UnknownKind):
        tell("moon_landed", to=[a_reader()], facts={}, cause="c", at=noon)


def test_it_is_written_in_the_book_of_the_act_it_follows(noon: datetime) -> None:
    """R11"""
    tell("api_key_expired", to=[a_reader()], facts={}, cause="c", at=noon, book_id=7)
    assert Outbox.objects.filter(book_id=7).exists()


class TestChoosing:
    def test_what_was_switched_off_is_not_told_that_way(self, noon: datetime) -> None:
        wanted = set(ways_to_choose_from()) - {("api_key_expired", "MAIL")}
        choose_notices(LAN, wanted=wanted, at=noon)
        tell_of_key(noon)
        assert (Mail.objects.count(), Notice.objects.count()) == (0, 1)

        choose_notices(LAN, wanted=wanted - {("api_key_expired", "IN_APP")} | {("api_key_expired", "MAIL")}, at=noon)
        tell_of_key(noon, cause="another")
        assert (Mail.objects.count(), Notice.objects.count()) == (1, 1)

    def test_it_is_each_ones_own(self, noon: datetime) -> None:
        choose_notices(LAN, wanted=[], at=noon)
        assert ways_wanted_by(LAN) == set()
        assert ways_wanted_by(KHOA) == set(ways_to_choose_from())
        tell_of_key(noon, a_reader(KHOA, "khoa@biendong.example"))
        assert Mail.objects.count() == 1

    def test_a_choice_from_before_a_kind_became_one_that_is_always_told_counts_no_more(self, noon: datetime) -> None:
        for channel in NoticeChoice.Channel:
            NoticeChoice.objects.create(
                person_id=LAN, kind="password_changed", channel=channel, wanted=False, chosen_at=noon
            )
        tell("password_changed", to=[a_reader()], facts={}, cause="c", at=noon)
        carry_out_tellings(noon)
        assert (Mail.objects.count(), Notice.objects.count()) == (1, 1)

    def test_what_guards_the_account_is_told_whatever_was_chosen(self, noon: datetime) -> None:
        choose_notices(LAN, wanted=[], at=noon)
        assert not {kind for kind, _ in ways_to_choose_from()} & {"password_changed", "reset_password", "verify_email"}
        tell("password_changed", to=[a_reader()], facts={}, cause="c", at=noon)
        carry_out_tellings(noon)
        assert (Mail.objects.count(), Notice.objects.count()) == (1, 1)


class TestReading:
    def test_the_bell_counts_what_is_unread_until_it_is_read(self, noon: datetime) -> None:
        for cause in "abc":
            tell_of_key(noon, cause=cause)
        assert unread_count(LAN) == 3

        mark_read(LAN, notice_id=notices_of(LAN)[0].id, at=noon)
        assert unread_count(LAN) == 2
        assert mark_all_read(LAN, at=noon) == 2
        assert unread_count(LAN) == 0

    def test_the_bell_stops_counting_at_a_hundred(self, noon: datetime) -> None:
        Notice.objects.bulk_create(
            [Notice(person_id=LAN, kind="api_key_expired", cause=str(n), told_at=noon) for n in range(120)]
        )
        assert unread_count(LAN) == 100

    def test_nobody_reads_for_another(self, noon: datetime) -> None:
        tell_of_key(noon)
        mark_read(KHOA, notice_id=notices_of(LAN)[0].id, at=noon)
        assert unread_count(LAN) == 1
        assert not notices_of(KHOA).exists()

    def test_what_came_while_the_page_stood_open_stays_unread(self, noon: datetime) -> None:
        tell_of_key(noon)
        tell_of_key(noon.replace(minute=30), cause="later")
        assert mark_all_read(LAN, at=noon) == 1
        assert unread_count(LAN) == 1

    def test_its_title_is_in_the_language_of_whoever_reads_it_now(self, noon: datetime) -> None:
        from django.utils import translation

        tell_of_key(noon)
        notice = Notice.objects.get()
        titles = set()
        for language in ("vi", "en"):
            with translation.override(language):
                titles.add(title_of(notice, "Lan"))
        assert len(titles) == 2
        assert all("Accounting" in title for title in titles)

    def test_a_kind_that_is_no_more_is_still_named(self, noon: datetime) -> None:
        assert title_of(Notice(person_id=LAN, kind="moon_landed", cause="c", told_at=noon), "Lan") == "moon landed"

    def test_read_long_ago_it_is_forgotten_and_unread_it_is_not(self, noon: datetime) -> None:
        for cause, read_at in (("read", noon), ("unread", None)):
            Notice.objects.create(person_id=LAN, kind="x", cause=cause, told_at=noon, read_at=read_at)
        assert forget_old_notices(at=noon + KEPT) == 0
        assert forget_old_notices(at=noon + KEPT + (noon - datetime(2026, 3, 18, tzinfo=UTC))) == 1
        assert Notice.objects.get().cause == "unread"


def test_facts_come_out_as_what_they_went_in_as(noon: datetime) -> None:
    facts = {
        "when": noon,
        "day": date(2026, 3, 18),
        "amount": Money(1_000_000),
        "who": uuid7(),
        "many": [Money(1, "USD"), {"at": noon}],
        "text": "Trà & Cà phê",
        "none": None,
    }
    back = unpacked(packed(facts))
    assert back == {**facts, "who": str(facts["who"])}


def test_a_kind_is_described_once_and_reaches_somebody() -> None:
    with pytest.raises(AssertionError, match="twice"):
        describe([Kind(name="password_changed", label="x")])
    with pytest.raises(AssertionError, match="nobody"):
        describe([Kind(name="x", label="x", mail=False, in_app=False)])
    with pytest.raises(AssertionError, match="secret"):
        describe([Kind(name="x", label="x", secret=True)])
    assert "x" not in KINDS
    assert kind_of("password_changed").can_be_off is False


def test_a_mail_that_waits_says_when_it_is_tried(noon: datetime) -> None:
    reader = a_reader()
    told = {"kind": "password_changed", "to": [reader.to_json()], "facts": {}, "cause": "c", "link": ""}
    deliver_notice(**told, asked_at=noon, at=noon)  # type: ignore[arg-type]
    assert Mail.objects.get().next_try_at is not None
