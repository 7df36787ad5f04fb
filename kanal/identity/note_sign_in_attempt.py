"""Write down that somebody tried to sign in.

ID-3  Every attempt, good or bad, is listed for its owner with time, address, device and outcome; one that names an
      unknown e-mail is kept as well, and belongs to nobody.
"""

from datetime import datetime

from kanal.identity.models import Person, SignInAttempt

LONGEST_DEVICE = 300


def note_sign_in_attempt(
    *,
    email: str,
    outcome: SignInAttempt.Outcome,
    method: str,
    address: str,
    device: str,
    at: datetime,
    person: Person | None = None,
) -> SignInAttempt:
    """Whose it is follows from the e-mail where the caller does not know the person."""
    named = email.strip().lower()[:254]
    owner = person or Person.objects.filter(email=named).first()
    if owner is None:
        outcome = SignInAttempt.Outcome.UNKNOWN_ADDRESS
    return SignInAttempt.objects.create(
        person=owner,
        email=owner.email if owner else named,
        tried_at=at,
        outcome=outcome,
        method=method,
        address=address[:45],
        device=device[:LONGEST_DEVICE],
    )
