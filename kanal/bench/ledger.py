"""The ledger: postings alone, in batches and together; reading at depth; proving. Everything durable."""

from __future__ import annotations

import os

from kanal.bench import Figure


def run(*, quick: bool) -> list[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanal.settings")
    os.environ.setdefault("KANAL_SANDBOX", "1")
    import django

    django.setup()
    from kanal.bench._ledger_figures import figures_of_the_ledger

    return figures_of_the_ledger(quick=quick)
