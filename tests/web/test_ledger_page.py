"""LEDGER-7, LEDGER-10 The ledger at the desk: accounts, lines, transfers, the last proof and a new one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kanal.audit.models import AuditRecord
from kanal.kit.actor import Actor
from kanal.kit.clock import now
from kanal.kit.ids import public_id
from kanal.kit.models import Outbox
from kanal.kit.money import Money
from kanal.ledger.correct import reverse_transfer
from kanal.ledger.flows import Kind
from kanal.ledger.models import Proof
from kanal.ledger.movement import Group, Hold, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post
from kanal.ledger.run_proof import prove_ledger
from tests.world import World, a_world

pytestmark = pytest.mark.django_db
LAN = Actor.job("lan")


@pytest.fixture
def world() -> World:
    return a_world()


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.thu)
    return client


class Books:
    """A wallet of Sao Mai that was funded, held and spent."""

    def __init__(self, world: World) -> None:
        self.book_id = world.sao_mai.book_id
        self.wallet = AccountName(self.book_id, Kind.WALLET, "VND", world.sao_mai.id)
        self.cash = AccountName(self.book_id, Kind.CASH, "VND")
        self.revenue = AccountName(self.book_id, Kind.REVENUE, "VND")
        self.at = now()
        open_accounts([self.wallet], at=self.at)
        self.funded = self.post("fund", Move(source=self.cash, target=self.wallet, money=Money(5_000_000)))
        self.post("hold", Hold(account=self.wallet, money=Money(700_000)))
        self.spent = self.post("buy", Move(source=self.wallet, target=self.revenue, money=Money(1_250_000)), days=2)

    def post(self, verb: str, movement: Move | Hold, *, days: int = 0) -> str:
        key = RequestKey(self.book_id, None, verb, "1")
        at = self.at + timedelta(days=days)
        group = Group(key=key, moves=[movement], act=f"test.{verb}", by=LAN, at=at, note=f"note of {verb}")
        return public_id("trf", post(group).legs[0].id, self.book_id)

    @property
    def wallet_url(self) -> str:
        return reverse("desk_ledger_account", args=[(self.book_id, self.wallet.id)])


def body(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def test_lists_every_account_with_its_owner_in_few_queries(
    world: World, desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Books(world)
    desk.get(reverse("desk_ledger"))

    with django_assert_max_num_queries(22):
        page = body(desk.get(reverse("desk_ledger")))

    assert world.sao_mai.name in page
    assert 'value="3750000"' in page
    assert 'value="-5000000"' in page


def test_an_account_shows_its_lines_and_what_stood_after_each(world: World, desk: Client) -> None:
    books = Books(world)

    page = body(desk.get(books.wallet_url))
    told = body(desk.get(books.wallet_url, {"q": "note of hold"}))

    assert page.index("test.buy") < page.index("test.hold") < page.index("test.fund")
    assert 'value="3750000"' in page
    assert 'value="-700000"' in told
    assert "test.fund" not in told


def test_the_lines_of_a_day_are_found_by_its_stretch(world: World, desk: Client) -> None:
    """LEDGER-7"""
    books = Books(world)
    day = f"{books.at + timedelta(days=2):%d/%m/%Y}"

    page = body(desk.get(books.wallet_url, {"day_from": day}))
    before = body(desk.get(books.wallet_url, {"day_to": f"{books.at + timedelta(days=1):%d/%m/%Y}"}))

    assert ("test.buy" in page, "test.fund" in page) == (True, False)
    assert ("test.buy" in before, "test.fund" in before) == (False, True)


def test_a_transfer_shows_both_sides_and_what_undid_it(world: World, desk: Client) -> None:
    """LEDGER-3"""
    books = Books(world)
    id_ = RequestKey(books.book_id, None, "buy", "1").transfer_id(0)
    key = RequestKey(books.book_id, None, "undo", "1")
    undone = reverse_transfer(id_, key=key, reason="typed twice", by=LAN, at=books.at)

    page = body(desk.get(f"/desk/ledger/transfers/{books.spent}/"))
    listed = body(desk.get(reverse("desk_ledger_transfers")))

    assert public_id("trf", undone.legs[0].id, books.book_id) in page
    assert books.wallet_url in page
    assert "typed twice" in listed


def test_what_is_not_there_is_not_found(world: World, desk: Client) -> None:
    """ALL-1"""
    books = Books(world)
    stranger = Matter("x", world.sao_mai.id).id

    assert desk.get(reverse("desk_ledger_account", args=[(books.book_id, stranger)])).status_code == 404
    assert desk.get(reverse("desk_ledger_transfer", args=[(books.book_id, stranger)])).status_code == 404


def test_prove_now_asks_once_shows_how_far_it_is_and_says_what_it_found(world: World, desk: Client) -> None:
    """LEDGER-10"""
    Books(world)
    assert desk.get(reverse("desk_prove_ledger")).status_code == 200

    for _ in range(2):
        assert desk.post(reverse("desk_prove_ledger")).status_code == 302
    (asked,) = Outbox.objects.filter(book_id=0, name="prove_ledger")
    running = body(desk.get(reverse("desk_ledger")))
    fragment = desk.get(reverse("desk_ledger_progress"), headers={"HX-Request": "true"})
    prove_ledger(**asked.facts, at=now())
    done = desk.get(reverse("desk_ledger_progress"), headers={"HX-Request": "true"})

    assert "ledger-proof" in running
    assert "<progress" in body(fragment)
    assert done.headers["HX-Refresh"] == "true"
    assert "ledger-proof" not in body(desk.get(reverse("desk_ledger")))
    assert Proof.objects.get().outcome == Proof.Outcome.TRUE
    assert AuditRecord.objects.filter(book_id=0, action="ledger.proof_asked").exists()


def test_an_auditor_reads_and_does_not_start(world: World) -> None:
    """ID-8"""
    support = Client()
    support.force_login(world.lan)

    assert support.get(reverse("desk_ledger")).status_code == 404
