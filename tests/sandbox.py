"""Tests live in a sandbox; loaded as a plugin (`-p tests.sandbox`), since settings are read before any conftest is."""

import os

os.environ.setdefault("KANAL_SANDBOX", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanal.settings")
