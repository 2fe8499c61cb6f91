"""A plan of many people, channels and metrics: `python -m benchmarks.plans PEOPLE` in an empty EMPORION_HOME."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

from benchmarks.finding import Finding, median, milliseconds, percentile_95
from emporion.doors.terminal.readiness import ensure_ready

METRICS = ("revenue", "margin", "calls", "meetings", "new_customers", "contracts")
CHANNELS, TEAMS, MONTHS = 5, 200, 12
BUDGET = 2_000  # milliseconds at the server
AT = datetime(2026, 1, 1, tzinfo=UTC)


def main(people: int) -> None:
    """Writes the plan and prints what was found."""
    ensure_ready()
    made = milliseconds(lambda: _make(people)) / 1000
    what = f"{people:,}: people × {MONTHS} months × {len(METRICS)} metrics × {CHANNELS} channels"
    findings = [Finding(f"{what}, made", made, "s"), *_measured(what)]
    sys.stdout.write(json.dumps([one.as_json() for one in findings]) + "\n")


def _make(people: int) -> None:
    from emporion.numbers.planning.models import Branch, Plan, PlanMetric, PlanSpan, Weight
    from emporion.records.team.models import Member, Team

    members = Member.objects.bulk_create(Member(code=f"P{n}", name=f"Person {n}") for n in range(people))
    teams = Team.objects.bulk_create(Team(code=f"T{n}", name=f"Team {n}") for n in range(TEAMS))
    plan = Plan.objects.create(
        code="big", name="big", starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1), drawn_by="bench"
    )
    spans = PlanSpan.objects.bulk_create(
        PlanSpan(
            plan=plan,
            starts_on=date(2026, month, 1),
            ends_on=date(2026 + month // 12, month % 12 + 1, 1),
        )
        for month in range(1, 13)
    )
    PlanMetric.objects.bulk_create(
        PlanMetric(plan=plan, metric=name, total=Decimal(people * 100_000 + 7), unit=Decimal(1))
        for name in METRICS
    )
    root = Branch.objects.create(plan=plan, kind="whole", name="big")
    channels = Branch.objects.bulk_create(
        Branch(plan=plan, parent=root, kind="channel", name=f"channel {n}") for n in range(CHANNELS)
    )
    groups = Branch.objects.bulk_create(
        Branch(plan=plan, parent=channel, kind="team", team=team) for channel in channels for team in teams
    )
    leaves = Branch.objects.bulk_create(
        (
            Branch(
                plan=plan,
                parent=groups[channel * TEAMS + place % TEAMS],
                kind="member",
                member=member,
                joins_on=date(2026, 4, 10) if place % 17 == 0 else None,
                ramp=[250, 500, 750] if place % 17 == 0 else [],
            )
            for channel in range(CHANNELS)
            for place, member in enumerate(members)
        ),
        batch_size=5_000,
    )
    weights = [
        Weight(branch=branch, metric=name, weight=50 + (branch.pk * 7919 + place * 31) % 100)
        for place, name in enumerate(METRICS)
        for branch in (*channels, *groups, *leaves)
    ]
    weights += [
        Weight(branch=root, metric=name, span=span, weight=80 + (span.pk * 13) % 60)
        for name in METRICS
        for span in spans
    ]
    Weight.objects.bulk_create(weights, batch_size=20_000)


def _measured(what: str) -> Iterator[Finding]:
    from emporion.kernel.access.viewer import SYSTEM
    from emporion.numbers.planning.cell_actions import change_total
    from emporion.numbers.planning.models import Branch, Plan
    from emporion.numbers.planning.plan_queries import PlanBook

    plan = Plan.objects.get(code="big")
    groups = list(Branch.objects.filter(plan=plan, kind="team").order_by("id"))

    def opened(group: Branch) -> None:
        for name in METRICS:
            book = PlanBook(plan, name)
            for part in book.parts(group):
                book.sheet(part)

    times = [milliseconds(lambda group=group: opened(group)) for group in groups[::97]]  # type: ignore[misc]
    note = f"median {median(times):.0f} ms"
    yield Finding(f"{what}, one branch opened, all metrics", percentile_95(times), "ms", BUDGET, note=note)

    def changed(total: int) -> None:
        change_total(plan=plan, metric="revenue", total=Decimal(total), reason="bench", by=SYSTEM, at=AT)

    times = [milliseconds(lambda n=n: changed(600_000_000 + n)) for n in range(5)]  # type: ignore[misc]
    yield Finding(f"{what}, the top changed", percentile_95(times), "ms", BUDGET)
    took = milliseconds(lambda: _every_branch(plan))
    yield Finding(
        f"{what}, every branch of one metric dealt out after it", took, "ms", note="300 thousand cells"
    )


def _every_branch(plan: object) -> None:
    """Every person's cells, which must sum to the whole."""
    from emporion.numbers.planning.models import Plan
    from emporion.numbers.planning.plan_queries import PlanBook

    if not isinstance(plan, Plan):
        raise TypeError(plan)
    book = PlanBook(plan, "revenue")
    book.read_all()
    sheets = [book.sheet(leaf) for leaf in book.leaves()]
    if sum(sheet.whole for sheet in sheets) != book.sheet(book.root).whole:
        raise AssertionError("people do not sum to the whole")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    main(int(sys.argv[1]))
