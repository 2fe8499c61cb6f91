"""A mapping made by choosing is a mapping file that the importing door reads."""

from pathlib import Path

import pytest

from emporion.doors.importing.mapping.parsing import parse_mapping
from emporion.doors.importing.mapping.rules import Constant, FromColumn
from emporion.doors.web.running.mappings import suggested, suggested_target, toml_of

pytestmark = pytest.mark.spec("SYS-1")


def test_choices_become_a_mapping(tmp_path: Path) -> None:
    """Trap: names with quotes, dots and other alphabets break the file."""
    columns = {
        "code": {"column": 'No. "x"'},
        "name": {"column": "Название", "value": "—"},
        "country": {"value": "GR"},
        "custom.size": {"column": "m²"},
        "in_base_from": {"column": "since", "format": "%d.%m.%Y"},
        "segment": {},
    }
    path = tmp_path / "mapping.toml"
    path.write_text(
        toml_of({'a "b".csv': {"into": "customers", "columns": columns}, "c.csv": {}}), encoding="utf-8"
    )
    (load,) = parse_mapping(path).loads
    assert (load.into, load.sources) == ("customers", ('a "b".csv',))
    assert load.columns["code"].source == FromColumn('No. "x"')
    assert load.columns["name"].default == "—"
    assert load.columns["country"].source == Constant("GR")
    assert load.columns["custom.size"].source == FromColumn("m²")
    assert load.columns["in_base_from"].formats.days == ("%d.%m.%Y",)
    assert "segment" not in load.columns


@pytest.mark.parametrize(
    ("theirs", "found"),
    [
        (["Tax ID", "NAME"], {"tax_id": "Tax ID", "name": "NAME"}),
        (["E-Mail", "nam"], {"name": "nam", "email": "E-Mail"}),
        (["ИНН"], {}),
        ([], {}),
    ],
)
def test_columns_called_alike_are_proposed(theirs: list[str], found: dict[str, str]) -> None:
    assert suggested(["name", "tax_id", "email"], theirs) == found


def test_a_file_is_known_by_its_name_or_its_columns() -> None:
    targets = {"customers": ["code", "name", "city"], "orders": ["code", "customer", "placed_on"]}
    assert suggested_target("Customers.csv", [], targets) == "customers"
    assert suggested_target("export.csv", ["Code", "Customer", "Placed on"], targets) == "orders"
    assert suggested_target("export.csv", ["Code"], targets) == ""
