"""Words that stand bare in a template: between tags, in the attributes people read, in what tags are given to show.

`<b data-literal>` marks what is the same in every language; so are keys, code and a few names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template import Engine, TemplateSyntaxError
from django.template.base import FilterExpression, Node, Token, TokenType
from django.utils.text import unescape_string_literal

from kanal.kit.messages.message import Fault, has_letters, shortened
from kanal.kit.messages.template_words import nodes_of, spoken_tokens

NAMES = frozenset({"Kanal", "CSV", "XLSX", "PDF", "API", "JSON"})
SILENT_ELEMENTS = frozenset({"script", "style", "code", "kbd", "samp"})
READ_ATTRIBUTES = frozenset(
    {
        "placeholder",
        "title",
        "alt",
        "label",
        "aria-label",
        "aria-description",
        "aria-placeholder",
        "aria-roledescription",
        "aria-valuetext",
        "hx-confirm",
        "hx-prompt",
    }
)
BLOCKS = frozenset({"blocktranslate", "blocktrans"})
ATTRIBUTE_BLOCKS = ("attributes", "class", "classes")
CHILDLESS = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
BUTTON_TYPES = frozenset({"submit", "button", "reset"})
# What our own parts call the words they are given.
READ_ARGUMENTS = frozenset(
    {
        "alt",
        "aria_label",
        "caption",
        "confirm",
        "description",
        "empty",
        "heading",
        "help",
        "hint",
        "label",
        "legend",
        "message",
        "note",
        "placeholder",
        "subtitle",
        "summary",
        "text",
        "title",
        "tooltip",
    }
)
_HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a tag will write something
_WORD = re.compile(r"[^\W\d_]+")
_FALLBACK = re.compile(r"""\|(?:default|default_if_none|yesno|pluralize)\s*:\s*("[^"]*"|'[^']*')""")
_WHOLE = re.compile(r"""^("[^"]*"|'[^']*')""")


def bare_words_of_template(text: str, source: str, engine: Engine) -> list[Fault]:
    skeleton = "".join(_skeleton(text))
    spoken = list(_bare_in_page(skeleton) if is_page(source) else _bare_in_text(skeleton))
    spoken += _bare_arguments(text, engine)
    sentence = "stands bare in the template: put it in translate or blocktranslate"
    return [Fault(source, line, f"“{shortened(words)}” {sentence}") for line, words in spoken]


def is_page(source: str) -> bool:
    return source.endswith((".html", "/html", ".svg"))


def is_plain_text(source: str) -> bool:
    return source.endswith((".txt", "/text", "/subject"))


def _skeleton(text: str) -> Iterator[str]:
    """The template with a hole for whatever is written there, line by line as it was."""
    end = ""  # of the tag whose content is no bare text
    for token in spoken_tokens(text):
        if token.token_type is TokenType.TEXT:
            yield "\n" * token.contents.count("\n") if end else token.contents
        elif token.token_type is TokenType.VAR:
            yield "" if end else _HOLE + _literals(token)
        else:
            end = _end_of_what_is_not_bare(token) if not end else end * (token.contents.split()[0] != end)
            yield _HOLE


def _end_of_what_is_not_bare(token: Token) -> str:
    """A sentence to translate, or a block that stands inside a tag (`{% block card_attributes %}`)."""
    name, *rest = token.contents.split()
    if name in BLOCKS or (name == "block" and rest[0].endswith(ATTRIBUTE_BLOCKS)):
        return f"end{name}"
    return ""


def _literals(token: Token) -> str:
    """What a variable tag may write by itself: `{{ "Yes" }}`, `{{ name|default:"nobody" }}`."""
    found = [*_WHOLE.findall(token.contents), *_FALLBACK.findall(token.contents)]
    return " ".join(unescape_string_literal(literal) for literal in found).replace('"', "").replace("'", "")


def _bare_in_text(skeleton: str) -> Iterator[tuple[int, str]]:
    for line, words in enumerate(skeleton.splitlines(), start=1):
        if is_bare(words):
            yield line, words.replace(_HOLE, "…")


def _bare_in_page(skeleton: str) -> Iterator[tuple[int, str]]:
    page = _Page()
    page.feed(skeleton)
    page.close()
    yield from page.bare


def is_bare(words: str) -> bool:
    return any(word not in NAMES for word in _WORD.findall(words))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bare: list[tuple[int, str]] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self.silent:
            self.silent += [tag] * (tag == self.silent[-1])
        elif (tag in SILENT_ELEMENTS or "data-literal" in given) and tag not in CHILDLESS:
            self.silent.append(tag)
        if "data-literal" not in given:
            self._judge_attributes(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._judge_attributes(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[-1]:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if self.silent or not is_bare(data):
            return
        before = len(data) - len(data.lstrip(f" \t\n{_HOLE}"))
        self.bare.append((self.getpos()[0] + data[:before].count("\n"), data.replace(_HOLE, "…")))

    def _judge_attributes(self, tag: str, given: dict[str, str]) -> None:
        read = {name: value for name, value in given.items() if name in READ_ATTRIBUTES}
        if tag == "input" and given.get("type") in BUTTON_TYPES:
            read["value"] = given.get("value", "")
        for name, value in read.items():
            if is_bare(value):
                self.bare.append((self.getpos()[0], f'{name}="{value.replace(_HOLE, "…")}"'))


def _bare_arguments(text: str, engine: Engine) -> Iterator[tuple[int, str]]:
    try:
        nodes = list(nodes_of(engine.from_string(text).nodelist))
    except TemplateSyntaxError:
        return  # told by words_of_template
    for node in nodes:
        for name, value in _arguments(node):
            if name in READ_ARGUMENTS and isinstance(value.var, str) and has_letters(value.var):
                yield (node.token.lineno or 0) if node.token else 0, f'{name}="{value.var}"'


def _arguments(node: Node) -> Iterator[tuple[str, FilterExpression]]:
    for given in vars(node).values():
        if isinstance(given, dict):
            for name, value in given.items():
                if isinstance(value, FilterExpression):
                    yield str(name), value
