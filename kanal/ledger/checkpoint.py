"""Sign the heads of all chains, once a day: from then on what was recorded by then can be proved to an outsider.

LEDGER-11 A checkpoint names the one before it and is signed with the provider's Ed25519 key; nobody can make another
          past without that key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection

from kanal.kit.plain import rfc3339
from kanal.ledger import operator_queries
from kanal.ledger.fault import Fault
from kanal.ledger.models import Checkpoint

NO_BOOK = 0


def make_checkpoint(*, day: date, at: datetime) -> Checkpoint:
    """Of this day; there is one a day, and asking again gives the one that is there."""
    from kanal.ledger.chain import extend_chain  # and numpy with it, which a page need not load

    made = Checkpoint.objects.filter(day=day).first()
    if made:
        return made
    books = operator_queries.books_with_accounts()
    for book_id in books:
        extend_chain(book_id, at=at)
    previous = Checkpoint.objects.filter(day__lt=day).order_by("-day").first()
    statement = json.dumps(
        {
            "day": day.isoformat(),
            "made_at": rfc3339(at),
            "previous": digest_of(previous.statement) if previous else "",
            "books": [root_of(book_id, at) for book_id in books],
        },
        sort_keys=True,
        separators=(",", ":"),
    )
    key = signing_key()
    checkpoint, _ = Checkpoint.objects.get_or_create(
        day=day,
        defaults={
            "made_at": at,
            "statement": statement,
            "signature": key.sign(statement.encode()),
            "public_key": key.public_key().public_bytes_raw(),
        },
    )
    return checkpoint


def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.SIGNING_KEY))


def digest_of(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()


def root_of(book_id: int, at: datetime) -> dict[str, Any]:
    """The heads of a book's chains as they stood, under one digest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (l.account_id) l.account_id, l.through, l.digest FROM public.ledger_link l "
            "WHERE l.book_id = %s AND l.proved_at <= %s ORDER BY l.account_id, l.through DESC",
            [book_id, at],
        )
        heads = cursor.fetchall()
    root = hashlib.sha256()
    for account_id, through, digest in heads:
        root.update(account_id.bytes + int(through).to_bytes(8, "big") + bytes(digest))
    lines = sum(through for _, through, _ in heads)
    return {"book": book_id, "accounts": len(heads), "lines": lines, "root": root.hexdigest()}


def faults_of_checkpoints() -> Iterator[Fault]:
    """LEDGER-11"""
    previous = ""
    for checkpoint in Checkpoint.objects.order_by("day"):
        said = f"of {checkpoint.day.isoformat()}"
        if not _is_signed(checkpoint):
            yield Fault("checkpoint", NO_BOOK, words=f"the signature {said} is not that of its text")
            return
        statement = json.loads(checkpoint.statement)
        if statement["previous"] != previous:
            yield Fault("checkpoint", NO_BOOK, words=f"the one before that {said} is missing or was changed")
        for book in statement["books"]:
            if root_of(book["book"], checkpoint.made_at) != book:
                yield Fault("checkpoint", book["book"], words=f"the chains are not those signed in the one {said}")
        previous = digest_of(checkpoint.statement)


def _is_signed(checkpoint: Checkpoint) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes(checkpoint.public_key))
        key.verify(bytes(checkpoint.signature), checkpoint.statement.encode())
    except InvalidSignature:
        return False
    return True
