"""Plan, fact and attainment in the reader's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emporion.numbers.metrics.registry import Told, metric
from emporion.numbers.metrics.words import label_of
from emporion.numbers.planning.definitions import is_about_a_plan, part_of

TOLD: Mapping[str, tuple[Promise, Promise]] = {
    "plan": (
        _("%(metric)s: plan"),
        _("Sum of the targets that begin in the period, each of one person and one span of days."),
    ),
    "plan_fact": (
        _("%(metric)s: fact of the plan"),
        _("What was reached of the targets that begin in the period, each measured over its own days."),
    ),
    "attainment": (
        _("%(metric)s: attainment"),
        _(
            "What was reached divided by the targets that begin in the period, each measured over its own days."
        ),
    ),
    "mean_attainment": (
        _("%(metric)s: mean attainment"),
        _("Mean of fact divided by target over the targets that begin in the period, all weighing the same."),
    ),
    "mean_attainment_people": (
        _("%(metric)s: mean attainment over people"),
        _("Mean over people of what each one reached divided by their targets that begin in the period."),
    ),
}


def told(name: str) -> Told | None:
    """What a metric about a plan is called and means; nothing for any other."""
    metric(name)  # makes the definitions known, or answers with the nearest names
    if not is_about_a_plan(name):
        return None
    base, part = part_of(name)
    label, meaning = TOLD[part]
    return Told(str(label) % {"metric": label_of(base.name)}, str(meaning))
