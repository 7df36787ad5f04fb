"""Sign a person out elsewhere.

ID-3  Sessions can be ended: the next request of that browser is nobody's.
"""

from collections.abc import Sequence
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from kanal.audit.record import record
from kanal.identity.models import Person
from kanal.identity.subjects import person_subject
from kanal.kit.actor import Actor
from kanal.kit.device import name_of_device


@transaction.atomic
def end_sessions(*, person: Person, sessions: Sequence[UserSession], by: Actor, at: datetime) -> None:
    for session in sessions:
        assert session.user_id == person.id, "nobody ends another's session"
        told = {"device": name_of_device(session.user_agent), "address": session.ip}
        session.end()
        record("session.ended", person_subject(person), by=by, at=at, old=told)
