"""What the product refuses is said in the reader's language, by its name."""

from functools import cache

import pytest
from django.utils.translation import override

from emporion.kernel.errors import Conflict, EmporionError, Refusal, Tampered, UnknownName
from emporion.kernel.ui.refusals import CONTEXT, said
from tests.translations.catalogs import messages_of
from tests.translations.places import REFUSALS
from tests.translations.refusing import names_in
from tests.translations.words import foreign_words, has_own_letters

pytestmark = pytest.mark.spec("SYS-7")


@cache
def names() -> list[str]:
    """Every name that anything in the product refuses by."""
    return [key[1] for key in messages_of(REFUSALS) if key[0] == CONTEXT]


@pytest.mark.parametrize("language", ["ru", "el"])
def test_every_name_has_its_sentence(language: str) -> None:
    """The sentence is in the language's letters, and not the one for what nobody knows."""
    with override(language):
        unsaid = said(Refusal("never_heard_of", "text")).split(" (")[0]
        sentences = {name: said(Refusal(name, "")) for name in names() if name != "failed"}
    assert len(sentences) > 150
    assert [name for name, sentence in sentences.items() if sentence.startswith(unsaid)] == []
    assert [name for name, sentence in sentences.items() if not has_own_letters(sentence, language)] == []


def test_english_is_the_text_itself_with_its_details() -> None:
    refusal = Refusal("code_taken", "another customer has the code 'A-7'")
    with override("en"):
        assert said(refusal) == str(refusal)
    with override(None):
        assert said(refusal) == str(refusal)


@pytest.mark.parametrize(
    ("refusal", "russian", "greek"),
    [
        (
            Refusal("code_taken", "…"),
            "Такой код уже есть. Выберите другой.",
            "Αυτός ο κωδικός χρησιμοποιείται ήδη. Επιλέξτε άλλον.",
        ),
        (
            Conflict("deal D-1"),
            "Пока вы работали, запись изменил кто-то другой. Откройте её снова и повторите изменение.",
            "Όσο δουλεύατε, κάποιος άλλος άλλαξε την εγγραφή. Ανοίξτε την ξανά και επαναλάβετε την αλλαγή.",
        ),
        (
            UnknownName("metric", "выручко", ["выручка"]),
            "«выручко» здесь не известно; есть похожее: выручка.",
            "Το «выручко» δεν είναι γνωστό εδώ· κοντινό του: выручка.",
        ),
        (
            UnknownName("metric", "выручко", []),
            "«выручко» здесь не известно.",
            "Το «выручко» δεν είναι γνωστό εδώ.",
        ),
        (
            Refusal("no_such_galaxy", "…"),
            "Такой записи нет, или она вам недоступна.",
            "Η εγγραφή δεν υπάρχει ή δεν έχετε πρόσβαση.",
        ),
        (
            Refusal("column_missing", "orders.csv: 17"),
            "Не хватает столбца. (orders.csv: 17)",
            "Λείπει μια στήλη. (orders.csv: 17)",
        ),
        (
            Tampered("17"),
            "Не получилось. Подробности — в журнале системы. (17)",
            "Δεν έγινε. Λεπτομέρειες υπάρχουν στο αρχείο καταγραφής. (17)",
        ),
    ],
)
def test_a_refusal_is_said_by_its_name(refusal: EmporionError, russian: str, greek: str) -> None:
    with override("ru"):
        assert said(refusal) == russian
    with override("el"):
        assert said(refusal) == greek
    assert foreign_words(greek.replace("orders.csv", ""), "el") == []


def test_names_are_found_where_they_are_handed_on() -> None:
    source = """
def _refuse(day, name, text):
    raise Refusal(name, text)
def act():
    _refuse(1, "too_late", "it is too late")
    raise Refusal("a_name" if x else "b_name", f"no {thing}")
    raise Refusal(f"no_such_{subject}", "…")
"""
    assert sorted(names_in(source)) == [
        ("a_name", "no {thing}"),
        ("b_name", "no {thing}"),
        ("too_late", "it is too late"),
    ]
