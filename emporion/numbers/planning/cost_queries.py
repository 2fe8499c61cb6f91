"""Reading cost lines: for those who may see what things cost."""

from collections.abc import Iterable

from django.db import models

from emporion.kernel.access.viewer import Permission, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.numbers.planning.breakeven import Cost, Place
from emporion.numbers.planning.models import CostLine
from emporion.records.catalog.models import Category
from emporion.records.catalog.queries import category_tree


def may_see_costs(viewer: Viewer) -> bool:
    """Whether costs and break-even are theirs to see: they hold the permission and answer for more than their own."""
    return viewer.may(Permission.SEE_COST) and viewer.scope is not Scope.OWN


def may_change_costs(viewer: Viewer) -> bool:
    """Whether they enter and change cost lines."""
    return may_see_costs(viewer) and viewer.may(Permission.WRITE)


def visible_costs(viewer: Viewer) -> models.QuerySet[CostLine]:
    """Cost lines that are not in the recycle bin; none for whoever may not see costs."""
    return reachable_costs(viewer).filter(removed_at=None)


def reachable_costs(viewer: Viewer) -> models.QuerySet[CostLine]:
    """Cost lines, those in the recycle bin too; none for whoever may not see costs."""
    return CostLine.objects.all() if may_see_costs(viewer) else CostLine.objects.none()


def cost_line_of(viewer: Viewer, record_id: int) -> CostLine:
    """That cost line; refuses one that does not exist, and any to whoever may not see costs, in the same words."""
    found = visible_costs(viewer).select_related("product", "category").filter(pk=record_id).first()
    if found is None:
        raise Refusal("no_such_cost_line", "there is no such cost line among those you may see")
    return found


def require_costs(viewer: Viewer) -> None:
    """Refuses whoever may not see costs."""
    viewer.require(Permission.SEE_COST)
    if viewer.scope is Scope.OWN:
        raise Refusal("not_permitted", "what the firm spends is for those who lead others")


def costs_in(viewer: Viewer, period: Period) -> list[Cost]:
    """The cost lines that hold on a day of the period, by code. Refuses whoever may not see costs. Three queries at
    most."""
    require_costs(viewer)
    rows = (
        visible_costs(viewer)
        .filter(starts_on__lt=period.end, ends_on__gt=period.start)
        .select_related("product")
        .order_by("code")
    )
    return as_costs(rows)


def as_costs(rows: Iterable[CostLine]) -> list[Cost]:
    """Cost lines as the rules of break-even read them."""
    lines = list(rows)
    below = _categories_below({line.category_id for line in lines if line.category_id is not None})
    return [
        Cost(
            code=line.code,
            name=line.name,
            days=Period(line.starts_on, line.ends_on),
            place=place_of(line),
            of=_of(line, below),
            amount=line.amount,
            share=line.share,
            per_unit=line.per_unit,
            replaces_cost=line.replaces_cost,
        )
        for line in lines
    ]


def place_of(line: CostLine) -> Place:
    """What a cost line is about."""
    if line.product_id is not None:
        return "product"
    if line.category_id is not None:
        return "category"
    return "channel" if line.channel else "whole"


def _of(line: CostLine, below: dict[int, frozenset[str]]) -> frozenset[str]:
    if line.product is not None:
        return frozenset({line.product.code})
    if line.category_id is not None:
        return below[line.category_id]
    return frozenset({line.channel} if line.channel else ())


def _categories_below(ids: set[int]) -> dict[int, frozenset[str]]:
    """By category, the codes of it and of all below it. Two queries, none where no line names a category."""
    if not ids:
        return {}
    tree, codes = category_tree(), dict(Category.objects.values_list("id", "code"))
    return {one: frozenset(codes[each] for each in tree.below([one])) for one in ids}
