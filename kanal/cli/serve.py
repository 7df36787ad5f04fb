"""Serve the pages and the API; behind a proxy that speaks TLS."""

import gc
import os
import threading
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from kanal.cli import start_django
from kanal.cli._counters import folder_of_counters, take_pages
from kanal.cli._follow import follow
from kanal.cli._ports import address_of, refuse_taken

DJANGO = False  # the counters' shared folder must be known before the first counter is made
GRANIANS_WORDS: dict[str, dict[str, Any]] = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}},
}


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="localhost", help="on which address; this machine alone unless said")
    parser.add_argument("--port", type=int, default=8000, help="8000 unless said")
    parser.add_argument(
        "--processes", type=int, default=min(2, os.cpu_count() or 1), help="one per core, 2 unless said"
    )
    parser.add_argument("--threads", type=int, default=4, help="per process, each with a database connection; 4")
    parser.add_argument("--drain", type=int, default=0, help="seconds to say “not ready” before stopping; 0")


def carry_out(options: Namespace) -> int:
    refuse_taken(options.host, options.port)
    from django.conf import settings

    with folder_of_counters(Path(settings.VAR)) as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(shared)
        start_django()
        from kanal.cli._build import build

        build()
        load_before_forking()
        server = web_server(options, shared)
        server.serve()
    return 1 if server.interrupt_children else 0


def load_before_forking() -> None:
    """All processes share the memory of what is loaded here; no connection may be among it."""
    from django.db import connections
    from django.urls import get_resolver

    import kanal.wsgi  # noqa: F401

    get_resolver().url_patterns  # noqa: B018 - loads every page
    connections.close_all()
    gc.collect()
    gc.freeze()


def application(_target: str) -> Any:
    """Loaded in each process; a process whose server was killed must not go on holding the port."""
    from kanal.wsgi import application

    follow(os.getppid())
    take_pages(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
    return application


def web_server(options: Namespace, shared: Path) -> Any:
    from granian import Granian
    from granian.constants import Interfaces

    class Server(Granian):  # type: ignore[misc,valid-type]
        """Says “not ready” for a while before it stops, so that a balancer sends nothing more."""

        def signal_handler_interrupt(self, *_: object) -> None:
            from kanal.web.operations import STOPPING

            (shared / STOPPING).touch()
            threading.Timer(options.drain, self.stop_now).start()

        def stop_now(self) -> None:
            self.interrupt_signal = True
            self.main_loop_interrupt.set()

        def serve(self) -> None:
            super().serve(target_loader=application)

    return Server(
        "kanal.wsgi:application",
        address=address_of(options.host),
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.processes,
        blocking_threads=options.threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_dictconfig=GRANIANS_WORDS,
        log_level="warning",
    )
