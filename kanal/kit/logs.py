"""One line per happening, on the error stream: JSON for machines, short text for a terminal.

A line names things by id. What people typed or what links carry stays out: no path, no argument of a job, no value
that PostgreSQL quotes in a DETAIL line.
"""

import logging
import logging.config
import re
import sys
import time
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

DETAIL = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)
FIRST = ("at", "level", "logger", "event")
ALREADY_SAID = (
    "request_id",
    "logger",
    "person_id",
    "organization_id",
    "actor",
)  # not in a terminal, where one looks on


def configure(told: dict[str, str]) -> None:
    """What Django's LOGGING_CONFIG calls, with LOGGING: {"style": "json" or "text", "level": …}."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    ends: list[Any] = [when, without_what_people_typed, structlog.processors.format_exc_info, without_details]
    shown: list[Any] = [in_a_line] if told["style"] == "text" else [in_order, structlog.processors.JSONRenderer()]
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [*ends, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"kanal": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "kanal", "stream": sys.stderr}},
            "root": {"handlers": ["stderr"], "level": told["level"].upper()},
            "loggers": {
                "django": {"handlers": [], "level": "WARNING", "propagate": True},
                # What was refused stands in our own line of the request, by route; Django's would quote the path.
                "django.request": {"level": "ERROR"},
                "django.security.csrf": {"level": "ERROR"},
                "procrastinate": {"level": "WARNING"},
                "_granian": {"handlers": [], "level": "WARNING", "propagate": True},
            },
        }
    )


def when(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The real clock's time: a log is about the machine, not about the sandbox's days."""
    record = event.get("_record")
    moment = record.created if record else time.time()
    event["at"] = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03d}Z"
    return event


def without_what_people_typed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Records of Django and of procrastinate, whose own words quote addresses and arguments."""
    record = event.get("_record")
    request, job = getattr(record, "request", None), getattr(record, "job", None)
    if request is not None:
        event["event"] = "the request failed"
        event["route"] = route_of(request)
    if isinstance(job, dict):
        event["event"] = str(event["event"]).replace(str(job.get("call_string")), f"{job.get('task_name')}")
        event["job"] = job.get("id")
    return event


def route_of(request: Any) -> str:
    """The address as the program writes it, with the names of its parts instead of what stood there."""
    match = getattr(request, "resolver_match", None)
    return str(match.view_name or match.route) if match else "none"


def without_details(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for name in ("exception", "event"):
        if isinstance(event.get(name), str):
            event[name] = DETAIL.sub(r"\1: (left out)", event[name])
    return event


def in_order(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: event[name] for name in FIRST if name in event} | dict(event)


def in_a_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """`14:03:05 GET desk_overview 200, 12 ms`; anything but ordinary news says its level."""
    facts = dict(event)
    clock = time.strftime("%H:%M:%S", time.localtime())
    level, words, exception = facts.pop("level", ""), facts.pop("event", ""), facts.pop("exception", "")
    for name in ("at", *ALREADY_SAID):
        facts.pop(name, None)
    if words == "request":
        words = f"{facts.pop('method')} {facts.pop('route')} {facts.pop('status')}, {facts.pop('ms'):.0f} ms"
    loud = f"{level.upper()}: " if level not in {"info", "debug"} else ""
    rest = "".join(f" {name}={value}" for name, value in facts.items())
    return f"{clock} {loud}{words}{rest}" + (f"\n{exception}" if exception else "")
