"""Whether work leads anywhere, and whose hands are full."""

from datetime import timedelta

import ibis

from emporion.kernel.ledger.vocabulary import Trait
from emporion.numbers.metrics.definitions.customer_history import (
    PLACED_OR_CANCELLED,
    of_asked_owners,
    orders_of,
    owners,
)
from emporion.numbers.metrics.definitions.standing import Rows, behind, each_one, has_trait, standing
from emporion.numbers.metrics.definitions.wording import setting
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.scan import Scan, narrowed
from emporion.numbers.metrics.shape import Derived, Ratio

CONTACTS = ("call.made", "meeting.held", "message.sent", "visit.made", "presentation.given")
PROGRESS = ("stage.entered", "order.placed", "task.opened")
WEEK = timedelta(weeks=1)


# Busy work


def _old_activities(scan: Scan) -> ibis.Table:
    """Activities of the period for which all the days to wait have passed."""
    facts = standing(scan.flow(*CONTACTS))
    newest = scan.today - timedelta(days=scan.number("busy_work_days"))
    return facts.filter(facts.day <= ibis.literal(newest))


def _progress(scan: Scan) -> ibis.Table:
    """By customer, the days on which something moved on."""
    end = scan.period.end + timedelta(days=scan.number("busy_work_days"))
    facts = standing(narrowed(scan.read(scan.period.start, end), {"kind": PROGRESS, "credit": ("direct",)}))
    moves = facts.filter((facts.kind != "task.opened") | has_trait(facts, Trait.NEXT_STEP))
    return moves.select(mover_id="customer_id", moved_on="day").distinct()


def _idle_activities(scan: Scan) -> ibis.Table:
    done = _old_activities(scan)
    moves = _progress(scan)
    wait = scan.number("busy_work_days")
    days = moves.moved_on.delta(done.day, unit="day")
    return done.anti_join(moves, [done.customer_id == moves.mover_id, days >= 0, days <= wait])


# Saturation


def _served(scan: Scan) -> ibis.Table:
    """By member, how many of the customers they have on the last day ever ordered."""
    orders = orders_of(of_asked_owners(scan, scan.history(*PLACED_OR_CANCELLED)))
    held = owners(scan).semi_join(orders.filter(orders.lives), "customer_id")
    return held.group_by("member_id").agg(served=held.customer_id.nunique())


def _weeks(scan: Scan) -> int:
    return scan.number("saturation_weeks")


def _recent_contacts(scan: Scan) -> ibis.Table:
    facts = scan.read(scan.period.end - _weeks(scan) * WEEK, scan.period.end)
    return standing(narrowed(facts, {"kind": CONTACTS, "credit": scan.credit_kinds}))


def _only_answering(scan: Scan) -> ibis.Table:
    """Members who in each of the last weeks had contacts, and too few of them of their own accord."""
    facts = _recent_contacts(scan)
    facts = facts.mutate(
        week=(ibis.literal(scan.period.last).delta(facts.day, unit="day")) // 7,
        own=has_trait(facts, Trait.OWN_INITIATIVE).cast("int64"),
    )
    weeks = facts.group_by("member_id", "week").agg(contacts=facts.count(), own=facts.own.sum())
    low = weeks.filter(weeks.own * 100 < weeks.contacts * scan.number("saturation_percent"))
    counts = low.group_by("member_id").agg(low_weeks=low.count())
    return counts.filter(counts.low_weeks == _weeks(scan))


def _saturated(scan: Scan) -> ibis.Table:
    """Every member with 1 if saturated and 0 if not, with their team, role and zone as they are now."""
    members = scan.dimensions["members"]
    served, answering = _served(scan), _only_answering(scan)
    rows = members.left_join(served, "member_id").left_join(answering, "member_id")
    full = (rows.served.fill_null(0) >= rows.capacity).fill_null(False)
    return rows.select(
        *("member_id", "team_id", "role"),
        member_zone_id="territory_id",
        value=(full | rows.low_weeks.notnull()).cast("int64"),
    )


def _saturation_facts(scan: Scan) -> ibis.Table:
    """The contacts of the weeks looked at, and what gave the saturated members their customers."""
    members = _saturated(scan)
    members = members.filter(members.value > 0)
    base = standing(scan.history("base.changed"))
    kept = base.semi_join(owners(scan), ["customer_id", "member_id"])
    return behind(members, _recent_contacts(scan).union(kept), scan, "member_id")


# The metrics


def _counted(rows: Rows) -> Derived:
    return Derived(rows=each_one(rows), facts=rows, counts="subject_id")


METRICS: tuple[Metric, ...] = (
    Metric(
        name="busy_work",
        label="Busy-work index",
        unit="share",
        direction="less is better",
        adds="never",
        definition="Of the period's calls, meetings, messages, visits and presentations that are "
        f"{setting('busy_work_days')} days old, the share after which, on that day or within those days, there was no "
        "stage move, order or agreed next step of the same customer.",
        source="spec TEAM-3, appendix A",
        shape=Ratio(_counted(_idle_activities), _counted(_old_activities)),
    ),
    Metric(
        name="saturation",
        label="Saturated members",
        unit="count",
        direction="less is better",
        adds="people",
        definition="Members who on the period's last day have as many customers who ever ordered as their capacity, or "
        f"whose own-initiative contacts were below {setting('saturation_percent')} percent of their contacts in each "
        f"of the last {setting('saturation_weeks')} weeks; a week without contacts saturates nobody. Team, role and "
        "capacity as they are now.",
        source="spec TEAM-3, appendix A",
        shape=Derived(rows=_saturated, facts=_saturation_facts),
    ),
)
