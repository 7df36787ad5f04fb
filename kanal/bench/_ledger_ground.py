"""Where the ledger is measured: a server of its own with everything durable, and the scripts that load it.

The baseline is what one writes first: seven statements in a transaction, row by row, against the same tables, indexes
and constraints.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import connection, connections

from kanal.kit.actor import Actor
from kanal.kit.db.migrate import migrate_database
from kanal.kit.money import Money
from kanal.kit.postgres import APPLICATION, OWNER, SUPERUSER, EmbeddedServer, programs
from kanal.ledger.flows import Kind
from kanal.ledger.movement import Group, Matter, Move, RequestKey
from kanal.ledger.names import AccountName
from kanal.ledger.open_accounts import open_accounts
from kanal.ledger.post import post_batch

ACCOUNTS = 10_000
BOOK = 1
BY = Actor.job("0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000")
NOW = datetime.now(UTC)

PICK = {
    "spread": f"\\set a random(1, {ACCOUNTS})\n\\set b random(1, {ACCOUNTS - 1})\n",
    "hot": f"\\set a 1\n\\set b random(1, {ACCOUNTS - 1})\n",
}
REST = r"""\set b :b + (case when :b >= :a then 1 else 0 end)
\set lo least(:a, :b)
\set hi greatest(:a, :b)
\set m random(1, 1000)
\set k random(1, 9000000000000000000)
"""
ID = "('00000000-0000-8000-8000-' || (100000000000 + :%s))::uuid"
KEY = "md5(:k::text)::uuid"
WORDS = f"'wallet.topped_up', 'order', {KEY}, 'note', 'JOB:{BY.id}', '0199aaaabbbb7ccc8dddeeeeffff0000/top_up/' || :k"
POSTING = (
    f"SELECT public.ledger_post_one({BOOK}, {KEY}, {KEY}, {ID % 'a'}, {ID % 'b'}, :m::bigint, false, now(), NULL, "
    f"{WORDS});"
)
SEVEN = f"""BEGIN;
SELECT content FROM public.ledger_transfer WHERE book_id = {BOOK} AND id = {KEY};
SELECT id, state, floor, posted_in, posted_out, held_out, version FROM public.ledger_account
 WHERE book_id = {BOOK} AND id IN ({ID % "lo"}, {ID % "hi"}) ORDER BY id FOR NO KEY UPDATE;
UPDATE public.ledger_account SET posted_out = posted_out + :m, version = version + 1, moved_at = now()
 WHERE book_id = {BOOK} AND id = {ID % "a"};
UPDATE public.ledger_account SET posted_in = posted_in + :m, version = version + 1, moved_at = now()
 WHERE book_id = {BOOK} AND id = {ID % "b"};
INSERT INTO public.ledger_transfer (book_id, id, phase, source_id, target_id, amount, source_sequence, source_in,
    source_out, source_held, target_sequence, target_in, target_out, target_held, effective_at, recorded_at, act,
    subject_kind, subject_id, note, actor, key, content)
SELECT {BOOK}, {KEY}, 'POSTED', s.id, t.id, :m, s.version, s.posted_in, s.posted_out, s.held_out, t.version,
       t.posted_in, t.posted_out, t.held_out, now(), now(), {WORDS}, {KEY}
  FROM public.ledger_account s, public.ledger_account t
 WHERE s.book_id = {BOOK} AND s.id = {ID % "a"} AND t.book_id = {BOOK} AND t.id = {ID % "b"};
COMMIT;
"""


class Ground:
    """A database of the bench's own; everything in it is thrown away afterwards."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.number = 0
        self.names: list[AccountName] = []

    def rate(self, which: str, script: str, *, connections_: int, seconds: int) -> float:
        """Postings a second."""
        return self.pgbench(PICK[which] + REST + script, connections_=connections_, seconds=seconds)

    def pgbench(self, script: str, *, connections_: int, seconds: int) -> float:
        """Transactions a second by pgbench, with prepared statements."""
        path = self.server.folder / "script.sql"
        path.write_text(script, encoding="utf-8")
        ran = subprocess.run(
            [str(programs() / "pgbench"), "-n", "-M", "prepared", "-c", str(connections_), "-j", "2",
             "-T", str(seconds), "-f", str(path), "-h", str(self.server.sockets), "-U", APPLICATION,
             str(connection.settings_dict["NAME"])],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return next(float(line.split()[2]) for line in ran.stdout.splitlines() if line.startswith("tps"))

    def use(self, database: str) -> None:
        """Another database on the same server, or back to the first."""
        connections.close_all()
        for alias, role in (("default", APPLICATION), ("owner", OWNER)):
            facts = {"NAME": database, "USER": role, "HOST": str(self.server.sockets), "PASSWORD": "", "PORT": ""}
            connections[alias].settings_dict.update(facts)

    def settle(self) -> None:
        """As a server that has run for a while: what was written is on the disk, old log files are used again."""
        with psycopg.connect(self.server.url(SUPERUSER), autocommit=True) as raw:
            raw.execute("CHECKPOINT")

    def open(self) -> None:
        """Wallets for pgbench under numbered ids, in a book of their own, and properly named ones for the program."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_account (book_id, id, owner_id, kind, currency, detail, state, floor, deep_floor,"
                " posted_in, posted_out, held_in, held_out, version, opened_at, moved_at)"
                f" SELECT {BOOK}, id, id, 'WALLET', 'VND', '', 'OPEN', 0, 0, 10^15, 0, 0, 0, 0, now(), now()"
                f" FROM (SELECT {ID.replace(':%s', 'n')} AS id FROM generate_series(1, {ACCOUNTS}) n) x"
            )
        owners = [UUID(int=(0xB << 64) + number) for number in range(ACCOUNTS)]
        self.names = [AccountName(2, Kind.WALLET, "VND", owner) for owner in owners]
        open_accounts(self.names, at=NOW)
        cash = AccountName(2, Kind.CASH, "VND")
        funding = [self.group(cash, name, 10**13) for name in self.names]
        for at in range(0, ACCOUNTS, 5_000):
            post_batch(funding[at : at + 5_000])

    def group(self, source: AccountName, target: AccountName, amount: int) -> Group:
        self.number += 1
        key = RequestKey(source.book_id, None, "top_up", f"0199aaaa-bbbb-7ccc-8ddd-{self.number:012d}")
        move = Move(source=source, target=target, money=Money(amount))
        matter = Matter("order", UUID(int=self.number))
        return Group(key=key, moves=(move,), act="wallet.topped_up", by=BY, at=NOW, matter=matter, note="note")

    def groups(self, count: int, *, hot: bool) -> list[Group]:
        """Random pairs; when hot, every transfer leaves the same account."""
        listed = []
        for _ in range(count):
            source, target = random.sample(self.names, 2)
            if hot:
                source, target = self.names[0], target if target != self.names[0] else source
            listed.append(self.group(source, target, random.randint(1, 1000)))
        return listed


@contextmanager
def ground() -> Iterator[Ground]:
    folder = Path(settings.VAR) / f"bench-ledger-{os.getpid()}"
    server = EmbeddedServer(folder, say=lambda _: None, configuration="max_wal_size = 8GB\n")
    server.start()
    try:
        server.ensure_database()
        made = Ground(server)
        made.use("kanal")
        migrate_database(role=APPLICATION)
        made.open()
        yield made
    finally:
        connections.close_all()
        server.stop()
        shutil.rmtree(folder)
