"""The sandbox clock at the desk: asked twice, moved once, forward only, and what happened because of it."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kanal.audit.models import AuditRecord
from kanal.jobs.tick import tick
from kanal.kit import clock
from kanal.kit.models import ClockShift, TickRun
from tests.web.pages.conftest import Browser
from tests.world import World

Commit = DjangoCaptureOnCommitCallbacks


def confirm(client: Client, commit: Commit, **typed: str) -> str:
    """Through both screens; what the second one answers."""
    second = client.post("/desk/clock/move/", typed)
    assert second.status_code == 200, second.text
    to_at = re.search(r'name="to_at" value="([^"]+)"', second.text)
    assert to_at
    assert not ClockShift.objects.exists(), "asking changes nothing"
    with commit(execute=True):
        client.post("/desk/clock/move/", {"to_at": to_at.group(1)})
    return to_at.group(1)


def test_it_is_moved_by_days_after_a_second_screen_and_written_down(
    world: World, browser: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    """ALL-2"""
    before = clock.now()
    to_at = confirm(browser(world.thu), django_capture_on_commit_callbacks, days="40", hours="2")

    moved = ClockShift.objects.get()
    assert (
        timedelta(days=40, hours=2) <= datetime.fromisoformat(to_at) - before < timedelta(days=40, hours=2, minutes=1)
    )
    assert moved.to_at == datetime.fromisoformat(to_at)
    assert clock.now() >= moved.to_at
    kept = AuditRecord.objects.get(book_id=0, action="clock.moved")
    assert kept.actor_id == str(world.thu.id)
    assert set(kept.old) == set(kept.new) == {"shown"}


def test_it_is_moved_to_a_day_and_an_hour_of_the_readers_zone(
    world: World, browser: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    day = (clock.now() + timedelta(days=30)).date()
    confirm(browser(world.thu), django_capture_on_commit_callbacks, day=f"{day:%d/%m/%Y}", hour="09:30")
    assert ClockShift.objects.get().to_at.isoformat() == f"{day.isoformat()}T02:30:00+00:00"


@pytest.mark.parametrize("by", ["day", "week", "month"])
def test_a_quick_choice_leads_to_the_same_second_screen(world: World, browser: Browser, by: str) -> None:
    client = browser(world.thu)
    assert f"/desk/clock/move/?by={by}" in client.get("/desk/clock/").text
    assert "Move the clock forward?" in client.get(f"/desk/clock/move/?by={by}").text
    assert client.get("/desk/clock/move/?by=century").status_code == 302
    assert not ClockShift.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Say by how many days or hours"),
        ({"days": "2", "day": "31/12/2026"}, "Choose one"),
        ({"hour": "09:00"}, "Give the day as well"),
        ({"days": "900"}, "366"),
        ({"days": "-1"}, "0"),
        ({"days": "a"}, "whole number"),
        ({"day": "tomorrow"}, "dd/mm/yyyy"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_what_was_typed(
    world: World, browser: Browser, typed: dict[str, str], said: str
) -> None:
    """ALL-3"""
    answer = browser(world.thu).post("/desk/clock/move/", typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values())


def test_it_never_goes_back_and_a_double_click_moves_it_once(
    world: World, browser: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    client = browser(world.thu)
    to_at = confirm(client, django_capture_on_commit_callbacks, days="1")
    second = client.post("/desk/clock/move/", {"to_at": to_at})
    assert second.status_code == 422
    assert "already shows that time" in second.text

    past = (clock.now() - timedelta(days=3)).isoformat()
    assert client.post("/desk/clock/move/", {"to_at": past}).status_code == 422
    assert ClockShift.objects.count() == AuditRecord.objects.filter(book_id=0, action="clock.moved").count() == 1


def test_staff_look_and_only_administrators_move_it(world: World, browser: Browser) -> None:
    """ID-8"""
    for person in (world.minh, world.vy):
        client = browser(person)
        text = client.get("/desk/clock/").text
        assert "Only administrators move the clock." in text
        assert "id_days" not in text
        assert client.post("/desk/clock/move/", {"days": "1"}).status_code == 403
    assert not ClockShift.objects.exists()


def test_there_is_none_in_production(world: World, browser: Browser, settings: Settings) -> None:
    settings.KANAL_SANDBOX = False
    client = browser(world.thu)
    assert client.get("/desk/clock/").status_code == 404
    assert client.post("/desk/clock/move/", {"days": "1"}).status_code == 404


def test_progress_is_as_far_as_the_tick_has_come(
    world: World, browser: Browser, django_capture_on_commit_callbacks: Commit
) -> None:
    client = browser(world.thu)
    confirm(client, django_capture_on_commit_callbacks, days="40")
    moved = ClockShift.objects.get()
    assert "0 of 40" in client.get("/desk/clock/progress/").text

    run = TickRun.objects.create(
        cause="CLOCK_MOVED",
        from_at=moved.from_at,
        until_at=clock.now(),
        reached_at=moved.from_at + timedelta(days=10, hours=5),
        began_at=clock.real_now() - timedelta(seconds=10),
    )
    TickRun.objects.update(began_at=clock.real_now())
    running = client.get("/desk/clock/progress/")
    assert "10 of 40" in running.text
    assert "HX-Refresh" not in running

    run.delete()
    tick(until=clock.now())
    done = client.get("/desk/clock/progress/")
    assert "40 of 40" in done.text
    assert done["HX-Refresh"] == "true"
    text = client.get("/desk/clock/").text
    assert "Forget old messages" in text
    assert 'data-status="SUCCEEDED"' in text


def test_before_the_first_move_there_is_no_progress(world: World, browser: Browser) -> None:
    client = browser(world.thu)
    assert client.get("/desk/clock/progress/").status_code == 204
    assert "The clock was never moved." in client.get("/desk/clock/").text
