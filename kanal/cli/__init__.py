"""The commands an operator types, one file each; `kanal --help` lists them from their first lines.

A command module has `arguments(parser)` and `carry_out(options) -> int`, and may say `DJANGO = False` when it needs
neither settings nor rooms, or starts them itself.
"""

import contextlib
import importlib
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import ModuleType

from kanal.cli._follow import follow_the_parent

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent


class CannotGoOn(Exception):
    """One sentence for the terminal: what is in the way, and the way out."""


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kanal.settings")
    follow_the_parent()
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
    return carry_out_plainly(command, parser, rest)


def overview() -> str:
    return "\n".join(["usage: kanal COMMAND [options]", "", *(f"  {name:<10} {first_line(name)}" for name in names())])


def first_line(name: str) -> str:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    return text.split('"""', 2)[1].strip().splitlines()[0]


def start_django() -> None:
    """The words are compiled first: Django reads them as it starts, and would go on in English without them."""
    import django

    from kanal.kit.messages.compile import compile_catalogues

    with contextlib.suppress(PermissionError):  # `build` says what to do where the folder is not ours to write
        compile_catalogues(ROOT)
    django.setup()


def carry_out_plainly(command: ModuleType, parser: ArgumentParser, rest: list[str]) -> int:
    """Nobody at a terminal sees a traceback for what they can mend themselves: one sentence and the way out."""
    try:
        options = parser.parse_args(rest)
        if getattr(command, "DJANGO", True):
            start_django()
        return int(command.carry_out(options))
    except KeyboardInterrupt:
        print("kanal: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `kanal … | head`
        sys.stdout = None
        return 0
    except Exception as problem:  # noqa: BLE001 - each kind has its sentence, and a defect has one too
        from kanal.cli._sentences import tell

        return tell(problem)
