"""Everything that is said anywhere, and every fault in how the code says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.template import Engine, engines
from django.template.backends.django import DjangoTemplates

from kanal.kit.messages.bare_python import bare_words_of_python
from kanal.kit.messages.bare_templates import bare_words_of_template
from kanal.kit.messages.message import Fault, Found, together
from kanal.kit.messages.places import Place, others_python, others_templates, own_python, own_templates
from kanal.kit.messages.python_words import may_speak, words_of_python
from kanal.kit.messages.template_words import words_of_template


def collect(root: Path) -> Found:
    return together([*_own(root), *_others(root)])


def engine_of_pages() -> Engine:
    pages = engines["django"]
    assert isinstance(pages, DjangoTemplates)
    return pages.engine


def _own(root: Path) -> Iterator[Found]:
    engine = engine_of_pages()
    for place in own_python(root):
        yield _of_python(place)
    for place in own_templates(root):
        text = place.text
        yield words_of_template(text, place.source, engine)
        yield Found(faults=tuple(bare_words_of_template(text, place.source, engine)))


def _of_python(place: Place) -> Found:
    text = place.text
    try:
        tree = ast.parse(text)
    except SyntaxError as problem:
        return Found(faults=(Fault(place.source, problem.lineno or 0, "the file does not parse"),))
    bare = bare_words_of_python(tree, place.source) if place.is_for_people else []
    said = words_of_python(tree, place.source) if may_speak(text) else Found()
    return together([said, Found(faults=tuple(bare))])


def _others(root: Path) -> Iterator[Found]:
    engine = engine_of_pages()
    for place in others_python():
        if may_speak(text := place.text):
            yield words_of_python(ast.parse(text), place.source, ours=False)
    for place in others_templates(own_templates(root)):
        yield words_of_template(place.text, place.source, engine, ours=False)
