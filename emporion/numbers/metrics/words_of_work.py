"""What the metrics of activities, deals and work are called and mean, for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORK: dict[str, tuple[Promise, Promise]] = {
    "calls": (
        _("Calls"),
        _(
            "Calls in the period, inbound ones too. A call by two people is one for the company and one for each."
        ),
    ),
    "calls_cold": (_("Cold calls"), _("Cold calls in the period.")),
    "calls_repeat": (_("Repeat calls"), _("Repeat calls in the period.")),
    "calls_inbound": (_("Inbound calls"), _("Calls in the period made by the customer.")),
    "meetings": (
        _("Meetings"),
        _("Meetings held in the period. A meeting by two people is one for the company and one for each."),
    ),
    "meetings_new": (_("Meetings, new customers"), _("Meetings held in the period with new customers.")),
    "meetings_existing": (
        _("Meetings, existing customers"),
        _("Meetings held in the period with existing customers."),
    ),
    "messages": (_("Messages"), _("Messages written to customers in the period.")),
    "visits": (_("Visits"), _("Visits made in the period.")),
    "presentations": (_("Presentations"), _("Presentations given in the period.")),
    "contracts": (
        _("Contracts"),
        _(
            "Contracts signed in the period. A contract by two people is one for the company and one for each."
        ),
    ),
    "contract_value": (
        _("Value of contracts"),
        _("Amount of the contracts signed in the period, split over their sellers by their shares."),
    ),
    "deals_won": (
        _("Deals won"),
        _("Deals won in the period. A deal of two people is one for the company and one for each."),
    ),
    "deals_lost": (
        _("Deals lost"),
        _(
            "Deals closed without sale in the period. A deal of two people is one for the company and one for each."
        ),
    ),
    "deals_won_value": (
        _("Value of deals won"),
        _("Value of the deals won in the period, split over their sellers by their shares."),
    ),
    "win_rate": (_("Win rate"), _("Deals won divided by deals %(win_rate_base)s.")),
    "days_to_win": (
        _("Days to win"),
        _("How many days the deals won in the period took on average, from opening to winning."),
    ),
    "orders_per_meeting": (
        _("Orders per meeting"),
        _("Orders divided by meetings of the period, whichever meeting an order came of."),
    ),
    "meetings_per_cold_call": (
        _("Meetings per cold call"),
        _("Meetings divided by cold calls of the period, whichever call a meeting came of."),
    ),
    "open_deals": (
        _("Open deals"),
        _("Deals open at the end of the last day of the period, in the stage they were in then."),
    ),
    "open_deal_value": (
        _("Value of open deals"),
        _("Value of the deals open at the end of the last day, split over their sellers by their shares."),
    ),
    "deals_without_next_step": (
        _("Deals without a next step"),
        _("Deals open at the end of the last day of the period for which no task was open then."),
    ),
    "overdue_tasks": (
        _("Overdue tasks"),
        _("Tasks neither done nor dropped at the end of the last day that were due before that day."),
    ),
    "stage_entries": (
        _("Deals that entered the stage"),
        _("Deals that entered the stage in the period, each once per stage."),
    ),
    "stage_conversion": (
        _("Stage conversion"),
        _(
            "Of deals that entered the stage in the period, the share that has since moved on to a later stage "
            "or was won. "
            "A deal counts once per stage; closing lost is not moving on."
        ),
    ),
    "stage_conversion_calendar": (
        _("Stage conversion in the period"),
        _(
            "Deals that moved on from the stage in the period divided by those that were in it at the start or entered "
            "during it. A deal counts once per stage; closing lost is not moving on."
        ),
    ),
    "days_call_to_contract": (
        _("Days from first call to contract"),
        _(
            "How many days passed on average from the first call to the customer to the contract signed in the period."
        ),
    ),
    "busy_work": (
        _("Busy-work index"),
        _(
            "Of calls, meetings, messages, visits and presentations of the period, the share after which nothing moved "
            "within %(busy_work_days)s: no stage move, no order, no agreed next step."
        ),
    ),
    "saturation": (
        _("Saturated members"),
        _(
            "Members who serve as many customers as their capacity, or whose own-initiative contacts were below "
            "%(saturation_percent)s of their contacts in each of the last weeks (weeks: %(saturation_weeks)s)."
        ),
    ),
}
