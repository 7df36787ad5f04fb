"""Prove the books, or write one out for another program: kanal ledger verify | export."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from typing import TYPE_CHECKING

from kanal.cli import CannotGoOn

if TYPE_CHECKING:
    from kanal.ledger.models import Proof


def arguments(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser(
        "verify", help="recompute every balance, sum and chain; sign the day's checkpoint; exit 1 if broken"
    )
    export = acts.add_parser("export", help="write a book's journal to the terminal or a file")
    export.add_argument("--format", choices=["beancount"], default="beancount")
    export.add_argument("--book", type=int, required=True)
    export.add_argument("--from", dest="first", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    export.add_argument("--to", dest="last", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    export.add_argument("--out", metavar="FILE", help="instead of the terminal")


def carry_out(options: Namespace) -> int:
    return verify() if options.act == "verify" else export(options)


def verify() -> int:
    from django.utils.timezone import localdate

    from kanal.kit import clock
    from kanal.ledger.checkpoint import make_checkpoint
    from kanal.ledger.models import Proof
    from kanal.ledger.run_proof import carry_out_proof

    at = clock.now()
    asked = Proof.objects.create(asked_at=at, asked_by="kanal ledger verify")
    proof = carry_out_proof(asked.id, at=at, tell=show)
    if proof.books:
        print()
    print(f"{proof.transfers} transfers of {proof.accounts} accounts in {proof.books} books")
    if proof.outcome != Proof.Outcome.TRUE:
        print(f"BROKEN: {words_of(proof)}", file=sys.stderr)
        return 1
    checkpoint = make_checkpoint(day=localdate(at), at=at)
    print(f"everything adds up; the checkpoint of {checkpoint.day} is signed")
    return 0


def show(proof: "Proof") -> None:
    print(f"\rbook {proof.books_done} of {proof.books}", end="", flush=True)


def words_of(proof: "Proof") -> str:
    facts = {name: value for name, value in (proof.first_fault or {}).items() if value not in (None, "")}
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def export(options: Namespace) -> int:
    from django.conf import settings

    from kanal.ledger.export import beancount_journal

    if options.last < options.first:
        raise CannotGoOn("--to is before --from; write the earlier day first.")
    journal = beancount_journal(options.book, first=options.first, last=options.last, zone=settings.TIME_ZONE)
    if not options.out:
        sys.stdout.writelines(journal)
        return 0
    try:
        with open(options.out, "w", encoding="utf-8") as file:  # noqa: PTH123 - the name is the operator's own
            file.writelines(journal)
    except OSError as problem:
        raise CannotGoOn(f"{options.out} cannot be written ({problem.strerror}); choose another file.") from problem
    return 0
