"""The two secrets Kanal signs with: KANAL_SECRET_KEY sessions and links, KANAL_SIGNING_KEY the ledger's checkpoints.

The sandbox makes its own once, under `var/`, for its owner's eyes only, and marks them so that production refuses them.
"""

import base64
import contextlib
import os
import secrets
from pathlib import Path

from kanal.kit.environment import read_env_file

SANDBOX_MARK = "sandbox-"
SEED_BYTES = 32


def new_keys() -> dict[str, str]:
    """What was signed before is worth nothing under new ones."""
    return {
        "KANAL_SECRET_KEY": secrets.token_urlsafe(64),
        "KANAL_SIGNING_KEY": base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode(),
    }


def sandbox_keys(var: Path) -> dict[str, str]:
    path = var / "keys"
    with contextlib.suppress(FileExistsError):
        if not path.exists():
            make_once(path)
    values, _ = read_env_file(path)
    return values


def make_once(path: Path) -> None:
    """Complete or not at all, and the same for two processes that start together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write("# The sandbox's own; worthless anywhere else.\n")
        for name, value in new_keys().items():
            file.write(f"{name}={SANDBOX_MARK if name == 'KANAL_SECRET_KEY' else ''}{value}\n")
    try:
        os.link(draft, path)
    finally:
        draft.unlink()
