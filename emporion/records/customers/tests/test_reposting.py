"""A customer's zone changes in the past: what took its territory from the customer hears of it."""

from collections.abc import Sequence

import pytest

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.importable import ImportBatch, ImportRow
from emporion.records.customers import reposting
from emporion.records.customers.actions.customers import create_customer
from emporion.records.customers.actions.owning import set_owner, set_zone
from emporion.records.customers.imports import CUSTOMER_ZONES, CUSTOMERS
from emporion.records.customers.reposting import register_customer_repost
from emporion.records.customers.tests.scene import AT, Scene, day


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The customers a part above was asked about. Its kind of record is the customer itself, for it has facts."""
    heard: list[list[int]] = []

    def find(customer_ids: Sequence[int]) -> list[int]:
        heard.append(list(customer_ids))
        return list(customer_ids)

    monkeypatch.setattr(reposting, "_finders", {})
    register_customer_repost("customer", find)
    return heard


@pytest.mark.spec("TEAM-4")
def test_parts_above_hear_of_a_changed_zone_and_of_nothing_else(scene: Scene, asked: list[list[int]]) -> None:
    made = create_customer(
        name="A", code="C1", territory_id=scene.north, in_base_from=day(1), by=SYSTEM, at=AT
    )
    set_owner(customer_id=made.pk, member_id=scene.anna, starts_on=day(1), by=SYSTEM, at=AT)
    assert asked == []
    set_zone(customer_id=made.pk, territory_id=scene.south, starts_on=day(5), by=SYSTEM, at=AT)
    assert asked == [[made.pk]]


@pytest.mark.spec("TEAM-4")
def test_and_of_one_that_a_file_changes(scene: Scene, asked: list[list[int]]) -> None:
    assert CUSTOMERS.write
    assert CUSTOMER_ZONES.write
    assert CUSTOMER_ZONES.undo
    row = {"code": "C1", "name": "A", "territory": scene.north, "in_base_from": day(1)}
    made = CUSTOMERS.write(ImportBatch([ImportRow(2, row)], SYSTEM, AT))[0].record_id
    CUSTOMERS.write(ImportBatch([ImportRow(2, {**row, "city": "Patras"})], SYSTEM, AT))
    assert asked == [], "a new customer has nothing yet that could have read the zone"
    CUSTOMERS.write(ImportBatch([ImportRow(2, {**row, "territory": scene.south})], SYSTEM, AT))
    assert asked == [[made]]
    later = {"customer": made, "starts_on": day(9), "territory": scene.north}
    found = CUSTOMER_ZONES.write(ImportBatch([ImportRow(2, later)], SYSTEM, AT))
    CUSTOMER_ZONES.write(ImportBatch([ImportRow(2, later)], SYSTEM, AT))
    assert asked == [[made], [made]]
    CUSTOMER_ZONES.undo([found[0].record_id or 0], SYSTEM, AT)
    assert asked == [[made]] * 3
