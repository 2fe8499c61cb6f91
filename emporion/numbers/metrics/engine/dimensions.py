"""What metrics can be taken apart by: who, where, to whom, of what, when. As then, or as now."""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from emporion.kernel.errors import UnknownName

Timing = Literal["as then", "as now", "fixed"]
Span = Literal["day", "week", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Through:
    """A column of a dimension table, reached from a column of the facts."""

    table: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """`column` is the one of the facts it needs. `record` is the kind of record its values are ids of; without it
    they are words, or days where there is a `span`. `timing` says whether it is what was true on the day of the fact
    or what is true now; pay and closed plans accept only `as then` and `fixed`."""

    name: str
    label: str
    timing: Timing
    column: str
    record: str | None = None
    through: Through | None = None
    span: Span | None = None

    @property
    def is_own_column(self) -> bool:
        """Whether its values stand in the facts as they are."""
        return not (self.through or self.span or self.record == "subject")


def _then(name: str, label: str, column: str, record: str | None = None) -> Dimension:
    return Dimension(name, label, "as then", column, record)


def _fixed(name: str, label: str, column: str, record: str | None = None) -> Dimension:
    return Dimension(name, label, "fixed", column, record)


def _now(name: str, label: str, through: Through, record: str | None = None) -> Dimension:
    return Dimension(name, label, "as now", through.key, record, through)


def _time(span: Span) -> Dimension:
    return Dimension(span, span.capitalize(), "fixed", "day", span=span)


def _member(column: str) -> Through:
    return Through("members", "member_id", column)


def _customer(column: str) -> Through:
    return Through("customers", "customer_id", column)


def _product(column: str) -> Through:
    return Through("products", "product_id", column)


_ALL = (
    _fixed("member", "Member", "member_id", "member"),
    _then("team", "Team", "team_id", "team"),
    _then("role", "Role", "role"),
    _then("member_zone", "Member's zone", "member_zone_id", "territory"),
    _fixed("territory", "Territory", "territory_id", "territory"),
    _now(
        "territory_parent",
        "Territory above",
        Through("territories", "territory_id", "parent_id"),
        "territory",
    ),
    _fixed("customer", "Customer", "customer_id", "customer"),
    _fixed("product", "Product", "product_id", "product"),
    _fixed("deal", "Deal", "deal_id", "deal"),
    _fixed("order", "Order", "order_id", "order"),
    _fixed("stage", "Stage", "stage_id", "stage"),
    _fixed("channel", "Channel", "channel"),
    _fixed("source", "Source", "source"),
    _fixed("kind", "Kind of fact", "kind"),
    _fixed("credit", "Credit", "credit"),
    _fixed("subject", "Record", "subject_id", "subject"),
    *(_time(span) for span in ("day", "week", "month", "quarter", "year")),
    _now("team_now", "Team now", _member("team_id"), "team"),
    _now("role_now", "Role now", _member("role")),
    _now("owner_now", "Owner now", _customer("owner_id"), "member"),
    _now("territory_now", "Customer's zone now", _customer("zone_id"), "territory"),
    _now("city", "City", _customer("city")),
    _now("region", "Region", _customer("region")),
    _now("country", "Country", _customer("country")),
    _now("segment", "Segment", _customer("segment")),
    _now("size_band", "Size", _customer("size_band")),
    _now("activity_type", "Activity type", _customer("activity_type")),
    _now("customer_kind", "Kind of customer", _customer("kind")),
    _now("customer_source", "Source of the customer", _customer("source")),
    _now("category", "Category", _product("category_id"), "category"),
    _now("parent_category", "Category above", _product("parent_category_id"), "category"),
    _now("pipeline", "Pipeline", Through("stages", "stage_id", "pipeline_id"), "pipeline"),
)
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _ALL}
BRANCHING = frozenset({"territory"})


def dimension(name: str) -> Dimension:
    """The dimension of that name; an unknown one is answered with those nearest to it."""
    if name not in DIMENSIONS:
        raise UnknownName("dimension", name, get_close_matches(name, DIMENSIONS))
    return DIMENSIONS[name]


def dimension_catalogue() -> list[dict[str, str]]:
    """Every dimension by name, with its label and whether it is as then, as now, or never changes."""
    return [
        {"dimension": known.name, "label": known.label, "timing": known.timing}
        for known in DIMENSIONS.values()
    ]
