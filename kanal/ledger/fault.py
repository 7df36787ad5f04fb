"""What a proof finds when something is not true."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from kanal.kit.plain import Plain, plain


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not true, and the row in which it shows first."""

    what: str
    book_id: int
    account_id: UUID | None = None
    transfer_id: UUID | None = None
    sequence: int | None = None
    words: str = ""

    def to_json(self) -> dict[str, Plain]:
        return {name: plain(value) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        where = [f"book {self.book_id}"]
        where += [f"account {self.account_id}"] if self.account_id else []
        where += [f"line {self.sequence}"] if self.sequence else []
        where += [f"transfer {self.transfer_id}"] if self.transfer_id else []
        return f"{self.what}: {', '.join(where)}{f' ({self.words})' if self.words else ''}"
