"""Who reaches very many records is asked for in another way: it finds exactly the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import QuerySet

from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.reading import EVERYTHING, ONE, wanting
from emporion.records.activities.models import Activity, Task
from emporion.records.activities.queries import activities_in_reach, tasks_in_reach
from emporion.records.customers import reach
from emporion.records.customers.models import Contact, Customer
from emporion.records.customers.queries import contacts_in_reach, customers_in_reach, today
from emporion.records.orders.models import Order
from emporion.records.orders.queries import orders_in_reach
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import deals_in_reach
from emporion.records.team.queries import viewer_for
from tests.pages.scene import ROLES, Scene, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("SYS-3")]
SCOPED = [role for role in ROLES if role not in {"director", "auditor"}]  # those see all
Reach = Callable[[Viewer], QuerySet[Any]]
REACHES: tuple[tuple[type[Any], Reach], ...] = (
    (Customer, customers_in_reach),
    (Contact, contacts_in_reach),
    (Deal, deals_in_reach),
    (Order, orders_in_reach),
    (Activity, activities_in_reach),
    (Task, tasks_in_reach),
)
LISTS = ("/customers/", "/deals/?state=all", "/deals/board/", "/orders/", "/activities/", "/tasks/?state=all")


@pytest.fixture
def learnt(scene: Scene) -> Iterator[Scene]:
    """The department, as a server that has counted it."""
    reach.learn_weights()
    yield scene
    reach.forget_weights()


def _viewer(role: str) -> Viewer:
    signed_in(role)
    user = User.objects.select_related("access_role").get(username=role)
    return viewer_for(user, today())


@pytest.mark.parametrize("role", SCOPED)
def test_asking_each_row_finds_what_collecting_ids_finds(learnt: Scene, role: str) -> None:
    """Trap: two ways of saying who sees what drift apart, and nobody sees it in a small base."""
    viewer = _viewer(role)
    asked_by_row = 0
    for model, in_reach in REACHES:
        with wanting(EVERYTHING):
            assert not reach.is_wide(viewer, model)
            collected = set(in_reach(viewer).values_list("pk", flat=True))
        with wanting(ONE):
            asked_by_row += reach.is_wide(viewer, model)
            asked = set(in_reach(viewer).values_list("pk", flat=True))
        assert asked == collected, model.__name__
        assert len(collected) < model.objects.count(), model.__name__
    assert asked_by_row


@pytest.mark.parametrize("role", SCOPED)
def test_pages_are_the_same_before_and_after_a_server_has_counted(
    scene: Scene, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where all that a page wants is asked by row."""
    client = signed_in(role)
    before = {page: _rows(client.get(page).context) for page in LISTS}
    monkeypatch.setattr(reach, "is_wide", lambda viewer, _model: not viewer.sees_all)
    for part in ("customers.queries", "pipeline.queries", "pipeline.views.lanes", "orders.queries"):
        monkeypatch.setattr(f"emporion.records.{part}.is_wide", reach.is_wide)
    monkeypatch.setattr("emporion.records.activities.queries.is_wide", reach.is_wide)
    assert {page: _rows(client.get(page).context) for page in LISTS} == before


def _rows(context: Any) -> list[Any]:
    if "lanes" in context:
        return [
            (lane.name, lane.count, lane.sums, [card.deal.pk for card in lane.cards])
            for lane in context["lanes"]
        ]
    return [context["count_said"], context["totals"], [row["pk"] for row in context["rows"]]]
