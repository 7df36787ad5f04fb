"""Once a day: link what was posted, prove all of it, and sign the heads (LEDGER-9, LEDGER-10, LEDGER-11)."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.timezone import localdate

from kanal.kit.queue import enqueue
from kanal.ledger.checkpoint import make_checkpoint
from kanal.ledger.models import Checkpoint, Proof
from kanal.ledger.run_proof import carry_out_proof

JOB = "sign_ledger"


def ask_for_the_days_proof(*, at: datetime) -> None:
    enqueue(JOB, at=at, day=localdate(at).isoformat())


def sign_ledger(*, day: str, at: datetime) -> None:
    """Nothing is signed that does not add up: a broken proof stands at the desk until it is explained.

    A day that a later checkpoint covers needs none of its own.
    """
    on = date.fromisoformat(day)
    if Checkpoint.objects.filter(day__gte=on).exists():
        return
    asked = Proof.objects.create(asked_at=at, asked_by=JOB)
    if carry_out_proof(asked.id, at=at).outcome == Proof.Outcome.TRUE:
        make_checkpoint(day=on, at=at)
