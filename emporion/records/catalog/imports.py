"""Which columns a file of categories, products, costs, prices and complements may carry (SYS-1)."""

from collections.abc import Sequence
from dataclasses import replace

from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch, ImportRow, RowFate
from emporion.kernel.preferences.queries import preference
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as, write_records
from emporion.records.catalog.models import (
    COMPLEMENT_KINDS,
    Category,
    Complement,
    PriceList,
    Product,
    ProductCost,
    ProductPrice,
)
from emporion.records.catalog.queries import category_tree
from emporion.records.catalog.reposting import repost_products
from emporion.records.catalog.rules import new_until
from emporion.records.team.rules import Tree

CODE = Column(
    "code", ColumnKind.CODE, required=True, longest=100, doc="identifier in the source", example="P1"
)


def _check_categories(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    parents = {row.record_id: row.values["parent"] for row in rows if "parent" in row.values}
    circling = Tree({**category_tree().parents, **parents}).in_circles()
    for row in rows:
        if row.record_id in circling and "parent" in row.values:
            row.reject("parent", "the category would lie inside itself")


def _check_products(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        launched, until = (
            row.values.get(name, row.stored.get(name)) for name in ("launched_on", "new_until")
        )
        if launched is not None and until is not None and until < launched:
            row.reject("new_until", f"{until} is before launched_on {launched}")


def _after_products(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    """When a product's days of newness changed, its sales' facts are posted anew."""
    changed = [
        row.record_id
        for row in rows
        if row.fate is Fate.CHANGED
        and any(row.previous.get(n) != row.values.get(n) for n in ("launched_on", "new_until"))
    ]
    if changed:
        repost_products(changed, at=batch.at)


def _write_products(batch: ImportBatch) -> list[RowFate]:
    """A launch without an end of newness ends by the setting `new_product_days`."""
    days = int(preference("new_product_days"))
    return write_records(PRODUCTS, replace(batch, rows=[_with_newness(row, days) for row in batch.rows]))


def _with_newness(row: ImportRow, days: int) -> ImportRow:
    if row.values.get("launched_on") is None or row.values.get("new_until") is not None:
        return row
    until = new_until(row.values["launched_on"], days)
    return replace(row, values={**row.values, "new_until": until})


def _check_values(column: str, rows: Sequence[PlannedRow]) -> None:
    for row in rows:
        value = row.values.get(column)
        if value is not None and value < 0:
            row.reject(column, f"{value} is less than nothing")


def _check_costs(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    _check_values("cost", rows)


def _check_prices(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    _check_values("price", rows)


def _check_complements(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        if row.values["product"] == row.values["complement"]:
            row.reject("complement", "a product is not offered with itself")


_PRODUCT = Column(
    "product", ColumnKind.REFERENCE, required=True, refers_to="product", doc="of what", example="P1"
)
_FROM = Column("starts_on", ColumnKind.DAY, required=True, doc="first day", example="2024-01-01")
_CATEGORY_COLUMNS = (
    CODE,
    Column("name", longest=200, doc="its name", example="Bikes"),
    Column("parent", ColumnKind.CODE, refers_to="category", doc="code of the one around it", example=""),
)
_PRODUCT_COLUMNS = (
    CODE,
    Column("name", longest=200, doc="its name", example="Road bike 52"),
    Column("category", ColumnKind.REFERENCE, refers_to="category", doc="its category", example="C1"),
    Column("unit", longest=20, doc="what one of it is", example="piece"),
    Column("launched_on", ColumnKind.DAY, doc="first day of sale", example="2024-01-01"),
    Column(
        "new_until",
        ColumnKind.DAY,
        doc="first day it is no longer new; by the setting new_product_days when empty",
        example="",
    ),
    Column("is_active", ColumnKind.YES_NO, default=True, doc="still sold", example="yes"),
)
_COST_COLUMNS = (
    _PRODUCT,
    _FROM,
    Column(
        "cost",
        ColumnKind.EXACT,
        places=9,
        doc="of one unit in the base currency; empty: no longer known",
        example="413.1463",
    ),
)
_PRICE_LIST_COLUMNS = (
    CODE,
    Column("name", longest=200, doc="its name", example="Retail"),
    Column("currency", required=True, longest=3, doc="three letters", example="EUR"),
)
_PRICE_COLUMNS = (
    Column(
        "price_list",
        ColumnKind.REFERENCE,
        required=True,
        refers_to="price_list",
        doc="in which",
        example="L1",
    ),
    _PRODUCT,
    _FROM,
    Column(
        "price", ColumnKind.EXACT, places=9, doc="of one unit; empty: no longer in the list", example="782.99"
    ),
)
_COMPLEMENT_COLUMNS = (
    _PRODUCT,
    Column(
        "complement", ColumnKind.REFERENCE, required=True, refers_to="product", doc="with what", example="P2"
    ),
    Column(
        "kind",
        ColumnKind.CHOICE,
        choices=COMPLEMENT_KINDS,
        default="cross",
        doc="beside it, better than it, or a partner's",
        example="cross",
    ),
)

CATEGORIES = RecordShape(
    Category,
    "category",
    stored_as(_CATEGORY_COLUMNS, parent="parent_id"),
    own_references=("parent",),
    check=_check_categories,
)
PRODUCTS = RecordShape(
    Product, "product", stored_as(_PRODUCT_COLUMNS), check=_check_products, after=_after_products
)
COSTS = RecordShape(
    ProductCost, "product_cost", stored_as(_COST_COLUMNS), key=("product", "starts_on"), check=_check_costs
)
PRICE_LISTS = RecordShape(PriceList, "price_list", stored_as(_PRICE_LIST_COLUMNS))
PRICES = RecordShape(
    ProductPrice,
    "product_price",
    stored_as(_PRICE_COLUMNS),
    key=("product", "price_list", "starts_on"),
    check=_check_prices,
)
COMPLEMENTS = RecordShape(
    Complement,
    "complement",
    stored_as(_COMPLEMENT_COLUMNS),
    key=("product", "complement"),
    check=_check_complements,
)

IMPORTABLES: tuple[Importable, ...] = (
    CATEGORIES.importable("categories", _CATEGORY_COLUMNS, doc="Groups of products, one inside another."),
    replace(
        PRODUCTS.importable("products", _PRODUCT_COLUMNS, after=("categories",), doc="What is sold."),
        write=_write_products,
    ),
    COSTS.importable(
        "product_costs", _COST_COLUMNS, after=("products",), doc="What a product costs from a day on."
    ),
    PRICE_LISTS.importable("price_lists", _PRICE_LIST_COLUMNS, doc="Lists of prices, each in one currency."),
    PRICES.importable(
        "product_prices",
        _PRICE_COLUMNS,
        after=("products", "price_lists"),
        doc="What a product sells for in a list, from a day on.",
    ),
    COMPLEMENTS.importable(
        "complements", _COMPLEMENT_COLUMNS, after=("products",), doc="What is offered with a product."
    ),
)
