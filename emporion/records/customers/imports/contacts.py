"""People at customers, and fields of one's own, from files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Column, ColumnKind, ImportBatch, ImportRow, RowFate
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as, write_records
from emporion.records.customers.models import Contact, CustomField, CustomKind, PreferredChannel
from emporion.records.customers.rules import check_birthday, check_field

_CONTACT = (
    Column(
        "code", ColumnKind.CODE, required=True, longest=100, doc="the identifier of the contact", example="P1"
    ),
    Column("customer", ColumnKind.REFERENCE, required=True, refers_to="customer", example="C1"),
    Column("given_name", longest=100, example="Eleni"),
    Column("patronymic", longest=100),
    Column("family_name", longest=100, example="Papadaki"),
    Column("address_form", longest=100, doc="how they are addressed"),
    Column("position"),
    Column("decides", ColumnKind.YES_NO, default=False, doc="whether they decide on buying"),
    Column("phone", longest=50),
    Column("mobile", longest=50),
    Column("email", longest=254),
    Column("messenger", longest=100),
    Column("preferred_channel", ColumnKind.CHOICE, choices=tuple(PreferredChannel.values)),
    Column("birthday_month_day", longest=5, doc="MM-DD", example="02-29"),
)


def _check_contacts(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        try:
            check_birthday(row.values.get("birthday_month_day") or "")
        except Refusal as refusal:
            row.reject("birthday_month_day", refusal.text)


CONTACTS = RecordShape(
    model=Contact, subject="contact", stored_as=stored_as(_CONTACT), check=_check_contacts
).importable("contacts", _CONTACT, after=("customers",), doc="People at customers.")


_FIELD = (
    Column(
        "code",
        ColumnKind.CODE,
        required=True,
        longest=100,
        doc="the field's identifier",
        example="loyalty_card",
    ),
    Column("name", required=True, longest=100, doc="what it is called", example="Loyalty card"),
    Column(
        "kind",
        ColumnKind.CHOICE,
        choices=tuple(CustomKind.values),
        default="text",
        doc="what it holds",
        example="choice",
    ),
    Column(
        "choices",
        longest=10_000,
        doc="for a choice: what may be chosen, separated by |",
        example="gold|silver",
    ),
)


def _write_fields(batch: ImportBatch) -> list[RowFate]:
    """Choices are one text in a file and a list in the table: also when undo writes a row again."""
    rows = [ImportRow(row.number, _with_choices(row.values)) for row in batch.rows]
    return write_records(_FIELD_SHAPE, replace(batch, rows=rows))


def _with_choices(values: Mapping[str, Any]) -> dict[str, Any]:
    if "choices" not in values:
        return dict(values)
    given = values["choices"] or []
    parts = given.split("|") if isinstance(given, str) else given
    return {**values, "choices": [part.strip() for part in parts if part.strip()]}


def _check_fields(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        kind = row.values.get("kind") or row.stored.get("kind") or CustomKind.TEXT.value
        choices = row.values["choices"] if "choices" in row.values else row.stored.get("choices", [])
        try:
            check_field(kind, choices)
        except Refusal as refusal:
            row.reject("choices", refusal.text)


_FIELD_SHAPE = RecordShape(
    model=CustomField, subject="custom_field", stored_as=stored_as(_FIELD), check=_check_fields
)

CUSTOM_FIELDS = replace(
    _FIELD_SHAPE.importable("custom_fields", _FIELD, doc="Fields of your own that customers may have."),
    write=_write_fields,
)
