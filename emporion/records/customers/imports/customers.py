"""Customers from files, with their first owner and zone and the facts of the base."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, Fate, ImportBatch, ImportRow, RowFate
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as, write_records
from emporion.records.customers.imports.first_rows import FIRST_COLUMNS, write_first_rows
from emporion.records.customers.models import Customer, Kind, PreferredChannel, Sex, WhatMatters
from emporion.records.customers.queries import custom_rules, holding_parents
from emporion.records.customers.rules import (
    FieldRule,
    check_base,
    check_country,
    checked_custom,
    closes_circle,
    full_name,
)


def _text(name: str, doc: str, longest: int = 255) -> Column:
    return Column(name, longest=longest, doc=doc)


def _choice(name: str, choices: Sequence[str], doc: str) -> Column:
    return Column(name, ColumnKind.CHOICE, choices=tuple(choices), doc=doc)


COLUMNS = (
    Column(
        "code",
        ColumnKind.CODE,
        required=True,
        longest=100,
        doc="the identifier of the customer",
        example="C1",
    ),
    _choice("kind", Kind.values, "company (also when empty) or person"),
    Column(
        "name", doc="for a person it may be left empty: it is then made of the parts", example="Andromeda Ltd"
    ),
    _text("given_name", "of a person", 100),
    _text("patronymic", "of a person", 100),
    _text("family_name", "of a person", 100),
    _text("address_form", "how the person is addressed", 100),
    _choice("sex", Sex.values, "of a person"),
    Column("birth_year", ColumnKind.WHOLE, minimum=1800, doc="of a person"),
    _text("occupation", "of a person"),
    _text("interests", "what they like", 10_000),
    _text("tax_id", "tax number", 50),
    _text("legal_address", "registered address", 500),
    _text("address", "where they are", 500),
    _text("city", "", 100),
    _text("region", "", 100),
    Column("country", longest=2, doc="two capital letters (ISO 3166)", example="GR"),
    _text("postal_code", "", 20),
    _text("phone", "", 50),
    _text("email", "", 254),
    _text("website", ""),
    _text("messenger", "", 100),
    _text("activity_type", "line of business", 100),
    _text("size_band", "how large they are, in your own words", 50),
    _text("age_band", "how old they are, in your own words", 50),
    _text("segment", "a code of your own", 100),
    _text("source", "how they came to know us: a code of your own", 100),
    Column(
        "holding",
        ColumnKind.CODE,
        longest=100,
        refers_to="customer",
        doc="code of the customer they belong to, in this file or before",
    ),
    _choice("what_matters", WhatMatters.values, "what decides for them"),
    _text("payment_manner", "how they pay", 100),
    _choice("preferred_channel", PreferredChannel.values, "how they want to be reached"),
    _text("suppliers_now", "whom they buy from now", 10_000),
    _text("buys_what_for", "what they buy, and what for", 10_000),
    _text("could_interest", "who else in their circle could be interested", 10_000),
    Column(
        "in_base_from",
        ColumnKind.DAY,
        doc="day from which they could buy; empty: not in the base",
        example="2026-01-01",
    ),
    Column("left_base_on", ColumnKind.DAY, doc="first day on which they could no longer"),
    Column("custom", ColumnKind.JSON, doc="fields of your own, each as a column custom.NAME"),
    Column(
        "owner",
        ColumnKind.REFERENCE,
        refers_to="member",
        doc="owner from in_base_from on; without it, since ever",
    ),
    Column(
        "territory",
        ColumnKind.REFERENCE,
        refers_to="territory",
        doc="zone from in_base_from on, in the same way",
    ),
)


def write(batch: ImportBatch) -> list[RowFate]:
    """What became of each row. Names are made of their parts and fields of one's own brought into their kept form
    first, so that the same file changes nothing the second time."""
    rules, stored = custom_rules(), _stored_custom(batch.rows)
    ready, refused = [], {}
    for row in batch.rows:
        try:
            ready.append(ImportRow(row.number, _prepared(row.values, rules, stored)))
        except Refusal as refusal:
            refused[row.number] = RowFate(row.number, Fate.REJECTED, "custom", refusal.text)
    fates = {fate.number: fate for fate in write_records(SHAPE, replace(batch, rows=ready))}
    return [{**fates, **refused}[row.number] for row in batch.rows]


def _stored_custom(rows: Sequence[ImportRow]) -> dict[str, dict[str, str]]:
    codes = [row.values.get("code") for row in rows if row.values.get("custom")]
    return dict(Customer.objects.filter(code__in=codes).values_list("code", "custom")) if codes else {}


def _prepared(
    values: Mapping[str, Any], rules: Mapping[str, FieldRule], stored: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    made = dict(values)
    if "name" in made and not made["name"]:
        made["name"] = full_name(made)
    given = made.pop("custom", None)
    if given:
        if not isinstance(given, Mapping):
            raise Refusal("bad_custom_value", "custom must be an object of fields and values")
        kept = checked_custom(given, rules)
        emptied = {rules[name].code for name in given} - set(kept)
        merged = {**stored.get(str(made.get("code")), {}), **kept}
        made["custom"] = {code: value for code, value in merged.items() if code not in emptied}
    return made


def _check(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    parents = _parents(rows)
    for row in rows:
        if row.fate is Fate.CREATED and not row.values.get("name"):
            row.values["name"] = full_name(row.values)
        if not _said(row, "name"):
            row.reject("name", "a customer needs a name, or a person its parts")
        _refusing(row, "country", check_country, row.values.get("country") or "")
        _refusing(row, "left_base_on", check_base, _said(row, "in_base_from"), _said(row, "left_base_on"))
        if closes_circle(row.record_id, row.values.get("holding"), parents):
            row.reject("holding", "a holding cannot belong to itself, directly or through others")


def _said(row: PlannedRow, column: str) -> Any:
    return row.values[column] if column in row.values else row.stored.get(column)


def _refusing(row: PlannedRow, column: str, check: Callable[..., None], *values: Any) -> None:
    try:
        check(*values)
    except Refusal as refusal:
        row.reject(column, refusal.text)


def _parents(rows: Sequence[PlannedRow]) -> dict[int, int | None]:
    here = {row.record_id: row.values["holding"] for row in rows if row.values.get("holding")}
    above = {parent for parent in here.values() if parent not in here}
    return {**holding_parents(above), **here}


def _after(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    for row in rows:
        if row.previous.get("custom") is not None:
            # Undo writes through the same merge, which takes out only what is named empty.
            added = set(row.values["custom"]) - set(row.previous["custom"])
            row.previous["custom"] = {**row.previous["custom"], **dict.fromkeys(added)}
    write_first_rows(rows, batch.at)


SHAPE = RecordShape(
    model=Customer,
    subject="customer",
    stored_as=stored_as(COLUMNS, **{**dict.fromkeys(FIRST_COLUMNS, ""), "holding": "holding_id"}),
    own_references=("holding",),
    check=_check,
    after=_after,
    fact_kind="customer",
)

CUSTOMERS = replace(
    SHAPE.importable(
        "customers",
        COLUMNS,
        after=("custom_fields", "territories", "members", "places"),
        doc="Companies and persons who buy or could.",
    ),
    write=write,
)
