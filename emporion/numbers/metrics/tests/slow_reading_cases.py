"""Drawn facts, and derived metrics written out once as SQL, so that many drawn ledgers can be asked quickly."""

import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import count, islice
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.periods import Period
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.scan import Codes, narrowed
from emporion.numbers.metrics.shape import NO_TRAIT, Derived, Ratio, leaves
from emporion.numbers.metrics.tests.facts_table import FACTS_SCHEMA, FactsTable, default_settings
from emporion.numbers.metrics.tests.slow_reading import Asked

PERIOD = Period.inclusive(date(2026, 1, 1), date(2026, 1, 28))
TODAY = date(2026, 2, 20)
SETTINGS = default_settings()
MEMBERS = (1, 2, None)
CUSTOMERS = (1, 1, 2, 3, None)
STAGES = (1, 2, 9)
FINAL_STAGES = {9}
# A busy machine is slow; that is no failure. `make faults` draws many more than every run can wait for.
EXAMPLES = int(os.environ.get("EMPORION_EXAMPLES", "6"))
patient = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])


def asked(*by: str) -> Asked:
    """The question that every case asks."""
    return Asked(PERIOD.start, PERIOD.end, SETTINGS, by)


class Written:
    """Metrics over one table of facts that is filled anew for every case."""

    def __init__(
        self, metrics: tuple[Metric, ...], *bys: tuple[str, ...], only: Mapping[str, Codes] | None = None
    ) -> None:
        facts = FactsTable()
        for stage in STAGES:
            facts.describe("stages", stage_id=stage, outcome="won" if stage in FINAL_STAGES else "open")
        facts.describe("members", member_id=1, capacity=1)
        facts.describe("members", member_id=2)
        self._scan = replace(facts.scan(PERIOD, only=only), latest_day=lambda: TODAY)
        self._connection = ibis.get_backend(self._scan.read(None, None)).con
        self._sql = {
            (leaf, by): self._written(leaf, by)
            for metric in metrics
            for leaf in leaves(metric.shape)
            if isinstance(leaf, Derived)
            for by in bys
        }

    def _written(self, leaf: Derived, by: tuple[str, ...]) -> str:
        made = leaf.rows(self._scan)
        assert made is not None
        rows = narrowed(made, self._scan.only)
        figure = rows[leaf.counts].nunique() if leaf.counts else rows.value.sum()
        answer = rows.group_by(*by).agg(figure=figure) if by else rows.agg(figure=figure)
        return str(ibis.to_sql(answer, dialect="duckdb"))

    def fill(self, facts: FactsTable) -> None:
        """Make these the facts that are asked."""
        self._connection.register("facts", pa.Table.from_pylist(facts.rows, schema=FACTS_SCHEMA))

    def cells(self, metric: Metric, *by: str) -> dict[tuple[Any, ...], Any]:
        """The metric by raw ids, without empty cells; a ratio as exact fractions."""
        shape = metric.shape
        if isinstance(shape, Ratio):
            above, below = self._cells(shape.numerator, by), self._cells(shape.denominator, by)
            return {place: Fraction(above.get(place, 0), size) for place, size in below.items()}
        return self._cells(shape, by)

    def _cells(self, leaf: object, by: tuple[str, ...]) -> dict[tuple[Any, ...], int]:
        assert isinstance(leaf, Derived)
        rows = self._connection.sql(self._sql[leaf, by]).fetchall()
        return {tuple(place): int(figure) for *place, figure in rows if figure}


def ratio(parts: tuple[Mapping[Any, int], Mapping[Any, int]]) -> dict[Any, Fraction]:
    """A slow reading's two parts as what a ratio gives."""
    above, below = parts
    return {place: Fraction(above.get(place, 0), size) for place, size in below.items()}


def days(before: int, after: int = 0) -> st.SearchStrategy[date]:
    """Days from so long before the period's last day to so long after it."""
    return st.integers(-before, after).map(lambda offset: PERIOD.last + timedelta(offset))


@st.composite
def sales(draw: st.DrawFn) -> FactsTable:
    """Orders of two years and a half with all that can happen to them, and the base of those who placed them."""
    facts = FactsTable()
    orders = count(1)
    for order in islice(orders, draw(st.integers(0, 6))):
        _place(draw, facts, order, draw(st.sampled_from(CUSTOMERS)), draw(st.one_of(days(900), days(40))))
    for day in draw(habit()):
        _place(draw, facts, next(orders), 2, day)
    for customer in (1, 2):
        _own(draw, facts, customer)
    _take_some_back(draw, facts)
    return facts


@st.composite
def habit(draw: st.DrawFn) -> list[date]:
    """Days of somebody who orders again and again, and lastly perhaps once more after a while."""
    gap, times = draw(st.sampled_from((6, 20, 60))), draw(st.sampled_from((0, 3, 4)))
    last = draw(days(gap * 5, 0))
    regular = [last - timedelta(gap * time + draw(st.integers(0, 2))) for time in range(times)]
    return regular + [last + timedelta(gap * draw(st.integers(1, 6))) for _ in range(draw(st.integers(0, 1)))]


def _place(draw: st.DrawFn, facts: FactsTable, order: int, customer: int | None, day: date) -> None:
    common: dict[str, Any] = {"customer": customer}
    common |= {"order": draw(st.sampled_from((order, order, order, None))), "subject": ("order", order)}
    common |= {"traits": draw(st.sampled_from((*[NO_TRAIT] * 5, Trait.OPENING)))}
    sellers = draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True))
    quantity, fate = (
        draw(st.integers(1, 2)),
        draw(st.sampled_from(("kept", "kept", "kept", "cancelled", "part", "returned"))),
    )
    for member in sellers:
        facts.add("order.placed", day, member=member, amount=100, quantity=quantity, **common)
    if draw(st.booleans()):
        facts.add("order.placed", day, member=3, amount=100, quantity=quantity, credit="overlay", **common)
    if fate != "kept":
        later = day + timedelta(draw(st.integers(0, 60)))
        kind = "order.returned" if fate == "returned" else "order.cancelled"
        gone = quantity if fate == "cancelled" else 1
        for member in sellers:
            facts.add(kind, later, member=member, amount=-90, quantity=-gone, **common)


def _own(draw: st.DrawFn, facts: FactsTable, customer: int) -> None:
    moves = sorted(draw(st.sets(days(200, 20), max_size=3)))
    held: dict[str, Any] | None = None
    for day in moves:
        if held is not None:
            facts.add(
                "base.changed", day, customer=customer, quantity=-1, **held, team=draw(st.integers(1, 2))
            )
        place: dict[str, Any] = {
            "member": draw(st.sampled_from(MEMBERS)),
            "territory": draw(st.sampled_from((10, None))),
        }
        held = draw(st.sampled_from((place, place, None)))
        if held is not None:
            facts.add("base.changed", day, customer=customer, **held, team=draw(st.integers(1, 2)))


def _take_some_back(draw: st.DrawFn, facts: FactsTable) -> None:
    """Some facts are taken back; where one moves to another day, it stands there anew."""
    for row in list(facts.rows):
        fate = draw(st.sampled_from((*["stands"] * 10, "goes", "is moved")))
        if row["kind"] == "base.changed" or fate == "stands":
            continue
        facts.take_back(int(str(row["id"])))
        if fate == "is moved":
            facts.rows.append({**row, "id": facts.take_back(int(str(row["id"]))), "day": draw(days(400, 5))})
            facts.rows.pop(-2)


@st.composite
def funnel(draw: st.DrawFn) -> FactsTable:
    """Deals going to and fro between stages, with tasks."""
    facts = FactsTable()
    for deal in range(1, draw(st.integers(0, 6)) + 1):
        sellers = draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True))
        _walk(draw, facts, deal, sellers)
        if draw(st.booleans()):
            _plan(draw, facts, deal)
    _take_some_back(draw, facts)
    return facts


def _walk(draw: st.DrawFn, facts: FactsTable, deal: int, sellers: list[int | None]) -> None:
    stage: int | None = None
    for day in sorted(draw(st.sets(days(50, 20), min_size=1, max_size=5))):
        goal = draw(st.sampled_from(STAGES))
        if goal == stage or stage in FINAL_STAGES:
            continue
        for member in sellers:
            who: dict[str, Any] = {"member": member, "deal": deal, "customer": deal}
            if stage is not None:
                onward = draw(st.sampled_from((Trait.FORWARD, Trait.FORWARD, Trait.LOST, NO_TRAIT)))
                facts.add("stage.left", day, stage=stage, traits=onward, **who)
                facts.add("pipeline.changed", day, stage=stage, amount=-50, quantity=-1, **who)
            facts.add("stage.entered", day, stage=goal, **who)
            if goal not in FINAL_STAGES:
                facts.add("pipeline.changed", day, stage=goal, amount=50, **who)
        stage = goal


def _plan(draw: st.DrawFn, facts: FactsTable, deal: int) -> None:
    task: dict[str, Any] = {
        "deal": draw(st.sampled_from((deal, None))),
        "member": draw(st.sampled_from(MEMBERS)),
    }
    task |= {"subject": ("task", deal), "due": draw(st.one_of(st.none(), days(10, 5)))}
    opened = draw(days(40, 5))
    facts.add("task.opened", opened, **task)
    if draw(st.booleans()):
        facts.add("task.closed", opened + timedelta(draw(st.integers(0, 30))), quantity=-1, **task)


@st.composite
def work(draw: st.DrawFn) -> FactsTable:
    """Contacts, what came of them, contracts, and who has whom."""
    facts = FactsTable()
    own = st.sampled_from((NO_TRAIT, NO_TRAIT, Trait.OWN_INITIATIVE))
    for activity in range(1, draw(st.integers(0, 12)) + 1):
        kind = draw(st.sampled_from(("call.made", "call.made", "meeting.held")))
        day, customer, trait = draw(days(24, 2)), draw(st.sampled_from(CUSTOMERS)), draw(own)
        for member in draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True)):
            facts.add(
                kind, day, member=member, customer=customer, traits=trait, subject=("activity", activity)
            )
    for step in range(1, draw(st.integers(0, 4)) + 1):
        kind = draw(st.sampled_from(("stage.entered", "order.placed", "task.opened", "contract.signed")))
        trait = draw(st.sampled_from((NO_TRAIT, Trait.NEXT_STEP)))
        day, customer = draw(days(40, 20)), draw(st.sampled_from(CUSTOMERS))
        for member in draw(st.lists(st.sampled_from(MEMBERS), min_size=1, max_size=2, unique=True)):
            facts.add(
                kind, day, member=member, customer=customer, order=step, traits=trait, subject=("any", step)
            )
    for customer in (1, 2):
        _own(draw, facts, customer)
    _take_some_back(draw, facts)
    return facts
