"""From a row to the `by` of a verb, and back."""

from uuid import UUID

from kanal.identity.models import Organization, Person
from kanal.kit.actor import Actor


def acting(
    person: Person,
    organization: Organization | None,
    *,
    address: str = "",
    device: str = "",
    request_id: str = "",
) -> Actor:
    """This person, wearing this organization's hat."""
    return Actor(
        kind="PERSON",
        id=str(person.id),
        name=str(person),
        organization_id=organization.id if organization else None,
        address=address,
        device=device,
        request_id=request_id,
    )


def acting_person(by: Actor) -> Person:
    """Who does it. What only a person can do is never asked of a program: such permissions are kept from keys."""
    assert by.kind == "PERSON", f"{by.kind} cannot do what only a person does"
    return Person.objects.get(id=UUID(by.id))
