"""Every request is measured and leaves one line; programs that watch are answered before anything else is asked.

A probe must get its answer whatever host name it uses and whether or not there is a database, so it is answered here,
outside sessions, hosts and languages. Its addresses stand among the others all the same, for the walk of all routes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from kanal.kit.logs import route_of
from kanal.web import operations

GetResponse = Callable[[HttpRequest], HttpResponseBase]
PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/healthz": operations.healthz,
    "/readyz": operations.readyz,
    "/metrics": operations.metrics,
}
log = structlog.stdlib.get_logger("kanal.request")


class Watched:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = PROBES.get(request.path_info)
        if probe is not None:
            return probe(request)
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route = "static" if request.path_info.startswith(settings.STATIC_URL) else route_of(request)
        method = request.method or ""
        operations.count_request(method=method, route=route, status=response.status_code, seconds=seconds)
        if route != "static":
            facts = {"method": method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
            log.info("request", **facts, **who(request))
        return response


def who(request: Any) -> dict[str, str]:
    """Ids and nothing else. The person binds its own when it is known; a program with a key has only an actor."""
    actor, organization = getattr(request, "actor", None), getattr(request, "organization", None)
    facts = {"actor": f"{actor.kind}:{actor.id}" if actor else "", "organization_id": organization and organization.id}
    return {name: str(value) for name, value in facts.items() if value}
