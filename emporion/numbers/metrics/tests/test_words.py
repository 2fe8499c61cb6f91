"""Every metric and dimension is said in the reader's words, as its definition has it."""

import re

import pytest
from django.utils.translation import override

from emporion.kernel.errors import UnknownName
from emporion.kernel.preferences.definitions import DEFINITIONS
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
from emporion.numbers.metrics.registry import all_metrics, metric
from emporion.numbers.metrics.shape import Evaluated
from emporion.numbers.metrics.words import DIMENSION_LABELS, TOLD, dimension_label, label_of, words_of

pytestmark = pytest.mark.spec("SYS-7")
SHIPPED = {name: definition.default for name, definition in DEFINITIONS.items()}
BASE = [one.name for one in all_metrics() if not isinstance(one.shape, Evaluated)]


def test_every_metric_has_words_and_no_other() -> None:
    assert sorted(TOLD) == sorted(BASE)


def test_every_dimension_has_a_label_and_no_other() -> None:
    with override("en"):
        said = {name: str(label) for name, label in DIMENSION_LABELS.items()}
    assert said == {name: known.label for name, known in DIMENSIONS.items()}


@pytest.mark.parametrize("name", BASE)
def test_words_and_definition_hang_on_the_same_settings(name: str) -> None:
    """Trap: a definition that begins to heed a setting, while its words still say the old number."""
    with override("en"):
        label, meaning = map(str, TOLD[name])
    assert label == metric(name).label
    named = {word for word in re.findall(r"[a-z]+_[a-z_]+", metric(name).definition) if word in DEFINITIONS}
    assert set(re.findall(r"%\((\w+)\)s", meaning)) == named


@pytest.mark.parametrize("language", ["en", "ru", "el"])
def test_the_settings_of_now_stand_in_the_words(language: str) -> None:
    days = {"en": "45 days", "ru": "45 дней", "el": "45 ημέρες"}[language]
    with override(language):
        shipped = words_of("active_base", SHIPPED)
        changed = words_of("active_base", {**SHIPPED, "active_base_days": 45})
    assert days in changed.replace("\N{NO-BREAK SPACE}", " ")
    assert days not in shipped.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["en", "ru", "el"])
def test_no_placeholder_is_left_in_the_words(language: str) -> None:
    with override(language):
        texts = [words_of(name, SHIPPED) for name in BASE]
        texts += [words_of("win_rate", {**SHIPPED, "win_rate_base": "all"})]
    assert [text for text in texts if "%(" in text or not text.endswith(".")] == []


@pytest.mark.django_db
def test_settings_are_read_when_none_are_given() -> None:
    with override("en"):
        assert words_of("lost_customers") == words_of("lost_customers", SHIPPED)


def test_a_name_not_known_is_answered_with_what_is_near() -> None:
    with pytest.raises(UnknownName, match="revenue"):
        label_of("revenu")
    with pytest.raises(UnknownName, match="team"):
        dimension_label("teem")
