"""Whether an address can be listened on, asked before anything is started for it."""

import errno
import socket

from kanal.cli import CannotGoOn

LOOPBACK = {"localhost": "127.0.0.1"}


def address_of(host: str) -> str:
    """The server takes a number, not a name; people are told the name, since passkeys need “localhost”."""
    return LOOPBACK.get(host, host)


def refuse_taken(host: str, port: int) -> None:
    """Without SO_REUSEPORT, unlike the server itself, which would silently share the port with another."""
    for family, address in addresses(host):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as problem:
                said = sentence(problem, host, port)
                if said:
                    raise CannotGoOn(said) from problem


def addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """A browser that is told “localhost” may try ::1 first, and must not meet somebody else there."""
    if host in LOOPBACK:
        found = [(socket.AF_INET, "127.0.0.1")]
        return [*found, (socket.AF_INET6, "::1")] if socket.has_ipv6 else found
    return [(socket.AF_INET6 if ":" in host else socket.AF_INET, host)]


def sentence(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program; stop that one, or choose another port: --port {port + 1}"
    if problem.errno == errno.EACCES:
        return f"port {port} is kept for the system; choose one above 1023: --port 8000"
    if problem.errno == errno.EADDRNOTAVAIL and host in LOOPBACK:
        return ""  # a machine without IPv6
    return f"{host} is not an address of this machine that can be listened on ({problem.strerror}): --host localhost"
