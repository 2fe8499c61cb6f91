"""Plan, fact and attainment are said in the reader's words."""

import pytest
from django.utils.translation import override

from emporion.kernel.preferences.definitions import DEFINITIONS
from emporion.numbers.metrics.registry import all_metrics
from emporion.numbers.metrics.words import label_of, words_of
from emporion.numbers.planning.definitions import is_about_a_plan
from emporion.numbers.planning.words import TOLD as OF_PLANS

pytestmark = pytest.mark.spec("SYS-7")
SHIPPED = {name: definition.default for name, definition in DEFINITIONS.items()}


def test_every_metric_about_a_plan_has_its_words() -> None:
    names = [one.name for one in all_metrics() if is_about_a_plan(one.name)]
    assert len(names) > 100
    with override("en"):
        english = {name: (label_of(name), words_of(name, SHIPPED)) for name in names}
    with override("el"):
        same = [name for name in names if english[name] == (label_of(name), words_of(name, SHIPPED))]
    assert same == []


def test_a_metric_about_a_plan_is_said_with_what_is_planned() -> None:
    with override("ru"):
        assert label_of("plan") == label_of("revenue_plan") == "Выручка: план"
        assert label_of("meetings_attainment") == "Встречи: выполнение плана"
        assert words_of("meetings_attainment", SHIPPED) == str(OF_PLANS["attainment"][1])
    with override("el"):
        assert label_of("revenue_plan_fact") == "Έσοδα: απολογισμός πλάνου"
