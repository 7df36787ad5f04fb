"""Keep when and from where a session was last seen.

ID-3  Sessions are listed with address, device and when they were last seen: to the minute, which spares a write for
      every request.
"""

from datetime import datetime, timedelta

from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.usersessions.models import UserSession

MINUTE = timedelta(minutes=1)


def note_session_seen(*, session_key: str, address: str, device: str, at: datetime) -> None:
    """In real time, as everything about sessions."""
    UserSession.objects.filter(session_key=session_key, last_seen_at__lt=at - MINUTE).update(
        last_seen_at=at, ip=address, user_agent=device[:HTTP_USER_AGENT_MAX_LENGTH]
    )
