"""Every derived metric read once more, slowly and plainly, from the words of spec appendix A.

It knows rows of facts as mappings and nothing of the engine: what the engine answers is compared with this.
Every reading gives {values of the `by` columns: number}, without the cells in which there is nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

Row = Mapping[str, Any]
Cells = dict[tuple[Any, ...], int]
ONE = 1_000_000
EVER = date.max
OPENING, OWN_INITIATIVE, FORWARD, NEXT_STEP = 128, 256, 512, 2048
SOLD = ("order.placed", "order.cancelled")
REVENUE = (*SOLD, "order.returned")
CONTACTS = ("call.made", "meeting.held", "message.sent", "visit.made", "presentation.given")


class Asked(NamedTuple):
    """What is asked: half-open days, the settings, and the columns to go by."""

    start: date
    end: date
    settings: Mapping[str, Any]
    by: tuple[str, ...] = ()

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)


def standing(rows: Iterable[Row]) -> list[Row]:
    """Direct facts neither reversed nor reversals."""
    rows = list(rows)
    taken = {row["reverses_id"] for row in rows if row["reverses_id"] is not None}
    return [r for r in rows if r["reverses_id"] is None and r["id"] not in taken and r["credit"] == "direct"]


def of_kind(rows: Iterable[Row], kinds: Sequence[str], start: date | None, end: date) -> list[Row]:
    """The standing facts of these kinds in these days."""
    known = [
        r for r in rows if (start is None or r["day"] >= start) and r["day"] < end and r["kind"] in kinds
    ]
    return standing(known)


def cell(row: Row, by: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in by)


def counted(rows: Iterable[Row], key: Callable[[Row], Any], by: tuple[str, ...]) -> Cells:
    """How many different keys are in each cell."""
    found: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    for row in rows:
        found[cell(row, by)].add(key(row))
    return {place: len(keys) for place, keys in found.items()}


# Orders and their rhythm


def order_of(row: Row) -> object:
    return row["order_id"] if row["order_id"] is not None else ("none", row["subject_id"])


class Order(NamedTuple):
    """An order as its facts tell it."""

    customer: int
    key: object
    day: date
    lives: bool
    opening: bool


def orders(rows: Iterable[Row], end: date) -> list[Order]:
    """Orders known by the end of the period; one whose quantity was wholly cancelled does not live."""
    facts: dict[Any, list[Row]] = defaultdict(list)
    for row in of_kind(rows, SOLD, None, end):
        if row["customer_id"] is not None:
            facts[row["customer_id"], order_of(row)].append(row)
    found = []
    for (customer, key), of_order in facts.items():
        placed = [r["day"] for r in of_order if r["kind"] == "order.placed" and r["quantity"] > 0]
        if placed:
            lives = sum(r["quantity"] for r in of_order) > 0
            found.append(
                Order(customer, key, min(placed), lives, any(r["traits"] & OPENING for r in of_order))
            )
    return found


def order_days(rows: Iterable[Row], end: date) -> dict[int, list[date]]:
    """The days on which each customer ordered, in order."""
    days: dict[int, set[date]] = defaultdict(set)
    for order in orders(rows, end):
        if order.lives:
            days[order.customer].add(order.day)
    return {customer: sorted(of_customer) for customer, of_customer in days.items()}


def median_gap(days: Sequence[date]) -> float:
    return median((after - before).days for before, after in pairwise(days))


def is_lost(days: Sequence[date], on: date, settings: Mapping[str, Any]) -> bool:
    """Whether someone who ordered on these days is lost on that day."""
    past = [day for day in days if day <= on]
    if not past:
        return False
    silence = (on - past[-1]).days
    if len(past) < settings["lost_few_orders"]:
        return bool(silence > settings["lost_few_orders_days"])
    own = settings["lost_gap_factor"] * median_gap(past)
    return bool(silence > min(settings["lost_most_days"], max(settings["lost_least_days"], own)))


def is_fading(days: Sequence[date], on: date, settings: Mapping[str, Any]) -> bool:
    if len(days) < settings["lost_few_orders"] or is_lost(days, on, settings):
        return False
    return bool((on - days[-1]).days * 2 > settings["fading_gap_halves"] * median_gap(days))


# Customers


def owners(rows: Iterable[Row], end: date) -> dict[int, Row]:
    """By customer in the base on the last day, the fact that put them where they are."""
    net: dict[Any, int] = defaultdict(int)
    latest: dict[Any, Row] = {}
    for row in of_kind(rows, ("base.changed",), None, end):
        key = row["customer_id"], row["member_id"], row["territory_id"]
        net[key] += row["quantity"]
        if row["quantity"] > 0 and (key not in latest or row["day"] >= latest[key]["day"]):
            latest[key] = row
    return {key[0]: latest[key] for key, sum_ in net.items() if sum_ > 0}


NOBODY = dict.fromkeys(("member_id", "team_id", "role", "member_zone_id", "territory_id", "source"))


def _owned(customers: Iterable[int], rows: Iterable[Row], asked: Asked) -> Cells:
    base = owners(rows, asked.end)
    places = [{**base.get(customer, NOBODY), "customer_id": customer} for customer in customers]
    return counted(places, lambda place: place["customer_id"], asked.by)


def total_base(rows: Iterable[Row], asked: Asked) -> Cells:
    return _owned(owners(rows, asked.end), rows, asked)


def active_base(rows: Iterable[Row], asked: Asked) -> Cells:
    start = asked.end - timedelta(days=asked.settings["active_base_days"])
    bought: dict[int, int] = defaultdict(int)
    for row in of_kind(rows, REVENUE, start, asked.end):
        if row["customer_id"] is not None:
            bought[row["customer_id"]] += row["quantity"]
    return _owned([customer for customer, quantity in bought.items() if quantity > 0], rows, asked)


def lost_customers(rows: Iterable[Row], asked: Asked) -> Cells:
    days = order_days(rows, asked.end)
    return _owned([c for c in days if is_lost(days[c], asked.last, asked.settings)], rows, asked)


def fading_customers(rows: Iterable[Row], asked: Asked) -> Cells:
    days = order_days(rows, asked.end)
    return _owned([c for c in days if is_fading(days[c], asked.last, asked.settings)], rows, asked)


def _sales_of_living_orders(rows: Iterable[Row], asked: Asked) -> list[tuple[Row, Order]]:
    living = {(order.customer, order.key): order for order in orders(rows, EVER) if order.lives}
    sales = of_kind(rows, ("order.placed",), asked.start, asked.end)
    pairs = [(row, living.get((row["customer_id"], order_of(row)))) for row in sales if row["quantity"] > 0]
    return [(row, order) for row, order in pairs if order is not None]


def new_customers(rows: Iterable[Row], asked: Asked) -> Cells:
    first = _new_since(rows, asked)
    pairs = _sales_of_living_orders(rows, asked)
    firsts = [row for row, order in pairs if order.day == first.get(order.customer)]
    return counted(firsts, lambda row: row["customer_id"], asked.by)


def _new_since(rows: Iterable[Row], asked: Asked) -> dict[int, date]:
    """The first order day of the period's new customers; an opening balance makes nobody new."""
    found = {}
    for customer, days in order_days(rows, EVER).items():
        first = [o for o in orders(rows, EVER) if o.customer == customer and o.lives and o.day == days[0]]
        if asked.start <= days[0] < asked.end and not any(order.opening for order in first):
            found[customer] = days[0]
    return found


def won_back_customers(rows: Iterable[Row], asked: Asked) -> Cells:
    days = order_days(rows, EVER)
    pairs = _sales_of_living_orders(rows, asked)
    back = [row for row, order in pairs if _comes_back(days[order.customer], order.day, asked.settings)]
    return counted(back, lambda row: row["customer_id"], asked.by)


def _comes_back(days: Sequence[date], day: date, settings: Mapping[str, Any]) -> bool:
    before = [other for other in days if other < day]
    return is_lost(before, day - timedelta(days=1), settings)


def revenue_by_part(rows: Iterable[Row], asked: Asked) -> dict[str, Cells]:
    """Revenue in its three parts, in ten-thousandths."""
    days = order_days(rows, EVER)
    day_of = {(order.customer, order.key): order.day for order in orders(rows, EVER)}
    new = _new_since(rows, asked)
    parts: dict[str, Cells] = {part: defaultdict(int) for part in ("new", "retained", "reactivated")}
    for row in of_kind(rows, REVENUE, asked.start, asked.end):
        if not row["traits"] & OPENING:
            order_day = day_of.get((row["customer_id"], order_of(row)))
            back = order_day and _comes_back(days.get(row["customer_id"], []), order_day, asked.settings)
            part = "new" if row["customer_id"] in new else "reactivated" if back else "retained"
            parts[part][cell(row, asked.by)] += row["amount"]
    return {
        part: {place: amount for place, amount in cells.items() if amount} for part, cells in parts.items()
    }


# Deals


def _open(rows: Iterable[Row], end: date) -> list[dict[str, Any]]:
    """Where each deal is at the end, per credited member, with its number and value."""
    sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    latest: dict[Any, Row] = {}
    for row in of_kind(rows, ("pipeline.changed",), None, end):
        key = row["deal_id"], row["stage_id"], row["member_id"]
        sums[key][0] += row["quantity"]
        sums[key][1] += row["amount"]
        if row["quantity"] > 0 and (key not in latest or row["day"] >= latest[key]["day"]):
            latest[key] = row
    places = [{**latest[key], "count": sums[key][0], "value": sums[key][1]} for key in latest]
    return [place for place in places if place["count"] > 0]


def open_deals(rows: Iterable[Row], asked: Asked) -> Cells:
    return counted(_open(rows, asked.end), lambda row: row["deal_id"], asked.by)


def open_deal_value(rows: Iterable[Row], asked: Asked) -> Cells:
    found: Cells = defaultdict(int)
    for place in _open(rows, asked.end):
        found[cell(place, asked.by)] += place["value"]
    return {place: value for place, value in found.items() if value}


def _open_tasks(rows: Iterable[Row], end: date) -> list[Row]:
    """The opening facts of tasks still open at the end."""
    facts = of_kind(rows, ("task.opened", "task.closed"), None, end)
    net: dict[int, int] = defaultdict(int)
    for row in facts:
        net[row["subject_id"]] += row["quantity"]
    return [row for row in facts if row["kind"] == "task.opened" and net[row["subject_id"]] > 0]


def deals_without_next_step(rows: Iterable[Row], asked: Asked) -> Cells:
    planned = {task["deal_id"] for task in _open_tasks(rows, asked.end)}
    idle = [place for place in _open(rows, asked.end) if place["deal_id"] not in planned]
    return counted(idle, lambda row: row["deal_id"], asked.by)


def overdue_tasks(rows: Iterable[Row], asked: Asked) -> Cells:
    tasks = _open_tasks(rows, asked.end)
    late = [task for task in tasks if task["due_day"] is not None and task["due_day"] < asked.last]
    return counted(late, lambda row: row["subject_id"], asked.by)


def _entered(rows: Iterable[Row], asked: Asked, final: set[int]) -> list[Row]:
    entered = of_kind(rows, ("stage.entered",), asked.start, asked.end)
    return [row for row in entered if row["stage_id"] not in final]


def _pair(row: Row) -> tuple[Any, Any]:
    return row["deal_id"], row["stage_id"]


def stage_conversion(rows: Iterable[Row], asked: Asked, final: set[int]) -> tuple[Cells, Cells]:
    """Moved on and entered, by cohort; `final` are the stages of won and lost deals."""
    entered = _entered(rows, asked, final)
    first: dict[Any, date] = {}
    for row in entered:
        first[_pair(row)] = min(row["day"], first.get(_pair(row), row["day"]))
    left = [r for r in of_kind(rows, ("stage.left",), asked.start, date.max) if r["traits"] & FORWARD]
    moved = {_pair(row) for row in left if row["day"] >= first.get(_pair(row), date.max)}
    on = [row for row in entered if _pair(row) in moved]
    return counted(on, _pair, asked.by), counted(entered, _pair, asked.by)


def stage_conversion_calendar(rows: Iterable[Row], asked: Asked, final: set[int]) -> tuple[Cells, Cells]:
    """Moved on in the period, and open at its start or entered in it; both under whoever had the deal there."""
    left = [r for r in of_kind(rows, ("stage.left",), asked.start, asked.end) if r["traits"] & FORWARD]
    at_start = [place for place in _open(rows, asked.start) if place["stage_id"] not in final]
    there = [*at_start, *_entered(rows, asked, final)]
    moved = {_pair(row) for row in left}
    on = [row for row in there if _pair(row) in moved]
    return counted(on, _pair, asked.by), counted(there, _pair, asked.by)


def days_call_to_contract(rows: Iterable[Row], asked: Asked) -> dict[tuple[Any, ...], list[int]]:
    """The days from the first call of every contract's customer, one per contract."""
    first: dict[int, date] = {}
    for call in of_kind(rows, ("call.made",), None, asked.end):
        customer = call["customer_id"]
        first[customer] = min(call["day"], first.get(customer, call["day"]))
    found: dict[tuple[Any, ...], dict[int, int]] = defaultdict(dict)
    for row in of_kind(rows, ("contract.signed",), asked.start, asked.end):
        called = first.get(row["customer_id"]) if row["customer_id"] is not None else None
        if called is not None and called <= row["day"]:
            found[cell(row, asked.by)][row["subject_id"]] = (row["day"] - called).days
    return {place: list(days.values()) for place, days in found.items()}


# Work


def busy_work(rows: Iterable[Row], asked: Asked, today: date) -> tuple[Cells, Cells]:
    """Activities without progress, and all that are old enough to tell."""
    wait = timedelta(days=asked.settings["busy_work_days"])
    old = [r for r in of_kind(rows, CONTACTS, asked.start, asked.end) if r["day"] + wait <= today]
    steps = of_kind(rows, ("stage.entered", "order.placed", "task.opened"), asked.start, date.max)
    progress = [s for s in steps if s["kind"] != "task.opened" or s["traits"] & NEXT_STEP]
    idle = [row for row in old if not any(_follows(step, row, wait) for step in progress)]
    return counted(idle, lambda r: r["subject_id"], asked.by), counted(
        old, lambda r: r["subject_id"], asked.by
    )


def _follows(step: Row, activity: Row, wait: timedelta) -> bool:
    same = step["customer_id"] is not None and step["customer_id"] == activity["customer_id"]
    return same and activity["day"] <= step["day"] <= activity["day"] + wait


def saturated(rows: Iterable[Row], asked: Asked, capacities: Mapping[int, int | None]) -> set[int]:
    """The members with too much on their hands on the last day."""
    bought = order_days(rows, asked.end)
    served: dict[int, int] = defaultdict(int)
    for customer, place in owners(rows, asked.end).items():
        served[place["member_id"]] += customer in bought
    full = {m for m, most in capacities.items() if most is not None and served.get(m, 0) >= most}
    return full | {member for member in capacities if _only_answers(rows, asked, member)}


def _only_answers(rows: Iterable[Row], asked: Asked, member: int) -> bool:
    for week in range(asked.settings["saturation_weeks"]):
        end = asked.end - timedelta(weeks=week)
        contacts = [
            r for r in of_kind(rows, CONTACTS, end - timedelta(weeks=1), end) if r["member_id"] == member
        ]
        own = [row for row in contacts if row["traits"] & OWN_INITIATIVE]
        if not contacts or len(own) * 100 >= asked.settings["saturation_percent"] * len(contacts):
            return False
    return True
