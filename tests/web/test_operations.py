"""Probes and figures, asked in this process; tests/operations asks them of real ones."""

from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from kanal.kit.models import Outbox
from kanal.web import operations


def figures(client: Client) -> dict[str, float]:
    text = client.get("/metrics").content.decode()
    return {
        sample.name + "".join(f"[{value}]" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_process_that_lives_says_so_without_a_database(client: Client) -> None:
    answer = client.get("/healthz", headers={"Host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_server_is_ready_when_its_database_is_up_to_date(client: Client) -> None:
    assert client.get("/readyz").json() == {"ready": True, "problems": []}


def test_a_server_without_its_database_is_not_ready_and_recovers(own_database: str, client: Client) -> None:
    right = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "not_there"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["the database does not answer, or was never migrated"]
    assert figures(client)["kanal_database_up"] == 0

    connection.close()
    connection.settings_dict["NAME"] = right
    assert client.get("/readyz").status_code == 200
    assert figures(client)["kanal_database_up"] == 1


@pytest.mark.django_db
def test_a_server_that_was_told_to_stop_is_not_ready(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert client.get("/readyz").status_code == 200
    (tmp_path / operations.STOPPING).touch()
    assert client.get("/readyz").json() == {"ready": False, "problems": ["the server is stopping"]}


@pytest.mark.django_db
def test_the_figures_tell_how_the_machinery_fares(client: Client, noon: datetime) -> None:
    for book_id in (1, 2):
        Outbox.objects.create(book_id=book_id, name="a", asked_at=noon)
    Outbox.objects.create(book_id=3, name="b", asked_at=noon, parked=Outbox.Parked.UNKNOWN_NAME)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('q', 't', 'failed')")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    found = figures(client)
    assert (found["kanal_outbox_rows"], found["kanal_outbox_parked_rows"]) == (2, 1)
    assert 0 <= found["kanal_outbox_oldest_seconds"] < 60
    assert (found["kanal_jobs[todo]"], found["kanal_jobs[failed]"]) == (0, 1)
    assert found["kanal_workers"] == 1
    assert 0 <= found["kanal_worker_heartbeat_seconds"] < 60
    assert found["kanal_database_bytes"] > 1_000_000


@pytest.mark.django_db
def test_a_request_is_counted_by_its_route(client: Client) -> None:
    name = "kanal_requests_total[GET][account_login][200]"
    before = figures(client).get(name, 0)
    client.get("/account/sign-in/?next=/secret/")
    assert figures(client)[name] == before + 1


@pytest.mark.django_db
def test_methods_that_nobody_knows_are_counted_as_one(client: Client) -> None:
    client.generic("BREW", "/nowhere/")
    client.generic("STEEP", "/nowhere/")
    assert {name for name in figures(client) if "BREW" in name or "STEEP" in name} == set()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_read_the_figures(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["10.0.0.1", "::ffff:10.0.0.1", "", "unix:", "fe80::1%eth0"])
def test_no_other_may(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_nor_may_whoever_comes_through_a_proxy_on_this_machine(client: Client, header: str) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
    with override_settings(BEHIND_PROXY=True):
        assert client.get("/metrics").status_code == 404


@pytest.mark.django_db
@override_settings(METRICS_TOKEN="tất-cả-con-số")
def test_a_token_opens_them_from_anywhere(client: Client) -> None:
    def ask(**headers: str) -> int:
        return client.get("/metrics", REMOTE_ADDR="10.0.0.1", headers=headers).status_code

    assert ask(Authorization="Bearer tất-cả-con-số") == 200
    assert ask(Authorization="Bearer tất-cả-con") == 404
    assert ask(Authorization="Bearer ") == 404
    assert ask() == 404


@pytest.mark.django_db
def test_no_token_is_no_way_in(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="10.0.0.1", headers={"Authorization": "Bearer "}).status_code == 404
