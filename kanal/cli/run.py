"""Everything on this machine: PostgreSQL, web and worker, with the demo. What bin/run calls."""

import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import psutil

from kanal.cli import ROOT, CannotGoOn, start_django
from kanal.cli._children import Children
from kanal.cli._place import Place
from kanal.cli._ports import LOOPBACK, refuse_taken
from kanal.cli._progress import Steps
from kanal.kit.environment import Environment

DJANGO = False  # what this command says to the settings has to be said before they are read
STEPS = 5
READY_SECONDS = 60.0
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=port_number, default=8000, help="where to answer; 8000 unless said")
    parser.add_argument("--host", default="localhost", help="on which address; this machine alone unless said")


def port_number(told: str) -> int:
    if not told.isdigit() or not 1 <= int(told) <= 65535:  # noqa: PLR2004 - as wide as TCP's field
        raise CannotGoOn(f"{told} is no port; write a number from 1 to 65535, such as --port 8001.")
    return int(told)


def carry_out(options: Namespace) -> int:
    steps = Steps(STEPS)
    url = f"http://{options.host}:{options.port}"
    tell_the_settings(options, url)
    from django.conf import settings

    place = Place(settings.VAR)
    with stopped_by_signals(), place.held():
        refuse_taken(options.host, options.port)
        start_django()
        run_everything(options, url, place, steps)
    return 0


def tell_the_settings(options: Namespace, url: str) -> None:
    env = Environment.of(ROOT)
    if env.text("DATABASE_URL") and not env.yes("KANAL_SANDBOX"):
        raise CannotGoOn(
            "this is the sandbox with its demo, and the settings here name a database of your own (DATABASE_URL): "
            "use `kanal serve` and `kanal worker` for the real thing, or set KANAL_SANDBOX=1 to fill that one.",
        )
    os.environ["KANAL_SANDBOX"] = "1"
    defaults = {"KANAL_PUBLIC_URL": url, "KANAL_LOG_STYLE": "text"}
    if options.host not in LOOPBACK:
        defaults["KANAL_ALLOWED_HOSTS"] = ",".join(own_names(options.host))
    for name, value in defaults.items():
        if not env.text(name):
            os.environ[name] = value


def own_names(host: str) -> list[str]:
    """Under which names this machine may be asked when it answers others than itself."""
    numbers = [address.address for found in psutil.net_if_addrs().values() for address in found if is_number(address)]
    return sorted({host, "localhost", "127.0.0.1", "[::1]", socket.gethostname().lower(), socket.getfqdn(), *numbers})


def is_number(address: object) -> bool:
    return getattr(address, "family", None) == socket.AF_INET


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """The first one stops all in order; more of them do not interrupt the stopping."""

    def stop(number: int, _frame: object) -> NoReturn:
        for each in ENDING_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt(signal.Signals(number).name)

    for each in ENDING_SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:  # nohup's word holds
            signal.signal(each, stop)
    yield


def run_everything(options: Namespace, url: str, place: Place, steps: Steps) -> None:
    from kanal.cli import demo
    from kanal.cli._build import build

    children = Children()
    with sandbox_server(steps):
        migrate(steps)
        made = build()
        steps.step(f"made {' and '.join(made)}" if made else "words and static files are up to date")
        demo.seed_once(steps)
        try:
            start_children(children, options)
            place.write(url=url, children=children.numbers())
            wait_until_ready(url, children)
            steps.step("web and worker run")
            greet(url)
            children.watch()
        except KeyboardInterrupt:
            print("\nkanal: stopping …", flush=True)
        finally:
            children.stop()
    print("kanal: stopped.", flush=True)


@contextmanager
def sandbox_server(steps: Steps) -> Iterator[None]:
    from django.conf import settings
    from django.db import connections

    from kanal.kit.postgres import EmbeddedServer

    if not settings.EMBEDDED:
        steps.step("the database is yours (DATABASE_URL)")
        yield
        return
    server = EmbeddedServer(settings.EMBEDDED_FOLDER, say=steps.say)
    try:
        server.start()
        new = server.ensure_database()
        steps.step("PostgreSQL runs, with a new database" if new else "PostgreSQL runs")
        yield
    finally:
        connections.close_all()
        server.stop()


def migrate(steps: Steps) -> None:
    from django.db import connections

    from kanal.cli._database import refuse_half_restored, two_roles
    from kanal.kit.db.migrate import migrate_database

    role, _ = two_roles()
    refuse_half_restored()
    done = migrate_database(role=role, progress=steps.within("migration"))
    connections.close_all()
    steps.step(f"{done} migrations carried out" if done else "the database is up to date")


def start_children(children: Children, options: Namespace) -> None:
    children.start("the web server", "serve", "--host", options.host, "--port", str(options.port))
    children.start("the worker", "worker")


def wait_until_ready(url: str, children: Children) -> None:
    until = time.monotonic() + READY_SECONDS
    while not (answer := readiness(url)).get("ready"):
        children.refuse_a_loss()
        if time.monotonic() > until:
            why = "; ".join(answer.get("problems", [])) or "it does not answer at all"
            raise CannotGoOn(f"the web server is not ready after {READY_SECONDS:.0f} s: {why}.")
        time.sleep(0.05)


def readiness(url: str) -> dict[str, list[str]]:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310 - our own http address
            found = json.load(answer)
    except urllib.error.HTTPError as refused:
        found = json.load(refused)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def greet(url: str) -> None:
    from kanal.cli import demo

    print(f"\nKanal runs at {url}\nMail that it “sent”: {url}/dev/mail\n")
    print(f"{demo.logins()}\n\nCtrl-C stops all of it.", flush=True)
