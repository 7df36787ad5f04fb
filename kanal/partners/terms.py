"""The terms of the partner programme: the pages show their text, an application keeps which edition was accepted."""

EDITION = "2026-11"
