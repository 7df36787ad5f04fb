"""Which verb does the work that a room below asked for by name: `enqueue("deliver_notice", …)`.

A verb gets the facts it was asked with, `at` (now), and what it names of `asked_at`, `book_id` and `work_id` (the
outbox row's own id, a key for doing the work once). It may be called twice for one asking and does its work once. A
name that is out of use stays bound until no outbox can hold it any more.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from kanal.credit.tell_of_transfer import tell_of_transfer
from kanal.customers.follow_renaming import follow_renaming
from kanal.jobs.carry_out_batch import carry_out_batch
from kanal.ledger.daily_proof import sign_ledger
from kanal.ledger.run_proof import prove_ledger
from kanal.notices.deliver import deliver_notice
from kanal.notices.send import send_mails
from kanal.onboarding.confirm_own_account import open_own_wallet
from kanal.onboarding.invite_registered import invite_registered

PATIENT = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 2 * 60, 10 * 60, 60 * 60, 6 * 60 * 60))
OF_THE_ASKING = ("asked_at", "book_id", "work_id")


@dataclass(frozen=True)
class Binding:
    """`pauses` lie between tries; after the last the job has failed and waits for a person.

    `finds_its_own`: the verb looks for itself what is to be done. One at a time is enough, and one waiting.
    """

    verb: Callable[..., object]
    pauses: Sequence[timedelta] = PATIENT
    finds_its_own: bool = False
    wants: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        named = inspect.signature(self.verb).parameters
        object.__setattr__(self, "wants", frozenset(OF_THE_ASKING) & set(named))


BINDINGS: dict[str, Binding] = {
    "carry_out_batch": Binding(carry_out_batch),
    "deliver_notice": Binding(deliver_notice),
    "follow_renaming": Binding(follow_renaming),
    "invite_registered": Binding(invite_registered),
    "open_own_wallet": Binding(open_own_wallet),
    "prove_ledger": Binding(prove_ledger),
    "sign_ledger": Binding(sign_ledger),
    "tell_of_transfer": Binding(tell_of_transfer),
    "send_mails": Binding(send_mails, finds_its_own=True),
}
