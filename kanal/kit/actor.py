"""Who did it, for whom, and from where: the `by` of every verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kanal.kit.plain import Plain, plain

ActorKind = Literal["PERSON", "API_KEY", "JOB"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`organization_id` is whose hat is worn; `on_behalf_of_id` whose business is done (desk staff for a partner)."""

    kind: ActorKind
    id: str
    name: str
    organization_id: UUID | None
    on_behalf_of_id: UUID | None = None
    address: str = ""
    device: str = ""
    request_id: str = ""

    @classmethod
    def job(cls, name: str, *, organization_id: UUID | None = None, request_id: str = "") -> Actor:
        """What the clock or the queue started; `name` is the job's own."""
        return cls(kind="JOB", id=name, name=name, organization_id=organization_id, request_id=request_id)

    def to_json(self) -> dict[str, Plain]:
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "organization_id": plain(self.organization_id),
            "on_behalf_of_id": plain(self.on_behalf_of_id),
            "address": self.address,
            "device": self.device,
            "request_id": self.request_id,
        }
