"""The commands an operator types, one file each; `kanal --help` lists them from their first lines.

A command module has `arguments(parser)` and `carry_out(options) -> int`, and may say `DJANGO = False` when it needs
neither settings nor rooms.
"""

import importlib
import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from types import ModuleType

FOLDER = Path(__file__).parent


class CannotGoOn(Exception):
    """One sentence for the terminal: what is in the way, and the way out."""


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanal.settings")
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(overview())
        return 0
    name, *rest = arguments
    if name not in names():
        print(f"kanal: there is no command “{name}”; `kanal --help` lists them.", file=sys.stderr)
        return 2
    command = importlib.import_module(f"kanal.cli.{name}")
    parser = ArgumentParser(prog=f"kanal {name}", description=command.__doc__)
    command.arguments(parser)
    return carry_out_plainly(command, parser.parse_args(rest))


def overview() -> str:
    return "\n".join(["usage: kanal COMMAND [options]", "", *(f"  {name:<10} {first_line(name)}" for name in names())])


def first_line(name: str) -> str:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return text.split('"""', 2)[1].strip().splitlines()[0]


def carry_out_plainly(command: ModuleType, options: Namespace) -> int:
    """Nobody at a terminal sees a traceback for what they can mend themselves: one sentence and the way out."""
    from django.db import OperationalError

    from kanal.kit.environment import BrokenEnvironment
    from kanal.kit.postgres import ServerDidNotStart
    from kanal.kit.refusal import Refusal

    try:
        if getattr(command, "DJANGO", True):
            import django

            django.setup()
        return int(command.carry_out(options))
    except BrokenEnvironment as broken:
        print("kanal: these settings need mending (environment or .env):", file=sys.stderr)
        for problem in broken.problems:
            print(f"  - {problem}", file=sys.stderr)
    except (ServerDidNotStart, CannotGoOn, Refusal) as failure:
        print(f"kanal: {failure}", file=sys.stderr)
    except OperationalError as problem:
        print(
            f"kanal: the database does not answer ({str(problem).strip().splitlines()[-1]}). "
            "Is it running, and is DATABASE_URL right? `kanal doctor` looks at everything.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("kanal: stopped.", file=sys.stderr)
        return 130
    return 1
