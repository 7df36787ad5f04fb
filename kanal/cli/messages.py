"""Keep the words in both languages: --update the catalogues, --check them, --compile them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DJANGO = False  # to compile, no settings are needed


def arguments(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="fail when anything is unsaid or ill said (the default)")
    what.add_argument("--update", action="store_true", help="take in new sentences, drop those nobody says")
    what.add_argument("--compile", action="store_true", help="make the compiled files that are out of date")


def carry_out(options: Namespace) -> int:
    if options.compile:
        from kanal.kit.messages.compile import compile_catalogues

        print(f"{len(compile_catalogues(ROOT))} catalogues compiled")
        return 0
    import django

    django.setup()
    from kanal.kit.messages.keep import check_words, update_words

    if options.update:
        waiting = update_words(ROOT)
        print("\n".join(waiting))
        print(f"{len(waiting)} sentences wait for their Vietnamese")
        return 0
    faults = check_words(ROOT)
    print("\n".join(map(str, faults)) or "every word is said in both languages", file=sys.stderr if faults else None)
    return 1 if faults else 0
