"""A chart and its table come from one set of numbers."""

import json
from decimal import Decimal

import pytest

from emporion.kernel.ui.cells import Figure
from emporion.kernel.ui.charts import Chart, Series, Spark

pytestmark = pytest.mark.spec("SEE-4")
D = Decimal


def a_chart() -> Chart:
    return Chart(
        title="Revenue",
        categories=["</script><b>", "Beta & Co"],
        series=[Series("fact", [D("12345678901234567.1234"), None], addresses=["/facts/", ""])],
        unit="money",
    )


def test_no_digit_is_lost_and_no_name_ends_the_script() -> None:
    """Trap: a number of JavaScript holds 15 digits; a customer may be called </script>."""
    spec = a_chart().spec
    assert "<" not in spec
    assert "&" not in spec
    told = json.loads(spec)
    assert told["categories"] == ["</script><b>", "Beta & Co"]
    assert told["series"][0]["values"] == ["12345678901234567.1234", None]


def test_the_table_holds_the_same_numbers() -> None:
    table = a_chart().table
    assert table is not None
    assert [row[0].value for row in table.rows] == ["</script><b>", "Beta & Co"]
    figures = [row[1].value for row in table.rows]
    assert figures == [
        Figure(D("12345678901234567.1234"), "money", "/facts/", short=False),
        Figure(None, "money", short=False),
    ]


def test_sparks_of_one_scale_can_be_compared() -> None:
    """Trap: each channel drawn on its own scale makes the smallest look like the largest."""
    small, large = Spark([1, 2], "small", D(20)), Spark([10, 20], "large", D(20))
    assert [bar["height"] for bar in small.bars] == ["1.40", "2.80"]
    assert [bar["height"] for bar in large.bars] == ["14.00", "28.00"]
    assert Spark([None, 0], "nothing").bars[0]["height"] == "0.00"
