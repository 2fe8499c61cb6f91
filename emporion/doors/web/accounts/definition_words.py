"""What each definition of the numbers means, in words people read, and what a change of it touches."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from emporion.kernel.preferences.definitions import Value
from emporion.kernel.ui.formats import number

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """A definition's label, the sentence it stands for (with %(value)s in it), the numbers that follow it, and how
    its value is said."""

    label: Text
    sentence: Text
    touches: Text
    said: Callable[[int], str] = number
    help: Text = ""


def _days(count: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": number(count)}


def _weeks(count: int) -> str:
    return ngettext("%(count)s week", "%(count)s weeks", count) % {"count": number(count)}


def _months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": number(count)}


def _orders(count: int) -> str:
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": number(count)}


def _gaps(count: int) -> str:
    return ngettext("%(count)s usual gap", "%(count)s usual gaps", count) % {"count": number(count)}


def _halves(count: int) -> str:
    return number(Decimal(count) / 2)


_BASE = _("Active base, its share of the total base, and every list that tells active customers from others.")
_LOST = _("Lost and won-back customers; new, retained and reactivated revenue.")
_SATURATION = _("Who is shown as saturated.")
_HANDOVER = _("Which customers are proposed for a handover.")

WORDS: dict[str, Words] = {
    "active_base_days": Words(
        _("Active customer"), _("A customer is active who bought in the last %(value)s."), _BASE, _days
    ),
    "new_product_days": Words(
        _("New product"),
        _("A product entered without an end of its newness counts as new for %(value)s."),
        _("Products entered or imported from now on; those that exist keep their day."),
        _days,
    ),
    "lost_few_orders": Words(
        _("Few orders"),
        _("A customer who ordered on fewer days than %(value)s has no rhythm of their own yet."),
        _LOST,
    ),
    "lost_few_orders_days": Words(
        _("Lost, with few orders"),
        _("Without a rhythm of their own a customer is lost when silent for %(value)s."),
        _LOST,
        _days,
    ),
    "lost_gap_factor": Words(
        _("Lost, by their own rhythm"),
        _("Otherwise a customer is lost when silent for longer than %(value)s between their orders."),
        _LOST,
        _gaps,
    ),
    "lost_least_days": Words(
        _("Lost, at the earliest"),
        _("But nobody is lost who is silent for less than %(value)s."),
        _LOST,
        _days,
    ),
    "lost_most_days": Words(
        _("Lost, at the latest"),
        _("And everybody is lost who is silent for longer than %(value)s."),
        _LOST,
        _days,
    ),
    "fading_gap_halves": Words(
        _("Fading customer"),
        _("A customer fades when silent for longer than their own usual gap × %(value)s."),
        _("Which customers are shown as fading."),
        _halves,
        _("In halves: 3 stands for 1.5."),
    ),
    "busy_work_days": Words(
        _("Busy-work"),
        _("An activity is busy-work when nothing moves on within %(value)s after it."),
        _("The busy-work index of every person and team."),
        _days,
    ),
    "saturation_weeks": Words(
        _("Saturation, how long"),
        _("A rep is saturated with too little outreach of their own for %(value)s in a row."),
        _SATURATION,
        _weeks,
    ),
    "saturation_percent": Words(
        _("Saturation, how little"),
        _("Too little is when fewer than %(value)s per cent of contacts are of their own initiative."),
        _SATURATION,
    ),
    "behind_plan_percent": Words(
        _("Far behind plan"),
        _("A head is told of who will close below %(value)s per cent of a plan."),
        _("Who is named under “Who needs you” on the page of the department."),
    ),
    "win_rate_base": Words(
        _("Win rate"),
        _("The win rate is won deals ÷ %(value)s."),
        _("The win rate of every person, team and stage."),
    ),
    "systematic_orders": Words(
        _("Systematic customer, how often"),
        _("A customer is systematic, and ready to be handed over, who placed %(value)s in the time below."),
        _HANDOVER,
        _orders,
    ),
    "systematic_months": Words(
        _("Systematic customer, in what time"),
        _("The time in which a customer shows to be systematic: %(value)s."),
        _HANDOVER,
        _months,
    ),
}
OPTIONS: dict[str, dict[str, Text]] = {
    "win_rate_base": {"closed": _("closed deals"), "all": _("all deals")},
}


def shown_value(name: str, value: Value) -> str:
    """A value as people read it."""
    if name in OPTIONS:
        return str(OPTIONS[name][str(value)])
    return WORDS[name].said(int(value))


def sentence_of(name: str, value: Value) -> str:
    """The definition with that value, in words."""
    return str(WORDS[name].sentence) % {"value": shown_value(name, value)}
