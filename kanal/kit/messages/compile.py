"""Make django.mo of each django.po that has changed. Needs no settings and no Django, which may not be there yet."""

from __future__ import annotations

import os
from pathlib import Path

import polib


def compile_catalogues(root: Path) -> list[Path]:
    """The compiled files that were made; nothing where all of them are as new as their catalogues."""
    catalogues = sorted((root / "kanal" / "locale").glob("*/LC_MESSAGES/*.po"))
    return [_compile(catalogue) for catalogue in catalogues if not _is_fresh(catalogue)]


def _is_fresh(catalogue: Path) -> bool:
    """A compiled file carries its catalogue's own moment: a copied or restored clone may well be older than it."""
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns == catalogue.stat().st_mtime_ns


def _compile(catalogue: Path) -> Path:
    compiled = catalogue.with_suffix(".mo")
    moment = catalogue.stat().st_mtime_ns
    # Several processes may start at once: each writes a file of its own, and readers see the old or the new one whole.
    draft = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    draft.write_bytes(polib.pofile(str(catalogue)).to_binary())
    os.utime(draft, ns=(moment, moment))
    draft.replace(compiled)
    return compiled
