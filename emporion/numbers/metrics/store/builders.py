"""How the rows of the dimension tables are read from the records: ids and codes only, an empty text as null."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

import pyarrow as pa
from django.db.models import F, Manager, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from emporion.kernel.models import Record
from emporion.numbers.metrics.store.dimensions import ROWS_AT_ONCE, Dimension, Row
from emporion.records.catalog.models import Product
from emporion.records.customers.models import Customer, CustomerOwner, CustomerZone
from emporion.records.pipeline.models import Stage
from emporion.records.team.models import Member, Place, Team, Territory

ID, TEXT, DAY, YES_NO = pa.int64(), pa.string(), pa.date32(), pa.bool_()
MEMBERS = {
    "member_id": ID,
    "code": TEXT,
    "team_id": ID,
    "territory_id": ID,
    "role": TEXT,
    "capacity": ID,
    "hired_on": DAY,
    "left_on": DAY,
}
CUSTOMERS = {
    "customer_id": ID,
    "code": TEXT,
    "kind": TEXT,
    "city": TEXT,
    "region": TEXT,
    "country": TEXT,
    "segment": TEXT,
    "source": TEXT,
    "size_band": TEXT,
    "activity_type": TEXT,
    "owner_id": ID,
    "zone_id": ID,
}
PRODUCTS = {
    "product_id": ID,
    "code": TEXT,
    "category_id": ID,
    "parent_category_id": ID,
    "launched_on": DAY,
    "new_until": DAY,
}
TERRITORIES = {"territory_id": ID, "code": TEXT, "parent_id": ID, "country": TEXT, "manager_id": ID}
TEAMS = {"team_id": ID, "code": TEXT, "parent_id": ID}
STAGES = {
    "stage_id": ID,
    "code": TEXT,
    "pipeline_id": ID,
    "position": ID,
    "outcome": TEXT,
    "is_key": YES_NO,
}
M = TypeVar("M", bound=Record)
T = TypeVar("T", bound=Model)


def members(today: date, since: datetime | None) -> Iterable[Row]:
    """Members with the place they have today."""
    place = _latest(Place.objects.filter(member=OuterRef("pk")), today)
    placed = _changed(Member.objects, since).annotate(
        **{
            f"{column}_now": Subquery(place.values(column)[:1])
            for column in ("team", "territory", "role", "capacity")
        }
    )
    return _rows(
        placed, "pk", "code", "team_now", "territory_now", "role_now", "capacity_now", "hired_on", "left_on"
    )


def customers(today: date, since: datetime | None) -> Iterable[Row]:
    """Customers with the owner and the zone they have today."""
    owner = _latest(CustomerOwner.objects.filter(customer=OuterRef("pk")), today)
    zone = _latest(CustomerZone.objects.filter(customer=OuterRef("pk")), today)
    owned = _changed(Customer.objects, since).annotate(
        owner_now=Subquery(owner.values("member")[:1]), zone_now=Subquery(zone.values("territory")[:1])
    )
    own = [column for column in CUSTOMERS if column not in {"customer_id", "owner_id", "zone_id"}]
    return _rows(owned, "pk", *own, "owner_now", "zone_now")


def products(_today: date, since: datetime | None) -> Iterable[Row]:
    """Products with their category and the one above it; a category with none above stands for itself."""
    above = _changed(Product.objects, since).annotate(above=Coalesce(F("category__parent"), F("category")))
    return _rows(above, "pk", "code", "category", "above", "launched_on", "new_until")


def territories(_today: date, since: datetime | None) -> Iterable[Row]:
    """Territories with the one above and their manager."""
    return _rows(_changed(Territory.objects, since), "pk", "code", "parent", "country", "manager")


def teams(_today: date, since: datetime | None) -> Iterable[Row]:
    """Teams with the one above."""
    return _rows(_changed(Team.objects, since), "pk", "code", "parent")


def stages(_today: date, since: datetime | None) -> Iterable[Row]:
    """Stages of all pipelines."""
    return _rows(_changed(Stage.objects, since), "pk", "code", "pipeline", "position", "outcome", "is_key")


def _changed(records: Manager[M], since: datetime | None) -> QuerySet[M]:
    return records.all() if since is None else records.filter(updated_at__gte=since)


def _latest(rows: QuerySet[T], today: date) -> QuerySet[T]:
    """The row that holds today: the last one that has begun."""
    return rows.filter(starts_on__lte=today).order_by("-starts_on")


def _rows(records: QuerySet[M], *columns: str) -> Iterable[Row]:
    for row in records.order_by("pk").values_list(*columns).iterator(chunk_size=ROWS_AT_ONCE):
        yield tuple(None if value == "" else value for value in row)


DIMENSIONS = (
    Dimension("members", ("team.Member", "team.Place"), pa.schema(MEMBERS), members),
    Dimension("customers", ("customers.Customer",), pa.schema(CUSTOMERS), customers),
    Dimension("products", ("catalog.Product", "catalog.Category"), pa.schema(PRODUCTS), products),
    Dimension("territories", ("team.Territory",), pa.schema(TERRITORIES), territories),
    Dimension("teams", ("team.Team",), pa.schema(TEAMS), teams),
    Dimension("stages", ("pipeline.Stage",), pa.schema(STAGES), stages),
)
