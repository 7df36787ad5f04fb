"""Customers from a file: what is understood of the rows together, and that many are asked as one is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from kanal.batches.kinds import Asking, Judgement
from kanal.customers.models import CustomerLink
from kanal.identity.models import Organization
from kanal.kit.models import Outbox
from kanal.onboarding.customers_from_file import ADD_CUSTOMERS, MOST_ROWS, check_rows
from kanal.onboarding.invite_customer import TooManyRows, Wish, invite_customer, invite_customers
from kanal.onboarding.models import InvitedRow
from tests.world import World, a_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return a_world()


def judged(world: World, *emails: str, at: datetime, role: str = "") -> Judgement:
    rows = [{"email": email, "friendly_name": f"Khách {email}", "role": role} for email in emails]
    asking = Asking(organization=world.sao_mai, language="vi", by=world.acting(world.lan), at=at)
    return check_rows(rows, asking)


def problems(judgement: Judgement) -> list[str]:
    return [row.problem.code if row.problem else "" for row in judgement.rows]


def test_a_row_is_understood_by_itself_and_beside_the_others(world: World, noon: datetime) -> None:
    """LINK-1, LINK-3"""
    judgement = judged(
        world,
        "A@Vidu.vn",
        "b@vidu.vn",
        "a@vidu.vn",
        "lan@saomai.example",
        "khoa@biendong.example",
        "nobody",
        "",
        at=noon,
    )
    assert problems(judgement) == ["", "", "TWICE", "YOU", "", "EMAIL_WRONG", "EMAIL_WRONG"]
    assert judgement.rows[0].facts["email"] == "a@vidu.vn"
    assert judgement.obstacle is None


@pytest.mark.parametrize("role", ["", "Partner", "PARTNER", "đối tác", "Doi Tac"])
def test_a_role_is_known_in_both_languages(world: World, noon: datetime, role: str) -> None:
    assert judged(world, "a@vidu.vn", role=role, at=noon).rows[0].facts["role"] == "PARTNER"


def test_an_unknown_role_is_a_problem_of_its_row(world: World, noon: datetime) -> None:
    assert problems(judged(world, "a@vidu.vn", role="Chủ", at=noon)) == ["CUSTOMER_ROLE_UNKNOWN"]


def test_checking_does_not_look_at_who_an_address_belongs_to(world: World, noon: datetime) -> None:
    """LINK-3"""
    known = ["khoa@biendong.example", "dung@hongha.example", "an@anphat.example"]
    unknown = ["x1@vidu.vn", "x2@vidu.vn", "x3@vidu.vn"]
    with CaptureQueriesContext(
        connection,
    ) as of_known:
        about_known = judged(world, *known, at=noon)
    with CaptureQueriesContext(connection) as of_unknown:
        about_unknown = judged(world, *unknown, at=noon)
    assert problems(about_known) == problems(about_unknown) == ["", "", ""]
    assert shapes(of_known) == shapes(of_unknown)


def test_more_rows_than_are_left_today_stand_in_the_way(world: World, noon: datetime, settings: LazySettings) -> None:
    """LINK-1"""
    already = InvitedRow.objects.filter(partner=world.sao_mai, asked_at__date=noon.date()).count()
    settings.KANAL_CUSTOMER_ROWS_A_DAY = already + 2
    assert judged(world, "a@vidu.vn", "b@vidu.vn", at=noon).obstacle is None
    obstacle = judged(world, "a@vidu.vn", "b@vidu.vn", "c@vidu.vn", at=noon).obstacle
    assert obstacle is not None
    assert "2 are left today" in obstacle.said["en"]


EVERYBODY = [
    "x1@vidu.vn",
    "lan@saomai.example",
    "khoa@biendong.example",
    "dung@hongha.example",
    "x1@vidu.vn",
    "chi@anphat.example",
    "an@anphat.example",
    "x2@vidu.vn",
    "dung@hongha.example",
    "hung@saomai.example",
]


def answers(rows: dict[int, InvitedRow]) -> list[str]:
    return [rows[row].answer for row in sorted(rows)]


def test_together_rows_are_answered_as_one_after_the_other(world: World, noon: datetime) -> None:
    """LINK-1, LINK-3"""
    by = world.acting(world.lan)
    one_by_one = {
        row: invite_customer(partner=world.sao_mai, wish=Wish(email=email), batch="one", row=row, by=by, at=noon)
        for row, email in enumerate(EVERYBODY)
    }
    rival, head = world.bien_dong, world.acting(world.khoa)
    together = invite_all(rival, EVERYBODY, by=head, at=noon)
    for_rival = {
        row: invite_customer(partner=rival, wish=Wish(email=email), batch="again", row=row, by=head, at=noon)
        for row, email in enumerate(EVERYBODY)
    }
    words = {"SENT", "TWICE", "YOU", "CANNOT"}
    assert set(answers(one_by_one)) == words
    assert set(answers(together)) == words
    # What was sent a moment ago cannot be added again now; everything else is answered alike.
    assert [each.replace("SENT", "CANNOT") for each in answers(together)] == answers(for_rival)


def invite_all(partner: Organization, emails: Sequence[str], *, by: object, at: datetime) -> dict[int, InvitedRow]:
    wishes = {row: Wish(email=email) for row, email in enumerate(emails)}
    return invite_customers(partner=partner, wishes=wishes, batch="many", by=by, at=at)  # type: ignore[arg-type]


def test_the_same_asking_again_answers_as_the_first_time_and_invites_nobody(world: World, noon: datetime) -> None:
    by = world.acting(world.lan)
    first = invite_all(world.sao_mai, EVERYBODY, by=by, at=noon)
    before = CustomerLink.objects.count(), Outbox.objects.filter(book_id=world.sao_mai.book_id).count()
    again = invite_all(world.sao_mai, EVERYBODY, by=by, at=noon)
    assert answers(again) == answers(first)
    assert before == (CustomerLink.objects.count(), Outbox.objects.filter(book_id=world.sao_mai.book_id).count())


def test_many_take_as_many_statements_as_one(world: World, noon: datetime) -> None:
    by = world.acting(world.lan)
    invite_all(world.sao_mai, ["warm@vidu.vn"], by=by, at=noon)
    with CaptureQueriesContext(connection) as one:
        invite_customers(partner=world.sao_mai, wishes={1: Wish(email="y@vidu.vn")}, batch="a", by=by, at=noon)
    wishes = {row: Wish(email=f"y{row}@vidu.vn") for row in range(100)}
    with CaptureQueriesContext(connection) as many:
        invite_customers(partner=world.sao_mai, wishes=wishes, batch="b", by=by, at=noon)
    assert len(many) == len(one)


def test_an_unknown_address_among_many_costs_what_an_eligible_one_does(world: World, noon: datetime) -> None:
    """LINK-3"""
    by = world.acting(world.lan)
    with CaptureQueriesContext(connection) as eligible:
        found = invite_customers(
            partner=world.sao_mai, wishes={1: Wish(email="dung@hongha.example")}, batch="a", by=by, at=noon
        )
    with CaptureQueriesContext(connection) as unknown:
        invite_customers(partner=world.sao_mai, wishes={1: Wish(email="z@vidu.vn")}, batch="b", by=by, at=noon)
    assert found[1].answer == "SENT"
    assert shapes(eligible) == shapes(unknown)


def shapes(captured: CaptureQueriesContext) -> list[str]:
    """The statements without their values."""
    said = [query["sql"].split(" WHERE ")[0].split(" VALUES ")[0] for query in captured]
    return [statement.split('"')[0] if "SAVEPOINT" in statement else statement for statement in said]


def test_beyond_the_limit_of_the_day_none_of_them_is_asked(
    world: World, noon: datetime, settings: LazySettings
) -> None:
    """LINK-1"""
    already = InvitedRow.objects.filter(partner=world.sao_mai, asked_at__date=noon.date()).count()
    settings.KANAL_CUSTOMER_ROWS_A_DAY = already + 2
    with pytest.raises(TooManyRows):
        invite_all(world.sao_mai, ["a@vidu.vn", "b@vidu.vn", "c@vidu.vn"], by=world.acting(world.lan), at=noon)
    assert InvitedRow.objects.filter(batch="many").count() == 0
    assert answers(invite_all(world.sao_mai, ["a@vidu.vn", "b@vidu.vn"], by=world.acting(world.lan), at=noon)) == [
        "SENT",
        "SENT",
    ]


def test_the_headings_are_those_of_both_languages() -> None:
    for language in ("vi", "en"):
        with override(language):
            assert [str(column.label) for column in ADD_CUSTOMERS.columns]
    assert MOST_ROWS == 2_000
