"""Templates, styles and scripts keep to the policy: nothing inline, nothing foreign, nothing missing."""

import re
from collections import Counter
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import lucide
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from kanal.web.menus import ACCOUNT_MENU, MENU
from tests.house.sources import ROOT, python_files, text_of

WEB = ROOT / "kanal" / "web"
TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
STYLES = sorted((WEB / "static" / "css").rglob("*.css"))
SCRIPTS = sorted((WEB / "static" / "js").rglob("*.js"))
MOST_LINES_OF_SCRIPT = 500
LETTERS = {"letter.html", "shelf_letter.html"}  # mails carry their own style, since a mail has no style sheet


def named(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an inline style", r"<[^>]*\sstyle="),
        ("a style element", r"<style\b"),
        ("an inline script", r"<script(?![^>]*\b(?:src=|type=\"application/json\"))"),
        ("a handler in an attribute", r"<[^>]*\s(?:on[a-z]+|hx-on[:-]?[\w:.-]*)="),
        ("code in an attribute of htmx", r"hx-(?:vals|vars|headers)=[\"']js:"),
        ("an address elsewhere", r"(?:src|href|action)=[\"'](?:https?:)?//"),
    ],
)
def test_no_template_has(what: str, pattern: str) -> None:
    found = [named(path) for path in TEMPLATES if path.name not in LETTERS and re.search(pattern, text_of(path))]
    assert found == [], what


def test_every_form_that_is_posted_is_sealed() -> None:
    """Against forgery, and for the organization it was shown for."""
    posted = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL)
    found = [
        named(path)
        for path in TEMPLATES
        for body in posted.findall(text_of(path))
        if not re.search(r"{% (?:sealed|csrf_token) %}", body)
    ]
    assert found == []


def test_every_icon_exists() -> None:
    package = Path(lucide.__file__).parent / "lucide.zip"
    there = {name.removesuffix(".svg") for name in ZipFile(package).namelist()}
    used = {icon for path in TEMPLATES for icon in re.findall(r"{% icon \"([^\"]+)\"", text_of(path))}
    used |= {icon for path in python_files("kanal/web") for icon in re.findall(r"icon=\"([^\"]+)\"", text_of(path))}
    used |= {entry.icon for entries in MENU.values() for entry in entries} | {entry.icon for entry in ACCOUNT_MENU}
    assert sorted(used - there) == []


def test_every_style_sheet_is_imported_once_and_into_a_layer() -> None:
    main = WEB / "static" / "css" / "kanal.css"
    imported = re.findall(r'@import url\("([^"]+)"\) layer\((\w+)\);', text_of(main))
    there = {str(path.relative_to(main.parent)) for path in STYLES if path != main}
    assert Counter(name for name, _layer in imported) == Counter(there)
    layers = re.search(r"@layer ([\w, ]+);", text_of(main))
    assert layers is not None
    assert {layer for _name, layer in imported} == set(layers.group(1).split(", "))


def test_imports_are_rewritten_with_hashes_and_keep_their_layers() -> None:
    """Django's storage of the manifest finds `@import url(…) layer(…)`."""
    storage: Any = staticfiles_storage
    with storage.open(storage.stored_name("css/kanal.css")) as file:
        text = file.read().decode()
    assert re.search(r'@import url\("tokens\.[0-9a-f]{12}\.css"\) layer\(tokens\);', text)
    assert re.search(r'@import url\("parts/table\.[0-9a-f]{12}\.css"\) layer\(parts\);', text)


def test_styles_fetch_nothing_from_elsewhere() -> None:
    found = [named(path) for path in STYLES if re.search(r"url\([\"']?(?:https?:|//)", text_of(path))]
    assert found == []


def test_colours_stand_in_the_tokens_alone() -> None:
    """White on a filled red is the one that no theme changes."""
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|oklch\((?!1 0 0\))")
    found = [
        f"{named(path)}: {match}"
        for path in STYLES
        if path.name != "tokens.css"
        for match in colour.findall(text_of(path))
    ]
    assert [each for each in found if "color-mix" not in each] == []


def test_each_status_has_one_colour() -> None:
    codes = re.findall(r'data-status="(\w+)"', text_of(WEB / "static/css/parts/badge.css"))
    assert [code for code, times in Counter(codes).items() if times > 1] == []


def test_our_own_script_stays_small() -> None:
    assert sum(len(text_of(path).splitlines()) for path in SCRIPTS) <= MOST_LINES_OF_SCRIPT


def test_our_own_script_builds_no_html_from_text() -> None:
    forbidden = re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|new Function)\b")
    assert [named(path) for path in SCRIPTS if forbidden.search(text_of(path))] == []
