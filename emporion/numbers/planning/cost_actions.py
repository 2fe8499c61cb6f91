"""Entering and changing cost lines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.record_changing import change_record, create_record
from emporion.numbers.planning.cost_queries import cost_line_of, require_costs
from emporion.numbers.planning.models import CostLine

SUBJECT = "cost_line"
KINDS = ("amount", "share", "per_unit")
_PLACES = ("product_id", "category_id", "channel")
_ATTRIBUTES = ("name", *_PLACES, *KINDS, "replaces_cost", "starts_on", "ends_on")


def create_cost_line(*, code: str, by: Viewer, at: datetime, **attributes: Any) -> CostLine:
    """A cost line of these attributes. Refuses whoever may not change costs, a code in use, days without one, and what
    is not of one kind and about one thing. Money in the base currency, a share as a fraction."""
    require_cost_changes(by)
    line = CostLine(code=code, **attributes)
    refuse_impossible(_told(line))
    return create_record(line, subject=SUBJECT, by=by, at=at)


def change_cost_line(
    *, cost_line_id: int, changes: Mapping[str, Any], by: Viewer, at: datetime, version: int | None = None
) -> CostLine:
    """The cost line with these attributes changed; refuses what creating one refuses, and one changed since
    `version`."""
    require_cost_changes(by)
    before = cost_line_of(by, cost_line_id)
    refuse_impossible(_told(before) | dict(changes))
    return change_record(CostLine, cost_line_id, changes, subject=SUBJECT, by=by, at=at, version=version)


def require_cost_changes(by: Viewer) -> None:
    """Refuses whoever may not change what the firm spends."""
    by.require(Permission.WRITE)
    require_costs(by)


def refuse_impossible(told: Mapping[str, Any]) -> None:
    """Refuses a cost line that is not of one kind, that is about several things, that has no day or is below nothing,
    and a fixed one that is to stand instead of a product's cost."""
    kinds = [name for name in KINDS if told[name] is not None]
    if len(kinds) != 1:
        raise Refusal(
            "one_kind_of_cost",
            "a cost is either an amount, a share of revenue or an amount per unit; give one of them",
        )
    if told[kinds[0]] < 0:
        raise Refusal("cost_below_nothing", "a cost is at least 0")
    if sum(told[name] not in (None, "") for name in _PLACES) > 1:
        raise Refusal("one_place_of_cost", "a cost is of one product, one category, one channel or the whole")
    if told["replaces_cost"] and kinds[0] == "amount":
        raise Refusal("fixed_replaces_none", "a fixed amount cannot stand instead of what each unit costs")
    if told["ends_on"] <= told["starts_on"]:
        raise Refusal(
            "empty_period", f"a cost must have a day in it: {told['starts_on']} to before {told['ends_on']}"
        )


def _told(line: CostLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in _ATTRIBUTES}
