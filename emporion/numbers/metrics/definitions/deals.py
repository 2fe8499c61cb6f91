"""What is in the funnel, how it moves, and what is left lying."""

from datetime import date

import ibis

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.money.amounts import AMOUNT_PLACES
from emporion.numbers.metrics.definitions.standing import (
    Rows,
    all_until,
    behind,
    each_one,
    has_trait,
    standing,
)
from emporion.numbers.metrics.metric import Direction, Metric, Unit
from emporion.numbers.metrics.scan import Scan, narrowed
from emporion.numbers.metrics.shape import Derived, Ratio

SOURCE = "spec SEE-2"
STATE = ("pipeline.changed",)
TASKS = ("task.opened", "task.closed")
DEAL_KEYS = ("deal_id", "stage_id", "member_id", "credit")
DEAL_COLUMNS = (
    *("team_id", "role", "member_zone_id", "territory_id"),
    *("customer_id", "product_id", "channel", "source"),
)
PAIR_WIDTH = 2**24  # more than there will ever be stages
LONGEST_WAIT = 2**20  # days; more than there are between any two dates of ours


# State on the last day


def _places_of_deals(facts: ibis.Table) -> ibis.Table:
    """Running sums by deal, stage and credited member, with what the latest step into it says of the deal."""
    latest = ibis.struct({name: facts[name] for name in DEAL_COLUMNS})
    sums = facts.group_by(*DEAL_KEYS).agg(
        quantity=facts.quantity.sum(),
        amount=facts.amount.sum(),
        latest=latest.argmax(facts.day, where=facts.quantity > 0),
    )
    there = sums.filter(sums.quantity > 0)
    columns = {name: there.latest[name] for name in DEAL_COLUMNS}
    return there.select(*DEAL_KEYS, "amount", **columns)


def _open(scan: Scan) -> ibis.Table:
    return _places_of_deals(all_until(scan, STATE, *DEAL_KEYS))


def _open_value(scan: Scan) -> ibis.Table:
    places = _open(scan)
    return places.mutate(value=places.amount.cast("int64"))


def _open_tasks(facts: ibis.Table) -> ibis.Table:
    """Of facts of tasks up to the last day, the opening ones of those not done by then."""
    nets = facts.group_by("subject_id").agg(net=facts.quantity.sum())
    undone = nets.filter(nets.net > 0)
    return facts.filter(facts.kind == "task.opened").semi_join(undone, "subject_id")


def _without_next_step(scan: Scan) -> ibis.Table:
    deals = _open(scan)
    tasks = narrowed(scan.read(None, scan.period.end), {"kind": TASKS}).semi_join(deals, "deal_id")
    return deals.anti_join(_open_tasks(standing(tasks)), "deal_id")


def _overdue(scan: Scan) -> ibis.Table:
    tasks = _open_tasks(all_until(scan, TASKS, "member_id", "customer_id", "deal_id"))
    return tasks.filter(tasks.due_day < ibis.literal(scan.period.last))


def _state_facts(rows: Rows) -> Rows:
    """The steps into and out of the stages in which the counted deals are."""

    def facts(scan: Scan) -> ibis.Table:
        return behind(rows(scan), all_until(scan, STATE, *DEAL_KEYS), scan, *DEAL_KEYS)

    return facts


# Conversion of stages


def _paired(facts: ibis.Table) -> ibis.Table:
    """With the deal in its stage as one number, `pair`, by which it can be counted once."""
    return facts.mutate(pair=facts.deal_id * PAIR_WIDTH + facts.stage_id)


def _before_the_end(scan: Scan, facts: ibis.Table) -> ibis.Table:
    """Facts of stages from which a deal can move on: not of won and lost."""
    stages = scan.dimensions["stages"]
    final = stages.filter(stages.outcome.isin(("won", "lost"))).select("stage_id")
    return facts.anti_join(final, "stage_id")


def _entered_facts(scan: Scan) -> ibis.Table:
    return _before_the_end(scan, standing(scan.flow("stage.entered")))


def _entered(scan: Scan) -> ibis.Table:
    return _paired(_entered_facts(scan))


def _steps(scan: Scan, kind: str, end: date | None) -> ibis.Table:
    """Everybody's steps of a kind since the period began: a deal has moved on for all who had it in the stage,
    whoever moved it on."""
    facts = narrowed(scan.read(scan.period.start, end), {"kind": (kind,), "credit": scan.credit_kinds})
    return _paired(standing(facts))


def _left_forward(scan: Scan, end: date | None) -> ibis.Table:
    left = _steps(scan, "stage.left", end)
    return left.filter(has_trait(left, Trait.FORWARD))


def _moved_on_ever(scan: Scan) -> ibis.Table:
    entries = _steps(scan, "stage.entered", scan.period.end)
    first = entries.group_by("pair").agg(first_day=entries.day.min())
    left = _left_forward(scan, None).select("pair", left_on="day")
    moved = first.semi_join(left, [first.pair == left.pair, left.left_on >= first.first_day])
    return _entered(scan).semi_join(moved, "pair")


def _moved_on_ever_facts(scan: Scan) -> ibis.Table:
    return _moved_on_ever(scan).drop("pair")


def _before(scan: Scan) -> ibis.Table:
    """Steps of deals before the period, limited to what was asked where sums allow it (see `all_until`)."""
    facts = narrowed(scan.read(None, scan.period.start), {"kind": STATE, "credit": scan.credit_kinds})
    return standing(narrowed(facts, {key: scan.only[key] for key in DEAL_KEYS if key in scan.only}))


def _at_start(scan: Scan) -> ibis.Table:
    return _before_the_end(scan, _places_of_deals(_before(scan)))


def _there_in_period(scan: Scan) -> ibis.Table:
    """Deals in a stage at the start of the period, and those that came into it."""
    columns = ("pair", *DEAL_KEYS, *DEAL_COLUMNS)
    return _paired(_at_start(scan)).select(*columns).union(_entered(scan).select(*columns))


def _there_facts(scan: Scan) -> ibis.Table:
    """The facts that put those deals there: their steps before the period and their entries in it."""
    return behind(_at_start(scan), _before(scan), scan, *DEAL_KEYS).union(_entered_facts(scan))


def _moved_on_in_period(scan: Scan) -> ibis.Table:
    return _there_in_period(scan).semi_join(_left_forward(scan, scan.period.end), "pair")


def _moved_on_facts(scan: Scan) -> ibis.Table:
    left = _left_forward(scan, scan.period.end).drop("pair")
    return behind(_moved_on_in_period(scan), left, scan, "deal_id", "stage_id")


# Days from call to contract


def _contracts(scan: Scan) -> ibis.Table:
    """Contracts signed in the period whose customer had been called before, with the `days` since the first call."""
    contracts = standing(scan.flow("contract.signed"))
    calls = standing(scan.history("call.made").semi_join(contracts, "customer_id"))
    firsts = calls.group_by(called_id="customer_id").agg(first_call=calls.day.min())
    joined = contracts.inner_join(firsts, contracts.customer_id == firsts.called_id).drop("called_id")
    joined = joined.mutate(days=joined.day.delta(joined.first_call, unit="day"))
    return joined.filter(joined.days >= 0)


def _contract_facts(scan: Scan) -> ibis.Table:
    return _contracts(scan).drop("first_call", "days")


def _days_waited(scan: Scan) -> ibis.Table:
    """One row per contract, seller and day waited: counted by `day_waited`, a contract of two sellers has waited its
    days once for the company and once for each of them."""
    contracts = _contracts(scan)
    steps = contracts.mutate(step=ibis.range(0, contracts.days).unnest())
    return steps.mutate(day_waited=steps.subject_id * LONGEST_WAIT + steps.step)


# The metrics


def _deal_state(name: str, label: str, definition: str, rows: Rows, direction: Direction) -> Metric:
    shape = Derived(rows=each_one(rows), facts=_state_facts(rows), counts="deal_id")
    return Metric(name, label, "count", direction, "never", definition, SOURCE, shape)


def _ratio(
    name: str,
    label: str,
    definition: str,
    shape: Ratio,
    *,
    source: str,
    unit: Unit = "share",
    less: bool = False,
) -> Metric:
    direction: Direction = "less is better" if less else "more is better"
    return Metric(name, label, unit, direction, "never", definition, source, shape)


METRICS: tuple[Metric, ...] = (
    _deal_state(
        "open_deals",
        "Open deals",
        "Deals open at the end of the period's last day, in the stage they were in then. A deal of two sellers is one "
        "for the company and one for each.",
        _open,
        "neither",
    ),
    Metric(
        name="open_deal_value",
        label="Value of open deals",
        unit="money",
        direction="more is better",
        adds="people",
        definition="Value of the deals open at the end of the period's last day, split over their sellers by weight.",
        source=SOURCE,
        shape=Derived(rows=_open_value, facts=_state_facts(_open_value), places=AMOUNT_PLACES),
    ),
    _deal_state(
        "deals_without_next_step",
        "Deals without a next step",
        "Deals open at the end of the period's last day for which no task was open then.",
        _without_next_step,
        "less is better",
    ),
    Metric(
        name="overdue_tasks",
        label="Overdue tasks",
        unit="count",
        direction="less is better",
        adds="never",
        definition="Tasks neither done nor dropped at the end of the period's last day that were due before that day.",
        source=SOURCE,
        shape=Derived(rows=each_one(_overdue), facts=_overdue, counts="subject_id"),
    ),
    Metric(
        name="stage_entries",
        label="Deals that entered the stage",
        unit="count",
        direction="neither",
        adds="never",
        definition="Deals that entered the stage in the period, each once per stage; stages of won and lost deals are "
        "left out.",
        source="spec PIPE-4",
        shape=Derived(rows=each_one(_entered), facts=_entered_facts, counts="pair"),
    ),
    _ratio(
        "stage_conversion",
        "Stage conversion",
        "Of deals that entered the stage in the period, the share that has since moved on to a later stage or was won, "
        "as known today. A deal counts once per stage; closing lost is not moving on; stages of won and lost deals "
        "are left out.",
        Ratio(
            Derived(rows=each_one(_moved_on_ever), facts=_moved_on_ever_facts, counts="pair"),
            Derived(rows=each_one(_entered), facts=_entered_facts, counts="pair"),
        ),
        source="spec PIPE-4, appendix A",
    ),
    _ratio(
        "stage_conversion_calendar",
        "Stage conversion in the period",
        "Deals that moved on from the stage in the period ÷ deals in it at the period's start or entered during it. A "
        "deal counts once per stage; closing lost is not moving on; stages of won and lost deals are left out.",
        Ratio(
            Derived(rows=each_one(_moved_on_in_period), facts=_moved_on_facts, counts="pair"),
            Derived(rows=each_one(_there_in_period), facts=_there_facts, counts="pair"),
        ),
        source="spec PIPE-4, appendix A",
    ),
    _ratio(
        "days_call_to_contract",
        "Days from first call to contract",
        "Mean over contracts signed in the period of the days since the customer's first call; contracts without a "
        "call on or before that day are left out.",
        Ratio(
            Derived(rows=each_one(_days_waited), facts=_contract_facts, counts="day_waited"),
            Derived(rows=each_one(_contract_facts), facts=_contract_facts, counts="subject_id"),
        ),
        source="spec PAY-1",
        unit="days",
        less=True,
    ),
)
