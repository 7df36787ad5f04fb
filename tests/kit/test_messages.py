"""The words: what is found, what is refused, and how Django writes them. ID-7: Vietnamese and English everywhere."""

import ast
import gettext
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polib
import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.translation import ngettext

from kanal.kit.messages.bare_python import bare_words_of_python
from kanal.kit.messages.bare_templates import bare_words_of_template
from kanal.kit.messages.catalogue import by_sentence, catalogue_path, read_catalogue, updated
from kanal.kit.messages.collect import collect, engine_of_pages
from kanal.kit.messages.compile import compile_catalogues
from kanal.kit.messages.glossary import faults_against_glossary, words_of_glossary
from kanal.kit.messages.judge import faults_in_english, faults_in_overrides, faults_in_translation
from kanal.kit.messages.keep import check_words, update_words
from kanal.kit.messages.message import Found, Message
from kanal.kit.messages.placeholders import blanks_differ, flag_of
from kanal.kit.messages.places import OTHERS, others_python, others_templates, own_templates
from kanal.kit.messages.python_words import words_of_python
from kanal.kit.messages.template_words import words_of_template

ROOT = Path(__file__).resolve().parents[2]
PAGE = "kanal/web/templates/page.html"
MAIL = "kanal/notices/templates/notices/kind/text.txt"
CODE = "kanal/credit/top_up.py"


def said_by_python(text: str, *, ours: bool = True) -> Found:
    return words_of_python(ast.parse(text), CODE, ours=ours)


def said_by_template(text: str) -> Found:
    return words_of_template("{% load i18n %}" + text, PAGE, engine_of_pages())


def texts(found: Found) -> list[str]:
    return [message.text for message in found.messages]


def bare_in_code(text: str) -> list[str]:
    return [fault.sentence.split("”")[0].strip("“") for fault in bare_words_of_python(ast.parse(text), CODE)]


def bare_in_page(text: str, source: str = PAGE) -> list[tuple[int, str]]:
    faults = bare_words_of_template(text, source, engine_of_pages())
    return [(fault.line, fault.sentence.split("”")[0].strip("“")) for fault in faults]


# --- What is found in code ----------------------------------------------------------------------------------------

IMPORTS = (
    "from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext, npgettext, gettext_noop\n"
)


def test_every_function_of_gettext_is_heard_under_the_name_it_has_in_the_file() -> None:
    found = said_by_python(
        IMPORTS + "_('a' ' b'); gettext_lazy('c'); ngettext('d', 'ds', 2); pgettext('link', 'e')\n"
        "npgettext('link', 'f', 'fs', 2); gettext_noop('g'); other('h')\n"
        "from django.utils import translation as words\nwords.gettext('i')\n"
        "def later():\n    from django.utils.translation import gettext as say\n    return say('j')\n"
    )
    assert set(found.messages) == {
        Message("a b", source=CODE),
        Message("c", source=CODE),
        Message("d", plural="ds", source=CODE),
        Message("e", "link", source=CODE),
        Message("f", "link", "fs", CODE),
        Message("g", source=CODE),
        Message("i", source=CODE),
        Message("j", source=CODE),
    }
    assert found.faults == ()


def test_a_sentence_inside_an_f_string_is_found() -> None:
    assert texts(said_by_python(IMPORTS + "f'{_(\"here\")} {1}'")) == ["here"]


@pytest.mark.parametrize(
    "call", ["_(name)", "_(f'{name} is late')", "_('%s' % name)", "ngettext('one', many, 2)", "_()"]
)
def test_a_sentence_that_is_put_together_at_run_time_is_refused(call: str) -> None:
    assert len(said_by_python(IMPORTS + call).faults) == 1
    assert said_by_python(IMPORTS + call, ours=False).faults == ()


def test_our_reading_of_django_finds_what_its_own_catalogue_holds() -> None:
    """The proof that nothing is overheard: xgettext made Django's list from the same files."""
    ours = {
        message.text for place in others_python() for message in words_of_python(ast.parse(place.text), "").messages
    }
    theirs = set()
    for part in ("conf", "contrib/auth", "contrib/humanize", "contrib/postgres"):
        for entry in polib.pofile(str(django_folder() / part / "locale/en/LC_MESSAGES/django.po")):
            if any(
                f"django/{place}".startswith(OTHERS) and place.endswith(".py") for place, _line in entry.occurrences
            ):
                theirs.add(entry.msgid)
    assert len(theirs) > 200
    assert theirs - ours == set()


def django_folder() -> Path:
    import django

    return Path(django.__file__).parent


# --- What is found in templates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "text", "context", "plural"),
    [
        ('{% translate "Save" %}', "Save", "", ""),
        ('{% translate "Save" as label %}', "Save", "", ""),
        ('{% translate "Save" noop %}', "Save", "", ""),
        ('{% translate "Declined" context "customer link" %}', "Declined", "customer link", ""),
        ('{% translate "50% more" %}', "50%% more", "", ""),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", "Hello %(name)s", "", ""),
        ("{% blocktranslate trimmed %}\n  Two\n  lines\n{% endblocktranslate %}", "Two lines", "", ""),
        ("{% blocktranslate asvar x %}Kept{% endblocktranslate %}", "Kept", "", ""),
        (
            '{% blocktranslate count n=3 context "c" %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}',
            "%(n)s row",
            "c",
            "%(n)s rows",
        ),
        ('{{ name|default:_("nobody") }}', "nobody", "", ""),
        ('{{ _("Said") }}', "Said", "", ""),
        ('{% if kind == _("Same") %}{% endif %}', "Same", "", ""),
        ('{% include "parts/x.html" with label=_("Name") %}', "Name", "", ""),
        ('{% with title=_("Head") %}{% endwith %}', "Head", "", ""),
        ('{% for x in y %}{% empty %}{% translate "None" %}{% endfor %}', "None", "", ""),
        ('{% partialdef row %}{% translate "In a part" %}{% endpartialdef %}', "In a part", "", ""),
        ('{% block a %}{% if b %}{% else %}{% translate "Deep" %}{% endif %}{% endblock %}', "Deep", "", ""),
    ],
)
def test_a_sentence_is_found_wherever_a_template_may_say_it(
    template: str, text: str, context: str, plural: str
) -> None:
    found = said_by_template(template)
    assert found.faults == ()
    assert set(found.messages) == {Message(text, context, plural, PAGE)}


@pytest.mark.parametrize(
    "template",
    ['{% translate "50% of {x}" %}', "{% blocktranslate trimmed %}\n 5%\n of {{ x }} {% endblocktranslate %}"],
)
def test_what_a_template_looks_up_is_what_was_found(template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Percent signs and trimming: the key in the catalogue is the key Django asks for at run time."""
    asked: list[str] = []

    def listen(text: str) -> str:
        asked.append(text)
        return text

    monkeypatch.setattr("django.utils.translation.gettext", listen)
    monkeypatch.setattr("django.template.base.gettext_lazy", listen)
    Template("{% load i18n %}" + template).render(Context({"x": 1}))
    assert texts(said_by_template(template)) == asked


def test_a_comment_says_nothing() -> None:
    found = said_by_template('{% comment %}{% translate "No" %}{{ _("No") }}{% endcomment %}{# {{ _("No") }} #}')
    assert found == Found()


def test_a_template_that_does_not_parse_and_a_variable_sentence_are_faults() -> None:
    assert "does not parse" in said_by_template("{% nonsense %}").faults[0].sentence
    assert "literal" in said_by_template("{% translate title %}").faults[0].sentence
    assert said_by_template("{% translate role %}").faults == ()  # a label that its model says


def test_the_pages_of_others_are_read_only_where_ours_do_not_stand_before_them() -> None:
    names = {place.source.partition("/templates/")[2] for place in others_templates(own_templates(ROOT))}
    ours = {place.source.partition("/templates/")[2] for place in own_templates(ROOT)}
    assert names & ours == set()


# --- Bare words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "bare"),
    [
        ("<p>\n\n Bare</p>", [(3, "Bare")]),
        ("<p>{{ name }} is late</p>", [(1, "… is late")]),
        ('{% translate "Said" %}, {{ x }} &nbsp; 12 · — (×)', []),
        ("{% blocktranslate %}Said {{ x }}{% plural %}Said{% endblocktranslate %}<b>Bare</b>", [(1, "Bare")]),
        ('<input placeholder="Search">', [(1, 'placeholder="Search"')]),
        ('<a title="{{ x }}" aria-label="{% translate "x" %}"></a>', []),
        ('<a title="{{ x }} days"></a>', [(1, 'title="… days"')]),
        ('<img alt="Logo" src="x"/>', [(1, 'alt="Logo"')]),
        ('<input type="submit" value="Send">', [(1, 'value="Send"')]),
        ('<input type="hidden" value="send">', []),
        ('<a class="btn" href="/desk/" data-action="copy"></a>', []),
        ("<script>var words = 1</script><style>a{}</style><kbd>Ctrl</kbd><code>kanal</code>", []),
        ("<b data-literal>VND <i>x</i></b><p>Bare</p>", [(1, "Bare")]),
        ("<input data-literal placeholder='abc'><p>Bare</p>", [(1, "Bare")]),
        ("<h1>Kanal</h1> CSV", []),
        ("{# bare #}{% comment %}bare{% endcomment %}", []),
        ('<p>{{ x|default:"nobody" }}</p>', [(1, "…nobody")]),
        ('<p class="{{ x|default:"neutral" }}">{{ day|date:"j M" }}</p>', []),
        ('{% include "parts/x.html" with label="Name" kind="neutral" %}', [(1, 'label="Name"')]),
        ('{% load i18n %}{% include "parts/x.html" with label=_("Name") %}', []),
        ('{% with title="Head" %}{% endwith %}', [(1, 'title="Head"')]),
        ("{% block card_attributes %} data-wide{% endblock %}<p>Bare</p>", [(1, "Bare")]),
    ],
)
def test_words_that_stand_bare_in_a_page_are_seen(page: str, bare: list[tuple[int, str]]) -> None:
    assert bare_in_page("{% load i18n %}" + page) == bare


def test_words_that_stand_bare_in_a_mail_are_seen() -> None:
    assert bare_in_page("{{ x }}\nHello {{ name }},\n--\n", MAIL) == [(2, "Hello …,")]


@pytest.mark.parametrize(
    ("code", "bare"),
    [
        ("class A(TextChoices):\n    B = 'B', 'Label'", ["Label"]),
        ("class A(models.TextChoices):\n    B = 'B'", ["B"]),
        ("class A(models.TextChoices):\n    B = 'B', _('Label')\n    C = 'vi', 'Tiếng Việt'", []),
        ("class A(Refusal):\n    code = 'a'\n    def __str__(self):\n        return 'No'", ["No"]),
        ("class A(Late):\n    code = 'a'\n    def __str__(self):\n        return f'{self.x} is late'", ["is late"]),
        ("class A(Refusal):\n    code = 'a'\n    def __str__(self):\n        return 'No %s' % self.x", ["No %s"]),
        ("class A(Refusal):\n    code = 'a'\n    def __str__(self):\n        return _('No') if x else 'Yes'", ["Yes"]),
        ("class A(Refusal):\n    code = 'a'\n    def __str__(self):\n        return _('No %(x)s') % self.words()", []),
        ("class Row(Model):\n    def __str__(self):\n        return f'row {self.id}'", []),
        ("Field(label='Name', name='name', help_text=_('x'))", ["Name"]),
        ("messages.error(request, 'Bad'); log.error('fine', 'Bad')", ["Bad"]),
        ("raise ValidationError('Bad')", ["Bad"]),
        ("form.add_error('field', 'Bad')", ["Bad"]),
        ("attrs = {'placeholder': 'Search', 'class': 'wide', 'title': _('x')}", ["Search"]),
    ],
)
def test_words_that_stand_bare_in_code_are_seen(code: str, bare: list[str]) -> None:
    assert bare_in_code(code) == bare


# --- What a catalogue may hold ------------------------------------------------------------------------------------


def entry(msgid: str, msgstr: str = "", **rest: object) -> polib.POEntry:
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **rest)


def faults_of(*entries: polib.POEntry, language: str = "vi") -> list[str]:
    catalogue = polib.POFile()
    catalogue.extend(entries)
    return [fault.sentence for fault in faults_in_translation(catalogue, language, "django.po")]


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (entry("Save"), "has no translation"),
        (entry("Save", "Lưu", flags=["fuzzy"]), "fuzzy"),
        (entry("Save", "Lưu", obsolete=True), "nobody says it"),
        (entry("%(n)s rows", "%(m)s dòng"), "blanks"),
        (entry("%(n)s rows", "dòng"), "blanks"),
        (entry("{n} rows", "{m} dòng"), "blanks"),
        (entry("%s of %d", "%d trong %s"), "another order"),
        (entry("%(n)s rows", "%(n)s dòng, 5% nữa"), "percent sign"),
        (entry("<b>%(n)s</b>", "%(n)s"), "tags"),
        (entry("Try again.", "Thử lại"), "another mark"),
        (entry("Try again", " Thử lại"), "other spaces"),
        (entry("Save", "Lu\u031bu"), "NFC"),
        (entry("Cancel", "Huỷ"), "tone"),
        (entry("Key", "Khoá"), "tone"),
        (entry("File", "Tập tin"), "tệp"),
        (entry("Password", "Password"), "mật khẩu"),
        (entry("row", msgid_plural="rows", msgstr_plural={0: ""}), "has no translation"),
        (entry("%(n)s row", msgid_plural="%(n)s rows", msgstr_plural={0: "dòng"}), "blanks"),
        (entry("row", msgid_plural="rows", msgstr_plural={0: "dòng", 1: "dòng"}), "form(s) of a plural"),
    ],
)
def test_a_translation_that_would_mislead_or_break_fails_the_check(one: polib.POEntry, why: str) -> None:
    assert [why in fault for fault in faults_of(one)] == [True]


def test_a_good_translation_passes() -> None:
    assert (
        faults_of(
            entry("%(name)s: “%(text)s” is late.", "“%(text)s” của %(name)s bị trễ."),
            entry("row", msgid_plural="%(n)s rows", msgstr_plural={0: "%(n)s dòng"}),
            entry("Cancel", "Hủy"),
            entry("Quickly", "Quý này quá khó, tùy quý"),
        )
        == []
    )


def test_the_english_form_for_one_may_leave_its_count_unsaid() -> None:
    forms = {0: "in a minute", 1: "in %(n)s minutes"}
    assert faults_of(entry("a minute", msgid_plural="%(n)s minutes", msgstr_plural=forms), language="en") == []
    forms = {0: "in a minute", 1: "in minutes"}
    faults = faults_of(entry("a minute", msgid_plural="%(n)s minutes", msgstr_plural=forms), language="en")
    assert ["blanks" in fault for fault in faults] == [True]


@pytest.mark.parametrize(
    "text", ["Saved successfully.", "Log in", "Your email", "Đã lưu", "  spaced", "two\nlines", "Users", "Sorry, no"]
)
def test_an_english_sentence_of_ours_keeps_the_manner_of_the_house(text: str) -> None:
    said, _several = by_sentence([Message(text, source=CODE)])
    assert list(faults_in_english(said)) != []


@pytest.mark.parametrize(
    "text", ["Sign in", "%(email)s is late", "{user} has left", "Your e-mail address", "Tiếng Việt"]
)
def test_an_english_sentence_in_the_manner_of_the_house_passes(text: str) -> None:
    said, _several = by_sentence([Message(text, source=CODE)])
    assert list(faults_in_english(said)) == []


def test_others_may_speak_as_they_like() -> None:
    said, _several = by_sentence([Message("Log in successfully, user", source="allauth/account/forms.py")])
    assert list(faults_in_english(said)) == []


def test_one_sentence_has_one_plural() -> None:
    _said, faults = by_sentence([Message("row", plural="rows", source="a"), Message("row", plural="lines", source="b")])
    assert len(faults) == 1


def test_english_is_restated_only_for_others() -> None:
    said, _several = by_sentence([Message("Ours", source=CODE), Message("Theirs", source="allauth/x.py")])
    overrides = polib.POFile()
    overrides.extend([entry("Ours", "Better"), entry("Theirs", "Better")])
    assert [CODE in fault.sentence for fault in faults_in_overrides(overrides, said, "en")] == [True]


@pytest.mark.parametrize(
    ("text", "flag"),
    [("%(a)s", ["python-format"]), ("{a}", ["python-brace-format"]), ("100%", []), ("%d", ["python-format"])],
)
def test_a_sentence_with_blanks_is_marked_as_such(text: str, flag: list[str]) -> None:
    assert flag_of(text) == flag


def test_braces_that_do_not_close_are_seen() -> None:
    assert blanks_differ("{a} is late", "{a} trễ {") == "its braces do not close"


def test_an_update_keeps_words_takes_in_new_ones_and_drops_what_nobody_says() -> None:
    known = polib.POFile()
    known.extend([entry("Kept", "Giữ"), entry("Gone", "Mất"), entry("Counted", "Đếm")])
    said, _several = by_sentence(
        [
            Message("New", source="b.py"),
            Message("Kept", source="b.py"),
            Message("Kept", source="a.py"),
            Message("Counted", plural="Counts", source="a.py"),
        ]
    )
    fresh = updated(known, said, "vi")
    assert [(one.msgid, one.msgstr) for one in fresh] == [("Counted", ""), ("Kept", "Giữ"), ("New", "")]
    assert fresh[0].msgstr_plural == {0: "Đếm"}
    assert fresh[1].occurrences == [("a.py", ""), ("b.py", "")]
    assert str(updated(polib.pofile(str(fresh)), said, "vi")) == str(fresh)
    assert "nplurals=1" in str(fresh)
    assert "POT-Creation-Date" not in str(fresh)


# --- The whole house ----------------------------------------------------------------------------------------------


@pytest.fixture
def small_house(tmp_path: Path) -> Path:
    """A project with one sentence of its own, beside all that Django and allauth say."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "kanal/web/templates").mkdir(parents=True)
    for place in own_templates(ROOT):  # silent ones, which stand before allauth's as the real ones do
        (tmp_path / place.source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place.source).touch()
    (tmp_path / "docs/glossary.md").write_text(
        "| In the manuals | Vietnamese | English | Never | Meaning | In code |\n| --- | --- | --- | --- | --- | --- |\n"
        "| nạp | Nạp credit | Top up | Charge | – | – |\n",
        encoding="utf-8",
    )
    (tmp_path / "kanal/act.py").write_text(IMPORTS + "_('Top up')\n", encoding="utf-8")
    for language in ("vi", "en"):
        source, target = catalogue_path(ROOT, language), catalogue_path(tmp_path, language)
        target.parent.mkdir(parents=True)
        target.write_bytes(source.read_bytes())
    update_words(tmp_path)
    translate(tmp_path, "Top up", "Nạp credit")
    for waiting in read_catalogue(catalogue_path(tmp_path, "vi")).untranslated_entries():
        pytest.fail(f"{waiting.msgid!r} of Django or allauth has no Vietnamese")
    return tmp_path


def translate(root: Path, msgid: str, msgstr: str) -> None:
    path = catalogue_path(root, "vi")
    catalogue = polib.pofile(str(path), wrapwidth=110)
    found = catalogue.find(msgid)
    assert found is not None
    found.msgstr = msgstr
    path.write_text(str(catalogue), encoding="utf-8")


def test_a_string_without_a_vietnamese_translation_fails_the_build(small_house: Path) -> None:
    assert check_words(small_house) == []
    (small_house / "kanal/act.py").write_text(IMPORTS + "_('Top up'); _('Take back')\n", encoding="utf-8")
    assert ["up to date" in fault.sentence for fault in check_words(small_house)] == [True]
    assert update_words(small_house) == ["Take back"]
    assert ["has no translation" in fault.sentence for fault in check_words(small_house)] == [True]
    translate(small_house, "Take back", "Hoàn credit")
    assert check_words(small_house) == []


def test_a_label_that_goes_against_the_glossary_fails_the_build(small_house: Path) -> None:
    translate(small_house, "Top up", "Thêm tiền")
    assert ["Nạp credit" in fault.sentence for fault in check_words(small_house)] == [True]


def test_a_label_that_the_glossary_forbids_fails_the_build(small_house: Path) -> None:
    catalogue = polib.POFile()
    catalogue.append(entry("Charge", "Nạp"))
    assert len(list(faults_against_glossary(small_house, catalogue, "vi"))) == 1


def test_a_bare_word_in_a_template_fails_the_build(small_house: Path) -> None:
    (small_house / "kanal/web/templates/page.html").write_text("<p>Bare</p>", encoding="utf-8")
    assert ["Bare" in fault.sentence for fault in check_words(small_house)] == [True]


def test_the_glossary_can_be_read() -> None:
    words = {(word.english, word.context): word.vietnamese for word in words_of_glossary(ROOT)}
    assert words["Accounts", ""] == "Tài khoản"
    assert words["Declined", "customer link"] == "Khách hàng từ chối"
    assert words["Partially paid", ""] == "Thanh toán 1 phần"


def test_the_partners_menu_never_says_customers() -> None:
    from kanal.web.access import Door
    from kanal.web.menus import MENU

    with translation.override("en"):
        assert "Customers" not in {str(entry.label) for entry in MENU[Door.PARTNER]}


def test_every_word_that_django_and_allauth_can_put_on_a_page_has_its_vietnamese() -> None:
    """ID-7"""
    catalogue = read_catalogue(catalogue_path(ROOT, "vi"))
    known = {(one.msgctxt or "", one.msgid) for one in catalogue if one.translated()}
    others = {
        message.key for message in collect(ROOT).messages if message.text and not message.source.startswith("kanal/")
    }
    assert len(others) > 300
    assert others - known == set()


# --- Compiling ----------------------------------------------------------------------------------------------------


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = catalogue_path(tmp_path, "vi")
    path.parent.mkdir(parents=True)
    said, _several = by_sentence([Message("Save", source="a.py"), Message("row", plural="rows", source="a.py")])
    fresh = updated(polib.POFile(), said, "vi")
    fresh[0].msgstr = "Lưu"
    fresh[1].msgstr_plural = {0: "dòng"}
    path.write_text(str(fresh), encoding="utf-8")
    return path


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(tmp_path: Path, catalogue: Path) -> None:
    compiled = catalogue.with_suffix(".mo")
    assert compile_catalogues(tmp_path) == [compiled]
    assert compile_catalogues(tmp_path) == []
    os.utime(catalogue, (1, 1))  # an older one than was compiled, as after going back in history
    assert compile_catalogues(tmp_path) == [compiled]
    assert {path.name for path in compiled.parent.iterdir()} == {"django.mo", "django.po"}
    with compiled.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Save") == "Lưu"
    assert [words.ngettext("row", "rows", n) for n in (0, 1, 2)] == ["dòng"] * 3


def test_compiling_needs_no_django() -> None:
    program = "import sys; import kanal.kit.messages.compile; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


# --- How Django writes words, figures and days in both languages --------------------------------------------------


@pytest.fixture(params=["vi", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param), timezone.override("Asia/Ho_Chi_Minh"):
        yield request.param


def written(template: str, **facts: object) -> str:
    loads = "{% load humanize i18n l10n tz %}"
    return Template(loads + template).render(Context(facts)).replace("\N{NO-BREAK SPACE}", " ")


NOON = datetime(2026, 3, 8, 5, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("template", "vi", "en"),
    [
        ("{{ amount }}", "1.000.000", "1,000,000"),
        ("{{ amount|localize }}", "1.000.000", "1,000,000"),
        ("{{ amount|unlocalize }}", "1000000", "1000000"),
        ("{{ amount|intcomma }}", "1.000.000", "1,000,000"),
        ("{{ rate|floatformat:2 }}", "12,50", "12.50"),
        ("{{ rate|floatformat:'2g' }}", "12,50", "12.50"),
        ("{{ day }}", "08/03/2026", "8 Mar 2026"),
        ("{{ day|date }}", "08/03/2026", "8 Mar 2026"),
        ("{{ day|date:'SHORT_DATE_FORMAT' }}", "08/03/2026", "8 Mar 2026"),
        ("{{ noon }}", "08/03/2026 12:04", "8 Mar 2026, 12:04"),
        ("{{ noon|date:'SHORT_DATETIME_FORMAT' }}", "08/03/2026 12:04", "8 Mar 2026, 12:04"),
        ("{{ noon|time }}", "12:04", "12:04"),
        ("{{ noon|date:'YEAR_MONTH_FORMAT' }}", "03/2026", "Mar 2026"),
        ("{{ noon|date:'l' }}", "Chủ nhật", "Sunday"),
        ("{{ noon|timesince:later }}", "3 ngày, 2 giờ", "3 days, 2 hours"),
        ("{{ later|timeuntil:noon }}", "3 ngày, 2 giờ", "3 days, 2 hours"),
        ("{{ flag|yesno }}", "có", "yes"),
        ("{{ size|filesizeformat }}", "1,5 KB", "1.5 KB"),
        ("{{ now|naturaltime }}", "vừa xong", "now"),
        ("{{ before|naturaltime }}", "3 phút trước", "3 minutes ago"),
        ("{{ after|naturaltime }}", "2 giờ nữa", "in 2 hours"),
        ("{{ long_ago|naturaltime }}", "2 tuần trước", "2 weeks ago"),
    ],
)
def test_figures_and_days_are_written_as_the_reader_writes_them(language: str, template: str, vi: str, en: str) -> None:
    now = timezone.now()
    facts = {
        "amount": 1_000_000,
        "rate": 12.5,
        "day": date(2026, 3, 8),
        "noon": NOON,
        "later": NOON + timedelta(days=3, hours=2),
        "flag": True,
        "size": 1536,
        "now": now,
        "before": now - timedelta(minutes=3, seconds=5),
        "after": now + timedelta(hours=2, seconds=30),
        "long_ago": now - timedelta(days=14, seconds=5),
    }
    assert written(template, **facts) == {"vi": vi, "en": en}[language]


def test_one_form_serves_every_number_in_vietnamese(language: str) -> None:
    said = [ngettext("%(num)d day", "%(num)d days", n) % {"num": n} for n in (0, 1, 2)]
    assert said == {"vi": ["0 ngày", "1 ngày", "2 ngày"], "en": ["0 days", "1 day", "2 days"]}[language]


def test_a_form_of_django_speaks_the_readers_language(language: str) -> None:
    from django import forms

    class Sample(forms.Form):
        name = forms.CharField(min_length=3)
        count = forms.IntegerField()
        on = forms.DateField()

    sample = Sample({"name": "a", "count": "x", "on": "31/12/2026"})
    assert (
        sample.errors
        == {
            "vi": {"name": ["Nhập ít nhất 3 ký tự (hiện có 1)."], "count": ["Nhập một số nguyên."]},
            "en": {
                "name": ["Enter at least 3 characters (it has 1)."],
                "count": ["Enter a whole number."],
            },
        }[language]
    )


def test_a_word_of_ours_goes_before_djangos_own() -> None:
    """Django's Vietnamese says “Nhập một số tổng thể.”"""
    with translation.override("vi"):
        assert translation.gettext("Enter a whole number.") == "Nhập một số nguyên."
