"""What each definition of the numbers means, in words people read, and what a change of it touches."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Words:
    """A definition's label, the sentence it stands for (with %(value)s), and the numbers that follow it."""

    label: Text
    sentence: Text
    touches: Text


_BASE = _("Active base, its share of the total base, and every list that tells active customers from others.")
_LOST = _("Lost and won-back customers; new, retained and reactivated revenue.")
_SATURATION = _("Who is shown as saturated.")

WORDS: dict[str, Words] = {
    "active_base_days": Words(
        _("Active customer"),
        _("A customer is active who bought in the last %(value)s days."),
        _BASE,
    ),
    "new_product_days": Words(
        _("New product"),
        _("A product entered without an end of its newness counts as new for %(value)s days."),
        _("Products entered or imported from now on; those that exist keep their day."),
    ),
    "lost_few_orders": Words(
        _("Few orders"),
        _("A customer with fewer than %(value)s days of orders has no rhythm of their own yet."),
        _LOST,
    ),
    "lost_few_orders_days": Words(
        _("Lost, with few orders"),
        _("With few orders a customer is lost after %(value)s days of silence."),
        _LOST,
    ),
    "lost_gap_factor": Words(
        _("Lost, by their own rhythm"),
        _("A customer is lost after a silence of %(value)s of their own usual gaps between orders."),
        _LOST,
    ),
    "lost_least_days": Words(
        _("Lost, at the earliest"),
        _("But nobody is lost before %(value)s days of silence."),
        _LOST,
    ),
    "lost_most_days": Words(
        _("Lost, at the latest"),
        _("And everybody is lost after %(value)s days of silence."),
        _LOST,
    ),
    "fading_gap_halves": Words(
        _("Fading customer"),
        _("A customer fades after a silence of %(value)s halves of their own usual gap (3 halves are one and a half)."),
        _("Which customers are shown as fading."),
    ),
    "busy_work_days": Words(
        _("Busy-work"),
        _("An activity is busy-work when no progress follows it within %(value)s days."),
        _("The busy-work index of every person and team."),
    ),
    "saturation_weeks": Words(
        _("Saturation, how long"),
        _("A rep is saturated after %(value)s weeks in a row with too little outreach of their own."),
        _SATURATION,
    ),
    "saturation_percent": Words(
        _("Saturation, how little"),
        _("Too little is when fewer than %(value)s per cent of contacts are of their own initiative."),
        _SATURATION,
    ),
    "win_rate_base": Words(
        _("Win rate"),
        _("The win rate is won deals ÷ %(value)s."),
        _("The win rate of every person, team and stage."),
    ),
    "systematic_orders": Words(
        _("Systematic customer, how often"),
        _("A customer is systematic, and ready to be handed over, with %(value)s orders …"),
        _("Which customers are proposed for a handover."),
    ),
    "systematic_months": Words(
        _("Systematic customer, in what time"),
        _("… within %(value)s months."),
        _("Which customers are proposed for a handover."),
    ),
}
OPTIONS: dict[str, dict[str, Text]] = {
    "win_rate_base": {"closed": _("closed deals"), "all": _("all deals")},
}
