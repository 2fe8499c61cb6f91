"""Dimension tables follow the records: what changed is seen by the next question, what did not is not read again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db.models import F
from pytest_django import DjangoAssertNumQueries, Settings

from emporion.kernel.errors import UnknownName
from emporion.numbers.metrics.store import dimensions
from emporion.numbers.metrics.store.dimensions import refresh_dimensions
from emporion.numbers.metrics.store.reading import open_facts
from emporion.records.catalog.models import Category, Product
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.pipeline.models import Pipeline, Stage
from emporion.records.team.models import Member, Place, Team, Territory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.spec("SYS-5")]
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    """An empty store."""
    settings.FACTS_FOLDER = tmp_path / "facts"


def rows(name: str) -> list[dict[str, Any]]:
    """A dimension table as a question finds it now."""
    reader = open_facts()
    table = reader.dimension(name)
    found: list[dict[str, Any]] = reader.fetch(table.order_by(table.columns[0])).to_pylist()
    return found


def files(name: str) -> set[str]:
    """The files of a table."""
    return {file.name for file in dimensions._folder().glob(f"{name}-*.parquet")}


def a_customer(code: str, at: datetime = NOW, **columns: object) -> Customer:
    """A customer changed at that instant."""
    return Customer.objects.create(code=code, name="Not in the store", updated_at=at, **columns)


def change(record: Any, at: datetime, **columns: object) -> None:
    """Changes a record as actions do."""
    type(record).objects.filter(pk=record.pk).update(updated_at=at, version=F("version") + 1, **columns)


@time_machine.travel(NOW, tick=False)
def test_a_member_stands_where_their_place_of_today_says() -> None:
    team, zone = Team.objects.create(code="T"), Territory.objects.create(code="Z")
    ann = Member.objects.create(code="ann", hired_on=date(2026, 1, 5))
    Place.objects.create(member=ann, starts_on=date(2026, 1, 5), role="hunter")
    Place.objects.create(
        member=ann, starts_on=date(2026, 7, 1), team=team, role="closer", territory=zone, capacity=40
    )
    Place.objects.create(member=ann, starts_on=date(2026, 7, 2), role="head")
    Member.objects.create(code="bob")
    first, second = rows("members")
    assert first == {
        "member_id": ann.pk,
        "code": "ann",
        "team_id": team.pk,
        "territory_id": zone.pk,
        "role": "closer",
        "capacity": 40,
        "hired_on": date(2026, 1, 5),
        "left_on": None,
    }
    assert second["role"] is None
    assert second["team_id"] is None


def test_a_place_that_begins_tomorrow_is_seen_tomorrow() -> None:
    """Trap: nothing was changed, only the day."""
    with time_machine.travel(NOW, tick=False):
        ann = Member.objects.create(code="ann")
        Place.objects.create(member=ann, starts_on=date(2026, 7, 2), role="head")
        assert rows("members")[0]["role"] is None
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert rows("members")[0]["role"] == "head"


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("few", [0, 20_000])
def test_what_changed_is_seen_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """With many records only the changed ones are read again, with few all: the answer is the same."""
    monkeypatch.setattr(dimensions, "FEW", few)
    ann = Member.objects.create(code="ann")
    old = NOW - timedelta(days=9)
    first, second = a_customer("A", old, city="Athens"), a_customer("B", old, segment="")
    CustomerOwner.objects.create(customer=first, starts_on=date(2026, 1, 1), member=ann)
    assert [(row["code"], row["city"], row["owner_id"]) for row in rows("customers")] == [
        ("A", "Athens", ann.pk),
        ("B", None, None),
    ]
    change(second, NOW, city="Patras")
    CustomerOwner.objects.create(customer=second, starts_on=date(2026, 7, 1), member=ann)
    CustomerZone.objects.create(
        customer=second, starts_on=date(2026, 6, 1), territory=Territory.objects.create(code="Z")
    )
    a_customer("C", NOW)
    found = rows("customers")
    assert [(row["code"], row["city"], row["owner_id"]) for row in found] == [
        ("A", "Athens", ann.pk),
        ("B", "Patras", ann.pk),
        ("C", None, None),
    ]
    assert found[1]["zone_id"] == Territory.objects.get().pk
    first.owners.all().delete()
    first.delete()
    assert [row["code"] for row in rows("customers")] == ["B", "C"]


@time_machine.travel(NOW, tick=False)
def test_many_records_are_not_all_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dimensions, "FEW", 0)
    old = a_customer("A", NOW - timedelta(days=9))
    a_customer("B", NOW - timedelta(days=1))
    rows("customers")
    # Changed behind the product's back: proves that this row is not read.
    Customer.objects.filter(pk=old.pk).update(city="Nowhere")
    a_customer("C", NOW)
    assert [(row["code"], row["city"]) for row in rows("customers")] == [
        ("A", None),
        ("B", None),
        ("C", None),
    ]


@time_machine.travel(NOW, tick=False)
def test_two_changes_of_one_instant_are_both_seen_where_records_are_few() -> None:
    customer = a_customer("A")
    for city in ("Athens", "Patras"):
        change(customer, NOW, city=city)
        assert rows("customers")[0]["city"] == city


@time_machine.travel(NOW, tick=False)
def test_what_did_not_change_is_not_made_again() -> None:
    a_customer("A")
    rows("customers")
    before = files("customers")
    assert len(before) == 1
    rows("customers")
    refresh_dimensions()
    assert files("customers") == before


@time_machine.travel(NOW, tick=False)
def test_a_product_belongs_to_its_category_and_the_one_above_it() -> None:
    above = Category.objects.create(code="bikes")
    below = Category.objects.create(code="road", parent=above)
    Product.objects.create(code="p1", category=below)
    Product.objects.create(code="p2", category=above)
    Product.objects.create(code="p3")
    assert [(row["category_id"], row["parent_category_id"]) for row in rows("products")] == [
        (below.pk, above.pk),
        (above.pk, above.pk),
        (None, None),
    ]
    change(below, NOW, parent=None)
    assert rows("products")[0]["parent_category_id"] == below.pk


@time_machine.travel(NOW, tick=False)
def test_territories_teams_and_stages() -> None:
    zone = Territory.objects.create(code="world")
    Territory.objects.create(code="GR", parent=zone, country="GR")
    team = Team.objects.create(code="T")
    Team.objects.create(code="U", parent=team)
    pipeline = Pipeline.objects.create(code="P")
    Stage.objects.create(code="won", pipeline=pipeline, position=2, outcome="won", is_key=True)
    assert [(row["code"], row["parent_id"], row["country"]) for row in rows("territories")] == [
        ("world", None, None),
        ("GR", zone.pk, "GR"),
    ]
    assert [(row["code"], row["parent_id"]) for row in rows("teams")] == [("T", None), ("U", team.pk)]
    (stage,) = rows("stages")
    assert (stage["position"], stage["outcome"], stage["is_key"]) == (2, "won", True)


def test_only_ids_and_codes_are_kept() -> None:
    a_customer("A", email="ann@example.org", phone="+30 210 0000000")
    rows("customers")
    for file in dimensions._folder().glob("*.parquet"):
        assert b"Not in the store" not in file.read_bytes()
        assert b"example.org" not in file.read_bytes()


def test_an_unknown_table_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="did you mean customers"):
        open_facts().dimension("custmers")


@time_machine.travel(NOW, tick=False)
def test_a_table_costs_one_query_for_each_kind_of_record(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    rows("members")
    reader = open_facts()
    with django_assert_num_queries(3):
        reader.dimension("members")
        reader.dimension("members")
