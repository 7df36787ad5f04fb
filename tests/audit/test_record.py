"""ALL-2 Who, what, when, from where and why, written once and never changed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from kanal.audit.models import AuditRecord, Change, Subject
from kanal.audit.queries import timeline_of
from kanal.audit.record import record, recorded
from kanal.audit.secrets import MASK
from kanal.kit.actor import Actor
from kanal.kit.ids import parse_public_id
from kanal.kit.money import Money

pytestmark = pytest.mark.django_db

SAO_MAI, PROVIDER = UUID(int=1), UUID(int=2)
LAN = Actor(
    kind="PERSON",
    id="lan",
    name="Trần Ngọc Lan",
    organization_id=SAO_MAI,
    address="192.0.2.7",
    device="Firefox",
    request_id="req-1",
)
THU_FOR_SAO_MAI = Actor(kind="PERSON", id="thu", name="Thu", organization_id=PROVIDER, on_behalf_of_id=SAO_MAI)
SUBJECT = Subject("organization", str(SAO_MAI), "Sao Mai")


def test_it_keeps_who_what_on_what_when_from_where_and_why(noon: datetime) -> None:
    """ALL-2"""
    before = datetime.now(UTC)
    kept = record(
        "organization.renamed", SUBJECT, by=LAN, at=noon, book_id=7, old={"name": "A"}, new={"name": "B"}, why="Merger"
    )

    read = AuditRecord.objects.get(book_id=7, id=kept.id)
    assert (read.action, read.subject, read.at) == ("organization.renamed", SUBJECT, noon)
    assert (read.actor_kind, read.actor_id, read.actor_name) == ("PERSON", "lan", "Trần Ngọc Lan")
    assert (read.organization_id, read.acting_for_id) == (SAO_MAI, SAO_MAI)
    assert (read.address, read.device, read.request_id, read.why) == ("192.0.2.7", "Firefox", "req-1", "Merger")
    assert before <= read.recorded_at <= datetime.now(UTC)
    assert parse_public_id(read.public_id, "aud") == (7, read.id)


def test_what_the_desk_does_for_a_partner_stands_in_the_partners_history_and_names_the_desk(noon: datetime) -> None:
    """ALL-2"""
    kept = record("organization.renamed", SUBJECT, by=THU_FOR_SAO_MAI, at=noon)
    assert (kept.organization_id, kept.acting_for_id) == (SAO_MAI, PROVIDER)


def test_it_can_neither_be_changed_nor_deleted(noon: datetime) -> None:
    """ALL-2: the application's role has no right to."""
    kept = record("organization.renamed", SUBJECT, by=LAN, at=noon)
    rows = AuditRecord.objects.filter(book_id=0, id=kept.id)
    for attempt in (lambda: rows.update(why="another"), rows.delete):
        with pytest.raises(ProgrammingError) as refused, transaction.atomic():
            attempt()
        assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_it_goes_with_the_act_when_the_act_is_undone(noon: datetime) -> None:
    def act() -> None:
        record("organization.renamed", SUBJECT, by=LAN, at=noon)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act()
    assert not AuditRecord.objects.filter(book_id=0).exists()


def test_the_row_can_be_had_unsaved_for_another_to_write(noon: datetime) -> None:
    row = recorded("organization.renamed", SUBJECT, by=LAN, at=noon)
    assert not AuditRecord.objects.filter(book_id=0).exists()
    row.save(force_insert=True)
    assert AuditRecord.objects.filter(book_id=0, id=row.id).exists()


@pytest.mark.parametrize("action", ["renamed", "Organization.renamed", "a.b.c", ""])
def test_an_action_is_a_noun_and_what_happened_to_it(noon: datetime, action: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        record(action, SUBJECT, by=LAN, at=noon)


class TestChanges:
    def test_only_what_changed_is_a_change(self, noon: datetime) -> None:
        kept = recorded(
            "a.b",
            SUBJECT,
            by=LAN,
            at=noon,
            old={"name": "A", "phone": "1", "gone": True},
            new={"name": "B", "phone": "1", "limit": Money(500)},
        )
        assert list(kept.changes()) == [
            Change("name", "A", "B"),
            Change("gone", True, None),
            Change("limit", None, {"amount": 500, "currency": "VND"}),
        ]

    def test_something_made_is_all_new(self, noon: datetime) -> None:
        kept = recorded("a.b", SUBJECT, by=LAN, at=noon, new={"name": "B"})
        assert list(kept.changes()) == [Change("name", None, "B")]


class TestSecrets:
    @pytest.mark.parametrize(
        "name",
        [
            "password",
            "new_password",
            "secret",
            "api_token",
            "key_digest",
            "totp",
            "recovery_codes",
            "session_key",
            "Token",
        ],
    )
    def test_what_is_named_like_one_is_masked_on_both_sides(self, noon: datetime, name: str) -> None:
        kept = record("a.b", SUBJECT, by=LAN, at=noon, old={name: "hunter2"}, new={name: ["hunter3"]})
        read = AuditRecord.objects.get(book_id=0, id=kept.id)
        assert (read.old, read.new) == ({name: MASK}, {name: MASK})

    def test_that_one_was_set_or_taken_away_can_still_be_seen(self, noon: datetime) -> None:
        kept = recorded("a.b", SUBJECT, by=LAN, at=noon, old={"password": None}, new={"password": "hunter2"})
        assert list(kept.changes()) == [Change("password", None, MASK)]

    def test_it_is_found_inside_lists_and_maps(self, noon: datetime) -> None:
        new = {"app": {"client_secret": "s", "urls": ["https://a.example", "Bearer abcdef"]}}
        kept = recorded("a.b", SUBJECT, by=LAN, at=noon, new=new)
        assert kept.new == {"app": {"client_secret": MASK, "urls": ["https://a.example", MASK]}}

    def test_a_key_that_somebody_typed_into_a_reason_is_not_kept(self, noon: datetime) -> None:
        kept = recorded("a.b", SUBJECT, by=LAN, at=noon, why="lost kan_abcdefghijklmnop yesterday")
        assert kept.why == f"lost {MASK} yesterday"
        assert "abcdefghijklmnop" not in kept.search_key

    @pytest.mark.parametrize("name", ["name", "shown_prefix", "scopes", "pinned", "hashtags", "spinning"])
    def test_what_only_sounds_a_little_like_one_stays(self, noon: datetime, name: str) -> None:
        assert recorded("a.b", SUBJECT, by=LAN, at=noon, new={name: "plain"}).new == {name: "plain"}


class TestTimeline:
    def test_the_newest_comes_first_by_when_it_happened(self, noon: datetime) -> None:
        for action, days in (("a.second", 2), ("a.third", 3), ("a.first", 1)):
            record(action, SUBJECT, by=LAN, at=noon + timedelta(days=days))
        assert [row.action for row in timeline_of(SUBJECT, books=[0])] == ["a.third", "a.second", "a.first"]

    def test_only_the_books_of_who_asks_are_read(self, noon: datetime) -> None:
        """ALL-1"""
        for book_id in (7, 8):
            record("a.b", SUBJECT, by=LAN, at=noon, book_id=book_id)
        assert [row.book_id for row in timeline_of(SUBJECT, books=[7])] == [7]
        assert not timeline_of(SUBJECT, books=[]).exists()

    def test_only_what_happened_to_it_is_there(self, noon: datetime) -> None:
        record("a.b", Subject("organization", "another"), by=LAN, at=noon)
        record("a.b", Subject("member", SUBJECT.id), by=LAN, at=noon)
        assert not timeline_of(SUBJECT, books=[0]).exists()

    def test_an_object_can_show_what_happened_to_its_parts(self, noon: datetime) -> None:
        parts = [SUBJECT, Subject("member", "m1"), Subject("member", "m2")]
        for part in parts:
            record("a.b", part, by=LAN, at=noon)
        assert timeline_of(*parts, books=[0]).count() == 3
