"""Season and forecast by the command, on a stranger's real months and on the made-up company; the errors by hand."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.installation import Installation, installation

pytestmark = pytest.mark.spec("PLAN-7")
D = Decimal
MODELS = {"run_rate", "seasonal_naive", "holt_winters", "theta", "stl"}


@pytest.fixture(scope="module")
def bicycles(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """AdventureWorks, imported. Only asked."""
    with installation(tmp_path_factory.mktemp("bicycles")) as place:
        place.done("import", "adventureworks", real_data / "adventureworks")
        yield place


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Four years of a very small made-up company. Only asked."""
    with installation(tmp_path_factory.mktemp("made_up")) as place:
        place.done(
            "demo", "--scale", "0.02", "--years", "4", "--until", "2026-06-15", "--seed", "7", "--json"
        )
        yield place


@pytest.fixture(scope="module")
def theirs(real_data: Path) -> Mapping[str, Decimal]:
    """Revenue by month, from their own file of orders."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    with (real_data / "adventureworks" / "SalesOrderHeader.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        for row in csv.DictReader(file):
            found[row["OrderDate"][:7]] += D(row["SubTotal"])
    return found


@pytest.fixture(scope="module")
def said(bicycles: Installation) -> Any:
    """The forecast of their revenue."""
    return bicycles.asked("plan", "forecast", "revenue", "--to", "2014-05-31", "--json")


def mase_by_hand(model: Mapping[str, Any], months: Mapping[str, str]) -> Decimal:
    """The mean of |fact − forecast| ÷ mean |change from the same month of the year before|, from what is printed."""
    labels = sorted(months)
    errors: list[Decimal] = []
    for fold in model["backtest"]:
        known = [D(months[label]) for label in labels if label <= fold["known_to"]]
        changes = [abs(known[at] - known[at - 12]) for at in range(12, len(known))]
        scale = sum(changes, D(0)) / len(changes)
        errors += [abs(D(months[row["month"]]) - D(row["forecast"])) / scale for row in fold["months"]]
    return sum(errors, D(0)) / len(errors)


def test_the_months_are_theirs_and_only_whole_ones(said: Any, theirs: Mapping[str, Decimal]) -> None:
    """Trap: their first orders are of 31 May 2011; a month of one day is no month of a season."""
    months = {label: D(value) for label, value in said["history"]["months"].items()}
    assert (min(months), max(months), len(months)) == ("2011-06", "2014-05", 36)
    assert months == {label: amount for label, amount in theirs.items() if "2011-06" <= label <= "2014-05"}
    assert said["history"]["running"] == "2014-06"


def test_the_season_of_their_two_calendar_years(said: Any, theirs: Mapping[str, Decimal]) -> None:
    season = said["season"]
    assert (season["known"], season["years"], season["from"], season["to"]) == (True, 2, "2012-01", "2013-12")
    whole = sum(theirs[f"{year}-{month:02d}"] for year in (2012, 2013) for month in range(1, 13))
    june = (theirs["2012-06"] + theirs["2013-06"]) * 12 / whole
    assert round(D(season["indices"][5]), 6) == round(june, 6)
    rates = [D(one["rate"]) for one in said["run_rate"]["months"]]
    assert abs(D(said["run_rate"]["value"]) - sum(rates, D(0)) / 3) <= D("0.0001")
    own = next(one for one in said["models"] if one["name"] == "run_rate")
    assert abs(D(own["forecast"][0]["value"]) - sum(rates, D(0)) / 3 * june) < D("0.01")


def test_every_model_is_tried_on_the_same_past_and_the_best_comes_first(said: Any) -> None:
    assert (said["folds"], said["horizon"]) == (6, 6)
    assert {one["name"] for one in said["models"]} == MODELS
    errors = [D(one["mase"]) for one in said["models"]]
    assert errors == sorted(errors)
    for model in said["models"]:
        assert [fold["known_to"] for fold in model["backtest"]] == [
            *("2013-06", "2013-07", "2013-08", "2013-09", "2013-10", "2013-11")
        ]
        assert {len(fold["months"]) for fold in model["backtest"]} == {6}


def test_the_errors_follow_from_what_is_printed(said: Any) -> None:
    for model in said["models"]:
        assert round(mase_by_hand(model, said["history"]["months"]), 6) == D(model["mase"]), model["name"]


def test_bands_hold_the_forecast_and_the_wider_hold_the_narrower(said: Any) -> None:
    for model in said["models"]:
        for row in model["forecast"]:
            ends = [D(row[name]) for name in ("lower_95", "lower_80", "value", "upper_80", "upper_95")]
            assert ends == sorted(ends), (model["name"], row["month"])


def test_last_year_s_months_are_said_again(said: Any, theirs: Mapping[str, Decimal]) -> None:
    naive = next(one for one in said["models"] if one["name"] == "seasonal_naive")
    expected = [theirs[f"2013-{month:02d}"] for month in range(6, 12)]
    assert [D(row["value"]) for row in naive["forecast"]] == [round(value, 4) for value in expected]


def test_twice_the_same(bicycles: Installation, said: Any) -> None:
    """Trap: a model that begins its search somewhere else each time."""
    assert bicycles.asked("plan", "forecast", "revenue", "--to", "2014-05-31", "--json") == said


def test_a_territory_ahead_and_the_table_for_people(bicycles: Installation) -> None:
    asked = ("plan", "forecast", "revenue", "--where", "territory=4", "--horizon", "3", "--to", "2014-05-31")
    found = bicycles.asked(*asked, "--json")
    assert (found["where"], found["horizon"]) == ({"territory": ["4"]}, 3)
    assert [row["month"] for row in found["models"][0]["forecast"]] == ["2014-06", "2014-07", "2014-08"]
    table = bicycles.done(*asked).out
    assert "back-test: 6 origins, 3 months ahead of each" in table
    assert f"forecast of the best model, {found['models'][0]['name']}" in table


def test_what_cannot_be_forecast(bicycles: Installation) -> None:
    asked = ("plan", "forecast")
    assert bicycles.emporion(*asked, "open_deals").code == 1
    assert "did you mean" in bicycles.emporion(*asked, "revenu").err
    assert bicycles.emporion(*asked, "revenue", "--where", "territory=nowhere").code == 1
    assert bicycles.emporion(*asked, "revenue", "--horizon", "25").code == 2
    assert bicycles.emporion(*asked, "revenue", "--like", "product").code == 2
    assert bicycles.emporion(*asked, "revenue", "--as", "nobody").code == 1


@pytest.mark.spec("SEE-4")
def test_the_made_up_company_has_a_season(made_up: Installation) -> None:
    """Its year goes from 0.78 in January to 1.18 in June; the running month is not among the whole ones."""
    found = made_up.asked("plan", "forecast", "revenue", "--to", "2026-06-15", "--json")
    assert (found["folds"], found["horizon"], found["season"]["years"]) == (6, 6, 3)
    indices = [D(one) for one in found["season"]["indices"]]
    assert indices[5] > indices[0]
    assert found["history"]["running"] == "2026-06"
    assert "2026-06" not in found["history"]["months"]
    assert all(one["mase"] for one in found["models"])


@pytest.mark.spec("SYS-3")
def test_a_rep_forecasts_their_own(made_up: Installation) -> None:
    asked = ("plan", "forecast", "revenue", "--to", "2026-05-31", "--horizon", "1", "--json")
    everybody = made_up.asked(*asked)
    own = made_up.asked(*asked, "--as", "closer")
    assert D(own["history"]["months"]["2026-05"]) < D(everybody["history"]["months"]["2026-05"])
    said = made_up.emporion("plan", "forecast", "margin", "--as", "closer")
    assert (said.code, "permission" in said.err) == (1, True)
