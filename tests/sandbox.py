"""Tests live in a sandbox; loaded as a plugin (`-p tests.sandbox`), since settings are read before any conftest is."""

import os
from pathlib import Path

from kanal.kit.messages.compile import compile_catalogues

os.environ.setdefault("KANAL_SANDBOX", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanal.settings")
compile_catalogues(Path(__file__).resolve().parent.parent)
