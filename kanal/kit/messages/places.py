"""Where words stand: the house's own files, and the parts of others' that a person can meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from kanal.kit.messages.bare_templates import is_page, is_plain_text

# Others' Vietnamese is partial and dated, so every sentence of theirs that can reach a page is said by us.
OTHERS = (
    "django/contrib/auth/forms.py",
    "django/contrib/auth/password_validation.py",
    "django/contrib/humanize/templatetags",
    "django/contrib/postgres/fields",
    "django/contrib/postgres/forms",
    "django/contrib/postgres/validators.py",
    "django/core/paginator.py",
    "django/core/validators.py",
    "django/db/models",
    "django/forms",
    "django/template/defaultfilters.py",
    "django/utils",
    "django/views/csrf.py",
    "allauth/account",
    "allauth/core",
    "allauth/mfa",
    "allauth/usersessions",
)
OTHERS_TEMPLATES = tuple(f"allauth/templates/{area}" for area in ("account", "allauth", "mfa", "usersessions"))
# Read by administrators of a site we do not have, and by nobody.
UNSEEN = frozenset({"admin.py", "apps.py", "checks.py", "management", "migrations", "tests"})
UNSEEN_MODELS = frozenset({"allauth/account/models.py", "allauth/usersessions/models.py"})
# What the terminal and programs read is English by intent.
NOT_FOR_PEOPLE = ("kanal/api/", "kanal/bench/", "kanal/cli/")


@dataclass(frozen=True)
class Place:
    """One file and the name it goes by in the catalogue."""

    path: Path
    source: str

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def is_for_people(self) -> bool:
        return not self.source.startswith(NOT_FOR_PEOPLE)


def own_python(root: Path) -> Iterator[Place]:
    for path in sorted((root / "kanal").rglob("*.py")):
        if "migrations" not in path.parts:
            yield Place(path, path.relative_to(root).as_posix())


def own_templates(root: Path) -> Iterator[Place]:
    for path in sorted((root / "kanal").glob("**/templates/**/*")):
        source = path.relative_to(root).as_posix()
        if path.is_file() and (is_page(source) or is_plain_text(source)):
            yield Place(path, source)


def others_python() -> Iterator[Place]:
    for name in OTHERS:
        place = _installed(name)
        for path in sorted(place.path.rglob("*.py")) if place.path.is_dir() else [place.path]:
            beside = _beside(place, path)
            if beside.source not in UNSEEN_MODELS and not UNSEEN & set(beside.source.split("/")):
                yield beside


def others_templates(own: Iterator[Place]) -> Iterator[Place]:
    """Those that are shown: a template of ours goes before one of the same name."""
    ours = {place.source.partition("/templates/")[2] for place in own}
    for name in OTHERS_TEMPLATES:
        place = _installed(name)
        for path in sorted(place.path.rglob("*.*")):
            if _beside(place, path).source.partition("/templates/")[2] not in ours:
                yield _beside(place, path)


def _installed(name: str) -> Place:
    package, _, rest = name.partition("/")
    spec = find_spec(package)
    assert spec is not None, package
    assert spec.submodule_search_locations is not None, package
    return Place(Path(spec.submodule_search_locations[0]) / rest, name)


def _beside(place: Place, path: Path) -> Place:
    inner = path.relative_to(place.path).as_posix()
    return Place(path, place.source if inner == "." else f"{place.source}/{inner}")
