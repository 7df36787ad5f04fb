"""Every address there is, found by itself: a new page or operation is walked the day it appears."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

from kanal.web.access import Access, access_of

CONVERTED = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
# What a page takes that is not a row of ours, such as the secret of a mailed link: any text must be answered.
FREE_TEXT = {"str", "slug", "path", "int"}
REGEX_SAMPLES = {"key": "no-such-key", "token": "no-such-token", "uidb36": "0"}


@dataclass(frozen=True)
class Route:
    """One address as it is written, with the kinds of id in it."""

    text: str
    name: str
    access: Access
    kinds: tuple[str, ...]
    pieces: tuple[str, ...]  # literal text, and between two of them one id

    def with_ids(self, ids: Mapping[str, str]) -> str:
        filled = itertools.zip_longest(self.pieces, (ids.get(kind, sample_text(kind)) for kind in self.kinds))
        return "/" + "".join(f"{piece}{id_ or ''}" for piece, id_ in filled)

    @property
    def row_kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind in self.kinds if kind not in FREE_TEXT and kind not in REGEX_SAMPLES)


def sample_text(kind: str) -> str:
    return "1" if kind == "int" else REGEX_SAMPLES.get(kind, "no-such-thing")


def every_route() -> list[Route]:
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        text = prefix + _readable(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, text)
        else:
            yield _route(pattern, text)


def _readable(pattern: object) -> str:
    """A regular expression is written as a path: its groups are ids by their names."""
    if isinstance(pattern, RoutePattern):
        return str(pattern)
    assert isinstance(pattern, RegexPattern), pattern
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1:\1>", str(pattern))
    return text.removeprefix("^").removesuffix("$")


def _route(pattern: URLPattern, text: str) -> Route:
    found = list(CONVERTED.finditer(text))
    kinds = tuple(match.group("converter") or "str" for match in found)
    pieces = tuple(CONVERTED.sub("\0", text).split("\0"))
    return Route(text, pattern.name or "", access_of(pattern.callback), kinds, pieces)
