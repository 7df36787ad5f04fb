"""The project's own text, read once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def python_files(folder: str = "kanal") -> tuple[Path, ...]:
    return tuple(path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts)


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), filename=str(path))


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    """The room a file stands in: the first folder under kanal/, or the file's own name beside them."""
    return path.relative_to(ROOT / "kanal").parts[0].removesuffix(".py")
