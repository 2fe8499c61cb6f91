"""A mapping made by choosing is a mapping file that the importing door reads."""

from pathlib import Path

import pytest

from emporion.doors.importing.mapping.parsing import parse_mapping
from emporion.doors.importing.mapping.rules import Constant, FromColumn
from emporion.doors.web.running.mappings import toml_of

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
        "owner": {"column": "Менеджер", "by": "email"},
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
    assert (load.columns["owner"].source, load.columns["owner"].by) == (FromColumn("Менеджер"), "email")
