"""Carry out a proof of all books, with its progress in a row that the desk can watch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction

from kanal.kit.actor import Actor
from kanal.kit.queue import enqueue
from kanal.ledger import operator_queries
from kanal.ledger.checkpoint import faults_of_checkpoints
from kanal.ledger.fault import Fault
from kanal.ledger.models import Proof

JOB = "prove_ledger"
Tell = Callable[[Proof], None]


@transaction.atomic
def ask_for_proof(*, by: Actor, at: datetime) -> Proof:
    """To be carried out by the worker. Where one is running already, that one is the answer."""
    running = Proof.objects.select_for_update().filter(outcome=Proof.Outcome.RUNNING).order_by("-asked_at").first()
    if running:
        return running
    proof = Proof.objects.create(asked_at=at, asked_by=by.name)
    enqueue(JOB, at=at, proof_id=str(proof.id))
    return proof


def prove_ledger(*, proof_id: str, at: datetime) -> None:
    """What the worker does with it."""
    carry_out_proof(UUID(proof_id), at=at)


def carry_out_proof(proof_id: UUID, *, at: datetime, tell: Tell | None = None) -> Proof:
    """Link what is new, then prove everything. Running it again after a crash begins anew."""
    # What counts millions of rows is loaded by whoever counts: the desk, which only asks, starts without it.
    from kanal.ledger.chain import extend_chain
    from kanal.ledger.prove import first_fault

    proof = Proof.objects.get(id=proof_id)
    if proof.outcome != Proof.Outcome.RUNNING:
        return proof
    books = operator_queries.books_with_accounts()
    proof.books, proof.books_done, proof.accounts, proof.transfers = len(books), 0, 0, 0
    proof.save(update_fields=["books", "books_done", "accounts", "transfers"])
    fault: Fault | None = None
    for book_id in books:
        # Proved before it is linked: what is broken must not be sealed.
        fault = fault or first_fault(book_id)
        if fault is None:
            extend_chain(book_id, at=at)
        proof.books_done += 1
        accounts, transfers = operator_queries.size_of(book_id)
        proof.accounts += accounts
        proof.transfers += transfers
        proof.save(update_fields=["books_done", "accounts", "transfers"])
        if tell:
            tell(proof)
    fault = next(chain([fault] if fault else [], faults_of_checkpoints()), None)
    proof.outcome = Proof.Outcome.BROKEN if fault else Proof.Outcome.TRUE
    proof.first_fault = fault.to_json() if fault else None
    proof.ended_at = at
    proof.save(update_fields=["outcome", "first_fault", "ended_at"])
    return proof
