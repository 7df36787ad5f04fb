"""Make what is made from the sources: compiled words and static files; every start does it where it is missing."""

from argparse import ArgumentParser, Namespace

from kanal.cli._build import build


def arguments(_parser: ArgumentParser) -> None:
    """Nothing to say."""


def carry_out(_options: Namespace) -> int:
    made = build()
    print(f"made {' and '.join(made)}" if made else "words and static files are up to date")
    return 0
