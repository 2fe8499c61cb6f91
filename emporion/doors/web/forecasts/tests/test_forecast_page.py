"""The page of a forecast: what it shows, to whom, what it leaves to a worker, and what it says of the new."""

import sys
from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from emporion.doors.web.forecasts.tests.conftest import Scene, planned, sold, work
from emporion.kernel.access.models import User
from emporion.kernel.clock import now
from emporion.numbers.insight.models import ForecastState, StoredForecast
from emporion.records.catalog.models import Product
from emporion.records.team.models import Member

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-7"), pytest.mark.usefixtures("at_noon")]
D = Decimal
PAGE = "/forecast/"
COMPUTE = "/forecast/compute/"


def shown(client: Client, address: str = PAGE) -> Any:
    """The page object."""
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, answer.content
    return answer.context["it"]


def series_of(page: Any) -> dict[str, list[Decimal | None]]:
    """The chart's numbers by name."""
    return {str(one.name): list(one.values) for one in page.chart.series}


def test_season_run_rate_and_forecast_beside_the_plan(scene: Scene) -> None:
    """Anna alone: run-rate 100, April 150, May 100. Trap: the month that runs would look like a fall."""
    page = shown(scene.sign_in("director"), f"{PAGE}?member=anna&ahead=3")
    assert page.rate.value == D(100)
    assert [row["value"] for row in page.models[0]["forecast"]] == ["150.0000", "100.0000", "100.0000"]
    numbers = series_of(page)
    assert numbers["Fact"][-6:] == [D(80), D(110), D(108), None, None, None]
    assert numbers["Plan"][-3:] == [D(200), None, None]
    assert numbers["Forecast"][-4:] == [None, D(150), D(100), D(100)]
    assert page.so_far.value == D(60)
    assert page.season_chart.series[0].values[:4] == [D("0.80"), D("1.00"), D("1.20"), D("1.50")]


def test_the_plan_of_all_is_the_department_s_own_or_the_sum(scene: Scene) -> None:
    client = scene.sign_in("director")
    assert D(400) in series_of(shown(client))["Plan"]
    planned(None, 500)
    assert D(500) in series_of(shown(client))["Plan"]
    assert "Plan" not in series_of(shown(client, f"{PAGE}?channel=shop")), "no target is set for a channel"


def test_a_number_of_the_past_leads_to_its_facts(scene: Scene) -> None:
    page = shown(scene.sign_in("director"), f"{PAGE}?member=anna")
    assert "/facts/revenue/?period=2026-03&member=anna" in page.chart.series[0].addresses


@pytest.mark.spec("SYS-3")
def test_a_rep_sees_their_own_and_no_more(scene: Scene) -> None:
    """Boris sold 40 in March: a forecast of his own, whatever the address asks for."""
    client = scene.sign_in("rep")
    own = shown(client)
    assert own.outlook.history.series.values == (D(40),)
    assert own.models[0]["forecast"][0]["value"] == "40.0000"
    assert D(400) not in series_of(own).get("Plan", [])
    others = client.get(f"{PAGE}?member=anna")
    assert others.status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{COMPUTE}?member=anna").status_code == HTTPStatus.FOUND
    work()
    assert StoredForecast.objects.get().state == ForecastState.FAILED, "the job sees no more than they do"


@pytest.mark.spec("SYS-3")
def test_what_needs_a_permission_is_refused(scene: Scene) -> None:
    client = scene.sign_in("rep")
    assert client.get(f"{PAGE}?metric=margin").status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"{COMPUTE}?metric=margin").status_code == HTTPStatus.FORBIDDEN
    assert not StoredForecast.objects.exists()


@pytest.mark.spec("SYS-3")
def test_what_was_computed_is_shown_to_none_who_sees_less(scene: Scene) -> None:
    """Trap: one forecast kept for all, with the director's numbers on a rep's page."""
    scene.sign_in("director").post(COMPUTE)
    work()
    assert shown(scene.sign_in("auditor")).outcome is not None, "who sees everything sees the same"
    assert shown(scene.sign_in("rep")).kept is None
    Member.objects.filter(user__username="rep").update(user=None)
    assert shown(scene.sign_in("rep")).kept is None


@pytest.mark.both_databases
def test_a_job_tries_the_models_and_the_best_is_shown(scene: Scene) -> None:
    client = scene.sign_in("director")
    assert shown(client).models_table is None
    answer = client.post(f"{COMPUTE}?ahead=3")
    assert answer.headers["Location"] == f"{PAGE}?ahead=3"
    busy = client.get(f"{PAGE}?ahead=3")
    assert b"hx-trigger" in busy.content
    work()
    page = shown(client, f"{PAGE}?ahead=3")
    assert (page.outcome["folds"], page.outcome["horizon"]) == (6, 3)
    assert {one["name"] for one in page.outcome["models"]} == {
        *("run_rate", "seasonal_naive", "holt_winters", "theta", "stl")
    }
    errors = [D(one["mase"]) for one in page.outcome["models"]]
    assert errors == sorted(errors)
    assert page.kept.computed_at == now()
    assert (page.kept.done, page.kept.total) == (35, 35)
    assert len(page.others_table.headings) == 6
    assert client.get(f"{PAGE}?ahead=3", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_no_page_loads_the_forecasting_library(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trap: seconds and a hundred megabytes in every web process."""
    for name in ("statsmodels", "scipy", "emporion.numbers.insight.library_models"):
        monkeypatch.setitem(sys.modules, name, None)  # whoever imports it now fails
    client = scene.sign_in("director")
    assert client.get(PAGE).status_code == HTTPStatus.OK
    assert client.post(COMPUTE).status_code == HTTPStatus.FOUND


@pytest.mark.both_databases
def test_asked_twice_it_is_computed_once(scene: Scene) -> None:
    client = scene.sign_in("director")
    client.post(COMPUTE)
    client.post(COMPUTE)
    assert DBTaskResult.objects.count() == 1
    StoredForecast.objects.update(asked_at=now() - timedelta(hours=2))
    assert b"hx-trigger" not in client.get(PAGE).content, "a job that was lost is not waited for"
    client.post(COMPUTE)
    assert DBTaskResult.objects.count() == 2


def test_nobody_fills_the_worker_s_day(scene: Scene) -> None:
    client = scene.sign_in("director")
    statuses = [client.post(f"{COMPUTE}?ahead={steps}").status_code for steps in (3, 6, 12, 24)]
    assert statuses[:3] == [HTTPStatus.FOUND] * 3
    assert statuses[3] >= HTTPStatus.BAD_REQUEST
    assert StoredForecast.objects.count() == 3


def test_a_forecast_of_before_a_month_ended_is_not_shown_as_today_s(scene: Scene) -> None:
    client = scene.sign_in("director")
    client.post(COMPUTE)
    work()
    kept = StoredForecast.objects.get()
    assert kept.outcome is not None
    StoredForecast.objects.update(outcome={**kept.outcome, "history": {"running": "2026-03"}})
    page = shown(client)
    assert page.is_stale
    assert [one["name"] for one in page.models] == ["run_rate"]


def test_who_sees_something_else_by_now_is_told_so(scene: Scene) -> None:
    """Trap: a job that runs with the rights of an hour ago."""
    client = scene.sign_in("rep")
    client.post(COMPUTE)
    Member.objects.filter(user__username="rep").update(user=None)
    Member.objects.filter(code="anna").update(user=User.objects.get(username="rep"))
    work()
    kept = StoredForecast.objects.get()
    assert (kept.state, kept.outcome) == (ForecastState.FAILED, None)


# What is new


def test_a_new_product_has_the_season_of_its_category(scene: Scene) -> None:
    """`young` sold 40 in March; the index of March in `things` is 1.2, so a usual month is 33⅓ and April 50."""
    page = shown(scene.sign_in("director"), f"{PAGE}?product=young&ahead=3")
    assert "the season is that of Things" in page.season_words
    assert [row["value"] for row in page.models[0]["forecast"]] == ["50.0000", "33.3333", "33.3333"]


def test_another_product_may_be_chosen_to_be_alike(scene: Scene) -> None:
    answer = scene.sign_in("director").get(f"{PAGE}?product=young&like=product:old")
    assert "the season is that of Old" in answer.context["it"].season_words
    assert {"category:things", "product:old"} == {one["value"] for one in answer.context["likes"]}
    assert [one["value"] for one in answer.context["likes"] if one["chosen"]] == ["product:old"]


def test_a_product_without_any_month_takes_the_mean_product_of_its_category(scene: Scene) -> None:
    """Run-rate of `things` is (100 + 110 + 148 ÷ 1.2) ÷ 3; two products sold in those months, half of it each."""
    page = shown(scene.sign_in("director"), f"{PAGE}?product=unsold")
    assert "taken from Things" in page.rate_words
    assert round(page.rate.value, 4) == D("55.5556")
    assert page.models[0]["forecast"][0]["value"] == "83.3333"


def test_where_nothing_ever_was_the_page_says_what_will_be_here(scene: Scene) -> None:
    answer = scene.sign_in("director").get(f"{PAGE}?metric=calls")
    assert answer.context["it"].chart is None
    assert "After the first whole month" in answer.content.decode()


def test_a_state_has_no_forecast_and_a_horizon_its_end(scene: Scene) -> None:
    client = scene.sign_in("director")
    assert client.get(f"{PAGE}?metric=open_deals").status_code >= HTTPStatus.BAD_REQUEST
    assert client.get(f"{PAGE}?ahead=99").status_code >= HTTPStatus.BAD_REQUEST
    assert client.get(f"{PAGE}?ahead=x").status_code >= HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize(("language", "word"), [("ru", "Сезонность"), ("el", "Εποχικότητα")])
def test_in_each_language(scene: Scene, language: str, word: str) -> None:
    answer = scene.sign_in("director", language).get(f"{PAGE}?member=anna")  # type: ignore[call-arg]
    assert word in answer.content.decode()


@pytest.mark.spec("SYS-8")
def test_queries_do_not_grow_with_what_was_sold(scene: Scene) -> None:
    client = scene.sign_in("director")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{PAGE}?category=things&limit=product")
        return len(queries)

    cost()
    few = cost()
    for number in range(50):
        product = Product.objects.create(code=f"X{number}", name=f"X{number}", category_id=1)
        sold(scene.ids, scene.ids.anna, product, now().date() - timedelta(days=40 + number), 10)
    cost()
    assert cost() == few
    assert few <= 40
