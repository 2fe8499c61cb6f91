"""What of planning goes into the recycle bin, and how its changes are undone."""

from datetime import datetime

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.change_undoing import Changed, old_values, register_inverse
from emporion.kernel.record_removing import Removable, register_need, register_removable
from emporion.numbers.planning.cost_actions import SUBJECT, change_cost_line, require_cost_changes
from emporion.numbers.planning.cost_queries import reachable_costs
from emporion.numbers.planning.models import CostLine


def register() -> None:
    """Tells the kernel."""
    register_removable(Removable(SUBJECT, reachable_costs, allowed=require_cost_changes))
    register_need("product", "costs", _product_has_costs)
    register_inverse(f"{SUBJECT}.changed", _change_back)


def _product_has_costs(product_id: int) -> bool:
    return CostLine.objects.filter(product_id=product_id, removed_at=None).exists()


def _change_back(cost_line_id: int, changed: Changed, by: Viewer, at: datetime) -> None:
    change_cost_line(cost_line_id=cost_line_id, changes=old_values(CostLine, changed), by=by, at=at)
