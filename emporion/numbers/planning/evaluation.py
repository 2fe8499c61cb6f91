"""Plan against fact: the targets of a period beside the metric measured over each target's own span.

Targets of people and targets of the department are never added together. Rows about people (by member, team, role or
zone) hold people's; in other rows the department's own target counts where it has one, else people's are summed.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.metrics.engine import measure
from emporion.numbers.metrics.engine.dimensions import dimension
from emporion.numbers.metrics.engine.spans import span_label
from emporion.numbers.metrics.metric import Metric
from emporion.numbers.metrics.scan import Codes, Question
from emporion.numbers.planning.definitions import adds_up, part_of
from emporion.numbers.planning.queries import Goal, goals
from emporion.numbers.planning.rules import Cell, outcome
from emporion.records.team.queries import PlaceOnDay, Places

Key = tuple[object, ...]
Facts = Mapping[tuple[str, str | None, date, date], Decimal]
FEW_PEOPLE = 50


class Placed(NamedTuple):
    """A target, and its person's place on its first day."""

    goal: Goal
    place: PlaceOnDay


# By dimension, the column that the engine names in conditions, and what a target has of it.
_ABOUT_PEOPLE: dict[str, tuple[str, Callable[[Placed], object]]] = {
    "member": ("member_id", lambda placed: placed.goal.member_id),
    "team": ("team_id", lambda placed: placed.place.team_id),
    "role": ("role", lambda placed: placed.place.role),
    "member_zone": ("member_zone_id", lambda placed: placed.place.territory_id),
}
_COLUMNS = dict(_ABOUT_PEOPLE.values())


def evaluate(question: Question, names: tuple[str, ...]) -> dict[str, dict[Key, Decimal | None]]:
    """The asked metrics about plans, each by row. Cost: one question to the engine per different span of targets."""
    asked = {name: part_of(name) for name in names}
    bases = {base.name: base for base, _ in asked.values()}
    places = Places.load()
    as_closed = question.view == "closed" and question.as_of is None
    found = goals(bases, question.period, question.viewer, as_closed=as_closed)
    placed = [Placed(goal, places.on(goal.member_id, goal.starts_on)) for goal in found]
    counted = _one_level(_limited(placed, question.only), question)
    only_plans = all(part == "plan" for _, part in asked.values())
    facts = {} if only_plans else reached([goal for goal, _ in counted], question)
    rows = _rows(counted, question.by, bases, facts)
    outcomes = {place: outcome(cells, adds=adds_up(bases[place[0]])) for place, cells in rows.items()}
    return {
        name: {key: getattr(found, part) for (metric, key), found in outcomes.items() if metric == base.name}
        for name, (base, part) in asked.items()
    }


def _limited(placed: Sequence[Placed], only: Mapping[str, Codes]) -> list[Placed]:
    for column in only:
        if column not in _COLUMNS:
            raise Refusal(
                "not_of_a_plan", f"plan and fact cannot be limited to a {column.removesuffix('_id')}"
            )
    return [one for one in placed if all(_COLUMNS[column](one) in wanted for column, wanted in only.items())]


def _one_level(placed: Sequence[Placed], question: Question) -> list[Placed]:
    if question.only or any(name in _ABOUT_PEOPLE for name in question.by):
        return [one for one in placed if one.goal.member_id is not None]
    rows = [(one.goal.metric, _key(one, question.by)) for one in placed]
    whole = {row for row, one in zip(rows, placed, strict=True) if one.goal.member_id is None}
    return [
        one for row, one in zip(rows, placed, strict=True) if (one.goal.member_id is None) == (row in whole)
    ]


def _key(placed: Placed, by: Sequence[str]) -> Key:
    return tuple(_value(placed, name) for name in by)


def _value(placed: Placed, name: str) -> object:
    """What a target has of a dimension: its person's place on its first day, or that day's month, quarter, …"""
    if name in _ABOUT_PEOPLE:
        return _ABOUT_PEOPLE[name][1](placed)
    if span := dimension(name).span:
        return span_label(span, placed.goal.starts_on)
    known = ", ".join([*_ABOUT_PEOPLE, "day, week, month, quarter and year of its first day"])
    raise Refusal("not_of_a_plan", f"a target has no {name}; it has {known}")


def _rows(
    counted: Sequence[Placed], by: Sequence[str], bases: Mapping[str, Metric], facts: Facts
) -> dict[tuple[str, Key], list[Cell]]:
    rows: dict[tuple[str, Key], list[Cell]] = defaultdict(list)
    for placed in counted:
        goal = placed.goal
        fact = facts.get((goal.metric, goal.member, goal.starts_on, goal.ends_on))
        if fact is None and adds_up(bases[goal.metric]):
            fact = Decimal(0)
        rows[goal.metric, _key(placed, by)].append(Cell(goal.value, fact, goal.member))
    return rows


def reached(counted: Sequence[Goal], question: Question) -> Facts:
    """By metric, person's code and span, what was reached. One question to the engine per different span."""
    spans: dict[tuple[date, date, bool], list[Goal]] = defaultdict(list)
    for goal in counted:
        spans[goal.starts_on, goal.ends_on, goal.member_id is None].append(goal)
    found: dict[tuple[str, str | None, date, date], Decimal] = {}
    for (start, end, whole), of_span in spans.items():
        metrics = sorted({goal.metric for goal in of_span})
        people = [] if whole else sorted({goal.member for goal in of_span if goal.member is not None})
        table = measure(
            metrics,
            by=() if whole else ("member",),
            period=Period(start, end),
            where=_limits(people, question),
            as_of=question.as_of,
            view=question.view,
            viewer=question.viewer,
        )
        found |= _by_span(table.to_pylist(), metrics, (start, end), whole=whole)
    return found


def _limits(people: Sequence[str], question: Question) -> dict[str, object]:
    """Few people are named, so that only their part of the store is read."""
    limits = {"credit": question.where["credit"]} if "credit" in question.where else {}
    return limits | {"member": list(people)} if 0 < len(people) <= FEW_PEOPLE else limits


def _by_span(
    rows: Sequence[Mapping[str, Any]], metrics: Sequence[str], span: tuple[date, date], *, whole: bool
) -> dict[tuple[str, str | None, date, date], Decimal]:
    return {
        (metric, None if whole else row["member_id"], *span): Decimal(row[metric])
        for row in rows
        for metric in metrics
        if row[metric] is not None and (whole or row["member_id"] is not None)
    }
