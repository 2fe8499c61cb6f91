"""What a page could tell beside its own content."""

from datetime import date

import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.records.customers.actions.customers import create_customer
from emporion.records.customers.actions.owning import put_into_base, set_owner
from emporion.records.team.models import Member
from tests.pages.scene import Scene, signed_in

pytestmark = pytest.mark.spec("SYS-3", "TEAM-10")


def test_a_metric_names_no_customer_whom_one_lost_without_a_trace(scene: Scene) -> None:
    """Trap: a number of the past is one's own, and its rows name customers who are no longer, with nothing of one's
    own that would name them anyway."""
    own, fay = (Member.objects.get(code=code) for code in ("own", "fay"))
    lost = create_customer(code="lost", name="Потерянный", by=SYSTEM, at=now())
    put_into_base(customer_id=lost.pk, day=date(2026, 1, 1), by=SYSTEM, at=now())
    set_owner(customer_id=lost.pk, starts_on=date(2026, 1, 1), member_id=own.pk, by=SYSTEM, at=now())
    set_owner(customer_id=lost.pk, starts_on=date(2026, 3, 1), member_id=fay.pk, by=SYSTEM, at=now())
    page = signed_in("rep").get("/metrics/total_base/?by=customer&period=2026-02").content.decode()
    assert "Клиент 1" in page
    assert "Потерянный" not in page
    assert (
        "Потерянный"
        in signed_in("director").get("/metrics/total_base/?by=customer&period=2026-02").content.decode()
    )


def test_no_page_stays_in_the_cache_of_a_shared_machine(scene: Scene) -> None:
    client = signed_in("rep")
    for address in (
        "/customers/",
        f"/customers/{scene.pk('customer', 'own')}/",
        "/metrics/revenue/",
        "/nothing/",
    ):
        assert client.get(address).headers["Cache-Control"] == "private, no-store"
