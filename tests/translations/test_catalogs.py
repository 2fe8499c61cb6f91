"""Every string of the product is said in Russian and Greek, and said soundly."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po
from django.utils.translation import ngettext, override

from emporion.kernel.ui.catalogs import LANGUAGES, PRODUCT, compile_all
from tests.translations.catalogs import empty, entries, merged, written
from tests.translations.checking import of_entry, of_text, problems, said_in_two_ways
from tests.translations.extracting import Message, NotLiteral, in_python, in_template, untagged
from tests.translations.places import ROOT, app_folders, is_template, owner_of, source_files
from tests.translations.reading import suspicious

pytestmark = pytest.mark.spec("SYS-7")


@pytest.mark.parametrize("folder", app_folders(), ids=lambda path: path.relative_to(PRODUCT).as_posix())
def test_every_string_of_an_app_is_translated(folder: Path) -> None:
    assert problems(folder) == []


def test_one_text_is_called_the_same_everywhere() -> None:
    """Trap: Django lays all catalogs over each other: of two translations of one text one is lost everywhere."""
    assert said_in_two_ways(app_folders()) == []


def test_no_string_stands_outside_of_an_app() -> None:
    """Trap: a string in a file that belongs to no app is in no catalog, and stays English for ever."""
    apps = app_folders()
    lost = [path for path in source_files(PRODUCT) if owner_of(path, apps) is None]
    strays = [
        path.relative_to(ROOT).as_posix()
        for path in lost
        if path.suffix == ".py" and list(in_python(path.read_text()))
    ]
    assert strays == []


def test_a_template_says_nothing_that_is_not_translated() -> None:
    """Trap: a word typed between two tags is on the page of every language."""
    nothing = re.compile(r"(?!)")
    wrong = [
        f"{path.relative_to(PRODUCT)}: {found}"
        for path in source_files(PRODUCT)
        if is_template(path) and path.suffix == ".html"
        for found in suspicious(untagged(path.read_text(encoding="utf-8")), "ru", nothing)
    ]
    assert wrong == []


def test_a_new_string_shows_as_missing() -> None:
    """The test above can fail: a catalog without a text, with an empty one, with a fuzzy one."""
    [message] = in_python('from django.utils.translation import gettext as _\n_("Deals by stage")')
    catalog = merged(empty("ru"), {message.key: message}, "ru", {})
    [entry] = entries(catalog).values()
    assert list(of_entry(entry, "", "ru")) == ["empty, or a plural form is missing"]
    entry.string, entry.flags = "Сделки по этапам", {"fuzzy"}
    assert list(of_entry(entry, "", "ru")) == ["fuzzy"]
    entry.flags = set()
    assert list(of_entry(entry, "", "ru")) == []


@pytest.mark.parametrize(
    ("english", "said", "problem"),
    [
        ("%(count)s deals", "сделок", "other placeholders"),
        ("%(count)s deals", "%(number)s сделок", "other placeholders"),
        ("See <b>all</b>", "Смотреть все", "other tags"),
        ("Find ", "Найти", "other spaces around it"),
        ("Open deals", "Открытые deals", "left in Latin letters (deals)"),
        ("Deals", "123", "not translated"),
        ("Deals", "Cделки", "letters of two alphabets"),
        ("Deals.", "Сделки", "ends otherwise"),
        ("Deals", "сделки", "begins with a small letter"),
    ],
)
def test_what_a_machine_can_see_is_seen(english: str, said: str, problem: str) -> None:
    assert any(line.startswith(problem) for line in of_text(english, said, "ru"))


@pytest.mark.parametrize(
    ("english", "said", "language"),
    [
        ("Save as CSV", "Сохранить как CSV", "ru"),
        ("Is it so?", "Είναι έτσι;", "el"),
        ("Calls of the hunter", "Κλήσεις του hunter", "el"),
        ("%(share)s %% of %(plan)s", "%(share)s %% от %(plan)s", "ru"),
    ],
)
def test_what_is_sound_is_left_alone(english: str, said: str, language: str) -> None:
    assert list(of_text(english, said, language)) == []


def test_each_plural_form_is_asked_for() -> None:
    """Trap: Russian's first form is also that of 21, so it keeps its number; Greek's is that of one alone."""
    english = ("One deal", "%(count)s deals")
    russian = Entry(english, ("Одна сделка", "%(count)s сделки", "%(count)s сделок"))
    assert "other placeholders" in list(of_entry(russian, english[1], "ru"))
    greek = Entry(english, ("Μία συμφωνία", "%(count)s συμφωνίες"))
    assert list(of_entry(greek, english[1], "el")) == []
    two_of_three = Entry(english, ("%(count)s сделка", "%(count)s сделки"))
    assert list(of_entry(two_of_three, english[1], "ru")) == ["empty, or a plural form is missing"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ru",
            {
                1: "1 запись",
                2: "2 записи",
                5: "5 записей",
                11: "11 записей",
                21: "21 запись",
                102: "102 записи",
            },
        ),
        ("el", {1: "1 εγγραφή", 2: "2 εγγραφές", 5: "5 εγγραφές", 21: "21 εγγραφές"}),
    ],
)
def test_plurals_come_out_right(language: str, said: dict[int, str]) -> None:
    """Trap: Django's own Russian catalog counts four forms and ours three; one rule laid over the other is wrong."""
    with override(language):
        found = {
            count: ngettext("%(count)s record", "%(count)s records", count) % {"count": count}
            for count in said
        }
    assert found == said


def test_strings_are_found_whatever_the_function_is_called() -> None:
    source = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy as in_context, gettext_lazy
from django.utils import translation
a = _("one " "whole")
b = ngettext("%(n)s deal", "%(n)s deals", 2)
c = in_context("verb", "Open")
d = translation.gettext("attribute")
e = gettext_lazy(name)
f = other("not ours")
"""
    found = {(one.context, one.text, one.plural) for one in in_python(source)}
    assert found == {
        ("", "one whole", ""),
        ("", "%(n)s deal", "%(n)s deals"),
        ("verb", "Open", ""),
        ("", "attribute", ""),
    }


def test_a_text_put_together_is_refused() -> None:
    """Trap: gettext(f"…") looks right and finds no translation, ever."""
    with pytest.raises(NotLiteral):
        list(in_python('from django.utils.translation import gettext as _\n_(f"{a} deals")'))


def test_strings_of_a_template_are_those_that_django_asks_for() -> None:
    """Trap: a per cent sign is doubled in a template's msgid; `trimmed` joins lines; a filter stays in the name."""
    source = """
{% translate "100% done" %} {% trans 'Open' context "verb" %} {% translate "Title" as title %}
{{ value|default:_("none yet") }} {% include "x.html" with label=_("Table") %}
{% comment %}{% translate "never" %}{% endcomment %}
{% blocktranslate trimmed count n=rows|length with who=name %}
  {{ n }} deal
  of {{ who }}
{% plural %}
  {{ n }} deals
  of {{ who }}
{% endblocktranslate %}
"""
    found = {(one.context, one.text, one.plural) for one in in_template(source)}
    assert found == {
        ("", "100%% done", ""),
        ("verb", "Open", ""),
        ("", "Title", ""),
        ("", "none yet", ""),
        ("", "Table", ""),
        ("", "%(n)s deal of %(who)s", "%(n)s deals of %(who)s"),
    }


def test_update_keeps_what_is_translated_and_writes_the_same_twice() -> None:
    old = merged(empty("ru"), {("", "Deal"): Message("Deal"), ("", "Gone"): Message("Gone")}, "ru", {})
    entries(old)[("", "Deal")].string = "Сделка"
    now = {key: Message(key[1], files={"b.py", "a.py"}) for key in (("", "Order"), ("", "Deal"))}
    elsewhere = {("", "Order"): Entry("Order", "Заказ")}
    new = merged(old, now, "ru", elsewhere)
    assert {key[1]: entry.string for key, entry in entries(new).items()} == {
        "Deal": "Сделка",
        "Order": "Заказ",
    }
    import io

    again = merged(read_po(io.BytesIO(written(new)), locale="ru"), now, "ru", {})
    assert written(again) == written(new)
    assert b"#: a.py b.py\n" in written(new) or b"#: a.py\n#: b.py\n" in written(new)


def test_compiled_is_what_is_newer(tmp_path: Path) -> None:
    source = tmp_path / "part" / "locale" / "el" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(written(merged(empty("el"), {("", "Deal"): Message("Deal")}, "el", {})))
    assert compile_all(tmp_path) == [source]
    assert source.with_suffix(".mo").stat().st_size > 0
    assert compile_all(tmp_path) == []
    assert [path.name for path in source.parent.iterdir() if path.suffix == ".tmp"] == []


def test_what_is_compiled_is_current() -> None:
    """Trap: a translation that was written and not compiled is on no page."""
    sources = PRODUCT.rglob("locale/*/LC_MESSAGES/django.po")
    stale = [
        path.relative_to(ROOT).as_posix()
        for path in sources
        if not path.with_suffix(".mo").exists()
        or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
    ]
    assert stale == [], "run: make messages"


def test_both_languages_have_the_glossarys_letters() -> None:
    assert LANGUAGES == ("ru", "el")
