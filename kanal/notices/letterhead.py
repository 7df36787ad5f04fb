"""A mail as the post takes it: headers, plain text and HTML, in seven bits, so that any server passes it on."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import urlsplit

from django.conf import settings

from kanal.kit.clock import real_now
from kanal.kit.seal import unseal
from kanal.notices.kinds import is_secret
from kanal.notices.models import Mail

SEVEN_BITS = SMTP.clone(cte_type="7bit")


def message_of(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SEVEN_BITS)
    message["From"] = address_of(*parseaddr(settings.DEFAULT_FROM_EMAIL))
    message["To"] = address_of(mail.to_name, mail.to_address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(real_now())
    message["Message-ID"] = message_id_of(mail)
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    text, html = bodies_of(mail)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def message_id_of(mail: Mail) -> str:
    """The same at every try, so that a server or a reader that has it already can tell."""
    return f"<{mail.public_id}@{urlsplit(settings.PUBLIC_URL).hostname or 'kanal.invalid'}>"


def bodies_of(mail: Mail) -> tuple[str, str]:
    if is_secret(mail.kind) and mail.text:
        return unseal(mail.text), unseal(mail.html)
    return mail.text, mail.html


def envelope(mail: Mail) -> str:
    return address_of("", mail.to_address).addr_spec


def address_of(name: str, address: str) -> Address:
    """A name is one line; a domain in letters of any script is written in those that mail knows."""
    local, _, domain = address.rpartition("@")
    shown = " ".join(name.split())
    return Address(display_name=shown, username=local, domain=domain.encode("idna").decode())
