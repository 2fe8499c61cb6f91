"""What people did: calls, meetings, contracts, deals brought to an end."""

from collections.abc import Callable
from dataclasses import replace

import ibis

from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.definitions import deals
from emporion.numbers.metrics.definitions.sales import ORDERS
from emporion.numbers.metrics.metric import Metric, Unit
from emporion.numbers.metrics.scan import Scan
from emporion.numbers.metrics.shape import NO_TRAIT, Derived, Plus, Ratio, Shape, Subjects, Total

WON = Subjects(("deal.won",))
LOST = Subjects(("deal.lost",))
MEETINGS = Subjects(("meeting.held",))
COLD_CALLS = Subjects(("call.made",), Trait.COLD)
MINUTES_A_DAY = 24 * 60


_OPEN = next(metric.shape for metric in deals.METRICS if metric.name == "open_deals")


def _if_asked(rows: Callable[[Scan], ibis.Table | None]) -> Callable[[Scan], ibis.Table | None]:
    def open_deals(scan: Scan) -> ibis.Table | None:
        return rows(scan) if scan.settings["win_rate_base"] == "all" else None

    return open_deals


def _all_deals() -> Plus:
    if not isinstance(_OPEN, Derived):
        raise TypeError("open deals are derived")
    return Plus((WON, LOST, replace(_OPEN, rows=_if_asked(_OPEN.rows), facts=_if_asked(_OPEN.facts))))


def _done(name: str, label: str, kind: str, what: str, traits: Trait = NO_TRAIT) -> Metric:
    return _metric(
        name,
        label,
        f"{what} One by two people is one for the company and one for each.",
        Subjects((kind,), traits),
    )


def _metric(name: str, label: str, definition: str, shape: Shape, unit: Unit = "count") -> Metric:
    return Metric(
        name=name,
        label=label,
        unit=unit,
        direction="more is better",
        adds="time" if unit == "count" else "never",
        definition=definition,
        source="spec ACT-1, PIPE-3",
        shape=shape,
    )


METRICS: tuple[Metric, ...] = (
    _done("calls", "Calls", "call.made", "Calls in the period, inbound ones too."),
    _done("calls_cold", "Cold calls", "call.made", "Cold calls in the period.", Trait.COLD),
    _done("calls_repeat", "Repeat calls", "call.made", "Repeat calls in the period.", Trait.REPEAT),
    _done(
        "calls_inbound",
        "Inbound calls",
        "call.made",
        "Calls in the period made by the customer.",
        Trait.INBOUND,
    ),
    _done("meetings", "Meetings", "meeting.held", "Meetings held in the period."),
    _done(
        "meetings_new",
        "Meetings, new customers",
        "meeting.held",
        "Meetings with new customers.",
        Trait.NEW_CUSTOMER,
    ),
    _done(
        "meetings_existing",
        "Meetings, existing customers",
        "meeting.held",
        "Meetings with existing customers.",
        Trait.EXISTING_CUSTOMER,
    ),
    _done("messages", "Messages", "message.sent", "Messages written to customers in the period."),
    _done("visits", "Visits", "visit.made", "Visits made in the period."),
    _done("presentations", "Presentations", "presentation.given", "Presentations given in the period."),
    _done("contracts", "Contracts", "contract.signed", "Contracts signed in the period."),
    Metric(
        name="contract_value",
        label="Value of contracts",
        unit="money",
        direction="more is better",
        adds="people and time",
        definition="Amount of the contracts signed in the period, split over their sellers by weight.",
        source="spec PIPE-3",
        shape=Total(("contract.signed",)),
    ),
    _done("deals_won", "Deals won", "deal.won", "Deals won in the period."),
    _done("deals_lost", "Deals lost", "deal.lost", "Deals closed without sale in the period."),
    Metric(
        name="deals_won_value",
        label="Value of deals won",
        unit="money",
        direction="more is better",
        adds="people and time",
        definition="Value of the deals won in the period, split over their sellers by weight.",
        source="spec PIPE-3",
        shape=Total(("deal.won",)),
    ),
    _metric(
        "win_rate",
        "Win rate",
        "Deals won ÷ deals won and lost in the period (win_rate_base = closed); with win_rate_base = all, deals still "
        "open at its end are in the denominator too. Empty without a deal.",
        Ratio(WON, _all_deals()),
        "share",
    ),
    Metric(
        name="days_to_win",
        label="Days to win",
        unit="days",
        direction="less is better",
        adds="never",
        definition="Mean over the deals won in the period of the days from opening to winning; a deal of two sellers "
        "counts once for the company and once for each.",
        source="spec PIPE-4",
        shape=Ratio(Subjects(("deal.won",), sums="minutes"), WON, per=MINUTES_A_DAY),
    ),
    Metric(
        name="orders_per_meeting",
        label="Orders per meeting",
        unit="share",
        direction="more is better",
        adds="never",
        definition="Orders ÷ meetings of the period, whichever meeting an order came of; empty without a meeting.",
        source="spec PLAN-5",
        shape=Ratio(ORDERS, MEETINGS),
    ),
    Metric(
        name="meetings_per_cold_call",
        label="Meetings per cold call",
        unit="share",
        direction="more is better",
        adds="never",
        definition="Meetings ÷ cold calls of the period, whichever call a meeting came of; empty without a cold call.",
        source="spec PLAN-5",
        shape=Ratio(MEETINGS, COLD_CALLS),
    ),
)
