"""What a production start must be told, and what it must not: every missing or unsafe setting is named at once."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from kanal.kit.environment import Environment
from kanal.kit.secret_keys import SANDBOX_MARK, SEED_BYTES

SHORTEST_SECRET = 50
FEWEST_LETTERS = 10
MAIL_PORTS = {"smtp": 587, "smtps": 465}


def demand(env: Environment) -> None:
    """Ask for everything production needs; the problems are raised with the others."""
    for problems in (about_the_secret, about_hosts, about_databases, about_the_signing_key, about_mail):
        env.problems += problems(env)


def about_the_secret(env: Environment) -> Iterator[str]:
    secret = env.text("KANAL_SECRET_KEY")
    mend = "`kanal doctor --new-key` prints a good one."
    if not secret:
        yield f"KANAL_SECRET_KEY is missing: sessions and links are signed with it; {mend}"
    elif secret.startswith(SANDBOX_MARK):
        yield f"KANAL_SECRET_KEY is the sandbox's; {mend}"
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        yield f"KANAL_SECRET_KEY is easy to guess: at least {SHORTEST_SECRET} random characters; {mend}"


def about_hosts(env: Environment) -> Iterator[str]:
    hosts = env.listed("KANAL_ALLOWED_HOSTS")
    url = urlsplit(env.text("KANAL_PUBLIC_URL"))
    if not hosts:
        yield "KANAL_ALLOWED_HOSTS is missing: the host names Kanal answers to, such as portal.example.vn."
    if any("*" in host for host in hosts):
        yield "KANAL_ALLOWED_HOSTS holds “*”: anybody could send links in your name; list the host names."
    if url.scheme != "https" or not url.hostname or url.path.strip("/"):
        yield "KANAL_PUBLIC_URL is not https://HOST: it stands in every mail, and passkeys need it."
    elif hosts and not any(names(host, url.hostname) for host in hosts):
        yield f"KANAL_ALLOWED_HOSTS does not name {url.hostname}, the host of KANAL_PUBLIC_URL."


def names(pattern: str, host: str) -> bool:
    """Django's own reading: “.example.vn” is the host and all below it."""
    return host == pattern.lower() or (pattern.startswith(".") and f".{host}".endswith(pattern.lower()))


def about_databases(env: Environment) -> Iterator[str]:
    if not env.text("DATABASE_URL"):
        yield "DATABASE_URL is missing: postgresql://kanal_app:PASSWORD@HOST:5432/kanal, the application's role."
    if not env.text("DATABASE_OWNER_URL"):
        yield "DATABASE_OWNER_URL is missing: the same database as the role that owns the tables and migrates."
    application, owner = role_of(env.text("DATABASE_URL")), role_of(env.text("DATABASE_OWNER_URL"))
    if application and application == owner:
        yield (
            f"DATABASE_URL and DATABASE_OWNER_URL both use the role {owner}: give the application one of its own, "
            "so that it cannot alter tables nor change what is append-only."
        )


def role_of(url: str) -> str:
    try:
        return str(conninfo_to_dict(url).get("user") or "")
    except Exception:  # noqa: BLE001 - settings.database() says that it cannot be read
        return ""


def about_the_signing_key(env: Environment) -> Iterator[str]:
    told = env.text("KANAL_SIGNING_KEY")
    if not told:
        yield "KANAL_SIGNING_KEY is missing: the ledger's checkpoints are signed with it; `kanal doctor --new-key`."
        return
    try:
        seed = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != SEED_BYTES or len(set(seed)) < FEWEST_LETTERS:
        yield "KANAL_SIGNING_KEY is not an Ed25519 private key in base64 (32 bytes); `kanal doctor --new-key`."


def about_mail(env: Environment) -> Iterator[str]:
    if not env.text("KANAL_MAIL_URL"):
        yield "KANAL_MAIL_URL is missing: smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://… (TLS)."


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_server(env: Environment) -> MailServer:
    """From one address; smtp:// insists on STARTTLS unless it says ?starttls=no."""
    told = env.text("KANAL_MAIL_URL")
    if not told:
        return MailServer()
    url = urlsplit(told)
    if url.scheme not in MAIL_PORTS or not url.hostname or not port_is_readable(url):
        env.problems.append("KANAL_MAIL_URL is not smtp://USER:PASSWORD@HOST:PORT or smtps://….")
        return MailServer()
    return MailServer(
        host=url.hostname,
        port=url.port or MAIL_PORTS[url.scheme],
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        starttls=url.scheme == "smtp" and parse_qs(url.query).get("starttls") != ["no"],
        tls=url.scheme == "smtps",
    )


def port_is_readable(url: SplitResult) -> bool:
    try:
        return url.port is None or url.port > 0
    except ValueError:
        return False
