"""A process of its own that posts, for tests that kill it or ask it what another one did."""

import json
import os
import sys
import threading
from itertools import count
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanal.settings")


def main(name: str, *arguments: str) -> None:
    django.setup()
    {"once": once, "load": load}[name](*arguments)


def once(request_id: str, amount: str) -> None:
    from kanal.ledger.answers import LedgerRefusal
    from kanal.ledger.flows import Kind
    from kanal.ledger.post import post
    from tests.ledger.world import SAO_MAI, group, move, named

    partner = named(Kind.WALLET, SAO_MAI)
    try:
        posting = post(group(move(partner, named(Kind.WALLET), int(amount)), request_id=request_id))
    except LedgerRefusal as refusal:
        sys.stdout.write(json.dumps({"refused": refusal.code}))
    else:
        sys.stdout.write(json.dumps({"replayed": posting.replayed, "available": posting.after(partner).available}))


def load(prefix: str, log: str) -> None:
    """Post from eight threads, coalesced, and write down each key only once it was acknowledged."""
    from kanal.ledger.flows import Kind
    from kanal.ledger.movement import Group
    from kanal.ledger.post import post_together
    from tests.ledger.world import BINH, LAN, NOON, SAO_MAI, key, move, named

    numbers, guard = count(), threading.Lock()
    partner, an, binh = named(Kind.WALLET, SAO_MAI), named(Kind.WALLET), named(Kind.WALLET, BINH)

    with Path(log).open("a", buffering=1) as acknowledged:

        def work() -> None:
            while True:
                with guard:
                    name = f"{prefix}-{next(numbers)}"
                moves = [move(partner, an, 2), move(an, binh, 1)]
                post_together(Group(key=key(name, verb="load"), moves=moves, act="test.loaded", by=LAN, at=NOON))
                with guard:
                    acknowledged.write(name + "\n")

        threads = [threading.Thread(target=work, daemon=True) for _ in range(8)]
        for thread in threads:
            thread.start()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
