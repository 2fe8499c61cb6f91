"""Drawing the year: shown before it is drawn, by the arithmetic of the command."""

from decimal import Decimal as D
from typing import Any

import pytest
import time_machine

from emporion.doors.web.plans.tests.conftest import Office
from emporion.kernel.audit.models import AuditEntry
from emporion.numbers.planning.models import Branch, Plan
from emporion.records.team.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-1", "PLAN-2")]
PAGE = "/plans/new/"
DEALERS = [
    ("current dealers", "40"),
    ("new dealers", "20"),
    ("tenders", "10"),
    ("one-off", "10"),
    ("own network", "20"),
]


def sent(**given: str) -> dict[str, Any]:
    """The form as a browser sends it: the worked example of the specification."""
    rows = {
        f"channel-{n}-{key}": said
        for n, row in enumerate(DEALERS)
        for key, said in zip(("name", "share"), row, strict=True)
    }
    return {
        "year": "2027", "name": "Year", "code": "2027", "base": "100000000", "market": "10", "own": "10",
        "unit": "1000000", "channel-TOTAL_FORMS": str(len(DEALERS)), "channel-INITIAL_FORMS": "0",
        "metric-TOTAL_FORMS": "1", "metric-INITIAL_FORMS": "0", "metric-0-metric": "calls",
        "metric-0-base": "200", "metric-0-own": "50", **rows, **given,
    }  # fmt: skip


def test_the_year_is_shown_and_nothing_is_drawn_yet(office: Office) -> None:
    page = office.signed_in("director").post(PAGE, sent(step="preview"))
    preview = page.context["preview"]
    assert (preview.base, preview.market_total, preview.total) == (100_000_000, 110_000_000, 121_000_000)
    parts = {name: part for name, _share, part in preview.parts}
    assert parts == {
        "current dealers": 48_000_000, "new dealers": 24_000_000, "tenders": 12_000_000, "one-off": 12_000_000,
        "own network": 24_000_000, "other": 1_000_000,
    }  # fmt: skip
    assert Plan.objects.count() == 1


def test_it_is_drawn_with_the_other_metrics(office: Office) -> None:
    south = Team.objects.get(code="South")
    client = office.signed_in("director")
    answer = client.post(PAGE, sent(step="draw", **{"channel-0-teams": str(south.pk)}))
    plan = Plan.objects.get(code="2027")
    assert answer.headers["Location"] == f"/plans/{plan.pk}/"
    assert dict(plan.metrics.values_list("metric", "total")) == {"revenue": D(121_000_000), "calls": D(300)}
    teams = Branch.objects.filter(plan=plan, parent__name="current dealers").values_list(
        "team__code", flat=True
    )
    assert list(teams) == ["South"]
    assert AuditEntry.objects.get(action="plan.drawn", subject="plan:2027").by == "director--en"


def test_last_year_and_its_channels_are_proposed(office: Office) -> None:
    """Of 1,000 in 2025 the dealers brought 800 and the tenders 200."""
    page = office.signed_in("director").get(f"{PAGE}?year=2026").context
    assert page["form"].initial["base"] == 1000
    rows = [(row.initial.get("name"), row.initial.get("share")) for row in page["channels"]]
    assert rows == [("dealers", 80), ("tenders", 20), (None, None), (None, None)]


def test_a_year_that_still_runs_is_proposed_as_it_will_close(office: Office) -> None:
    """Trap: the plan grew from what the year had brought so far, a tenth less than it would come to."""
    with time_machine.travel("2025-12-10T12:00:00Z", tick=False):
        page = office.signed_in("director").get(f"{PAGE}?year=2026").context
    assert page["last"].whole == 1000
    assert 1000 < page["form"].initial["base"] < 1200


@pytest.mark.parametrize(
    "given",
    [
        {"channel-0-share": "90"},
        {"channel-0-share": ""},
        {"channel-0-name": ""},
        {"base": "much"},
        {"code": "2026", "step": "draw"},
        {"channel-1-name": "current dealers", "step": "draw"},
        {"metric-0-metric": "revenue"},
        {"market": "-101"},
        {"channel-TOTAL_FORMS": "5000"},
        {"year": "99999"},
    ],
)
def test_what_cannot_be_is_told_on_the_page_and_nothing_is_drawn(
    office: Office, given: dict[str, str]
) -> None:
    answer = office.signed_in("director").post(PAGE, sent(**{"step": "preview", **given}))
    assert answer.status_code == 200
    assert answer.context["preview"] is None or given.get("step") == "draw"
    text = answer.content.decode()
    assert 'class="errors"' in text or "notice-error" in text
    assert Plan.objects.count() == 1


def test_more_lines_keep_what_was_typed(office: Office) -> None:
    page = office.signed_in("director").post(PAGE, sent(step="more")).context
    assert (len(page["channels"].forms), len(page["metrics"].forms)) == (7, 3)
    assert page["channels"].forms[4]["name"].value() == "own network"


@pytest.mark.parametrize("role", ["rep", "head", "auditor"])
def test_only_who_plans_the_whole_draws(office: Office, role: str) -> None:
    client = office.signed_in(role)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, sent(step="draw")).status_code == 403
