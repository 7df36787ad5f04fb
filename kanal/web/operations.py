"""What programs ask that watch over Kanal: does it live, may it be sent requests, and how does it fare.

The counters live in files that all web processes of one `kanal serve` share, so that each of them answers for all.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter, time

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from kanal.kit import operator_queries
from kanal.kit.db.migrate import unapplied_migrations
from kanal.web.access import bare_page

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
STOPPING = "stopping"  # a file of this name beside the shared counters says that the server is on its way out

_requests = Counter("kanal_requests", "Requests answered.", ["method", "route", "status"])
_seconds = Histogram("kanal_request_seconds", "How long answers took.", ["route"], buckets=STEPS)


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    known = method if method in METHODS else "OTHER"
    _requests.labels(method=known, route=route, status=str(status)).inc()
    _seconds.labels(route=route).observe(seconds)


@bare_page
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process lives. Nothing else is asked: restarting it would not bring a database back."""
    return without_a_copy(JsonResponse({"alive": True}))


@bare_page
def readyz(_request: HttpRequest) -> HttpResponse:
    """Requests may be sent here: the database answers and is up to date, and the server is not on its way out."""
    problems = [*stopping(), *unready_database()]
    answer = JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)
    setattr(answer, "_has_been_logged", True)  # noqa: B010 - else every probe would be an error in Django's log
    return without_a_copy(answer)


@bare_page
def metrics(request: HttpRequest) -> HttpResponse:
    """For a scraper on this machine, or one that knows KANAL_METRICS_TOKEN; for everybody else it is not there."""
    if not may_scrape(request):
        return HttpResponseNotFound()
    return without_a_copy(HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_PLAIN_0_0_4))


def without_a_copy(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def stopping() -> Iterator[str]:
    folder = shared_folder()
    if folder and (folder / STOPPING).exists():
        yield "the server is stopping"


def unready_database() -> Iterator[str]:
    try:
        pending = unapplied_migrations()
    except (DatabaseError, InterfaceError):
        connection.close()  # a broken one would be kept, and the next probe would fail without reason
        yield "the database does not answer, or was never migrated"
        return
    if pending:
        yield f"{len(pending)} migrations are pending: run kanal migrate"


def may_scrape(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.METRICS_TOKEN and secrets.compare_digest(told, settings.METRICS_TOKEN.encode()):
        return True
    # A proxy on this machine also comes from loopback, with the whole world behind it.
    proxied = settings.BEHIND_PROXY or any(name in request.META for name in FORWARDED)
    return not proxied and is_loopback(str(request.META.get("REMOTE_ADDR") or ""))


def is_loopback(address: str) -> bool:
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    return ip.is_loopback or bool(getattr(ip, "ipv4_mapped", None) and ip.ipv4_mapped.is_loopback)  # type: ignore[union-attr]


def shared_folder() -> Path | None:
    told = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(told) if told else None


def registry() -> CollectorRegistry:
    """The counters of all web processes, or of this one where it is alone; and what the database says just now."""
    whole = CollectorRegistry()
    if shared_folder():
        MultiProcessCollector(whole)  # type: ignore[no-untyped-call]
    else:
        whole.register(REGISTRY)
    whole.register(Machinery())
    return whole


class Machinery(Collector):
    """Asked of the database at each scrape, so that it is the same whichever process answers."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        began = perf_counter()
        try:
            found = list(self.figures())
        except (DatabaseError, InterfaceError):
            connection.close()
            found = []
        yield gauge("kanal_database_up", "Whether the database answered this scrape.", 1 if found else 0)
        yield gauge("kanal_database_seconds", "How long it took to answer.", perf_counter() - began)
        yield from found

    def figures(self) -> Iterator[GaugeMetricFamily]:
        size, connections = operator_queries.database_size()
        yield gauge("kanal_database_bytes", "Size of the database.", size)
        yield gauge("kanal_database_connections", "Connections to it, of whomever.", connections)
        outbox = operator_queries.outbox_state()
        age = max(0.0, time() - outbox.oldest_at.timestamp()) if outbox.oldest_at else 0.0
        yield gauge("kanal_outbox_rows", "Work asked for that no job was made of yet.", outbox.waiting)
        yield gauge("kanal_outbox_parked_rows", "Work that no job could be made of.", outbox.parked)
        yield gauge("kanal_outbox_oldest_seconds", "How long the oldest of it waits.", age)
        jobs = GaugeMetricFamily("kanal_jobs", "Jobs that wait, run or failed for good.", labels=["status"])
        for status, count in operator_queries.jobs_by_status().items():
            jobs.add_metric([status], count)
        yield jobs
        heartbeats = operator_queries.worker_heartbeats()
        alive = sum(1 for seconds in heartbeats if seconds < settings.WORKER_SILENT_SECONDS)
        yield gauge("kanal_workers", "Workers that gave a sign of life lately.", alive)
        if heartbeats:
            yield gauge("kanal_worker_heartbeat_seconds", "How long ago the latest sign was.", heartbeats[0])


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
