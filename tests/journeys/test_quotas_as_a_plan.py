"""A stranger's quotas, off the months, become a plan: made of the targets, signed, published, and numbers stay."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.installation import Installation, installation

pytestmark = pytest.mark.spec("PLAN-6", "PLAN-8")
PLAN_FACT = ("measure", "plan,plan_fact,attainment,mean_attainment", "--format", "json")
DAYS = ("--from", "2011-05-31", "--to", "2014-08-30")


@pytest.fixture(scope="module")
def bicycles(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """AdventureWorks, imported."""
    with installation(tmp_path_factory.mktemp("quotas")) as place:
        place.done("import", "adventureworks", real_data / "adventureworks")
        yield place


@pytest.fixture(scope="module")
def published(bicycles: Installation) -> Any:
    """What publishing the plan of their quotas said, beside what was measured before."""
    before = bicycles.asked(*PLAN_FACT)
    bicycles.done("plan", "of-targets", "quotas", *DAYS)
    bicycles.done("plan", "sign", "quotas")
    return before, bicycles.asked("plan", "publish", "quotas", "--json")


def test_their_figures_are_the_plan_s(bicycles: Installation, published: Any) -> None:
    """163 quotas of 17 people."""
    before, told = published
    assert told["state"] == "published"
    assert Decimal(told["metrics"]["revenue"]) == 95_714_000
    by_member = bicycles.asked(*PLAN_FACT[:2], "--by", "member", *PLAN_FACT[2:])
    assert sum(Decimal(row["plan"]) for row in by_member) == 95_714_000
    assert sum(Decimal(row["plan_fact"]) for row in by_member) == Decimal("80487704.1832")
    cells = bicycles.asked(*PLAN_FACT[:2], "--by", "member,day", *PLAN_FACT[2:])
    planned = [row for row in cells if Decimal(row["plan"])]
    assert before[0]["mean_attainment"] == "0.855221"
    assert len(planned) == 163
    mean = sum(Decimal(row["mean_attainment"]) for row in planned) / len(planned)
    assert round(mean, 3) == Decimal("0.855")


def test_the_whole_is_measured_as_the_plan_s_own(bicycles: Installation, published: Any) -> None:
    """Trap: a target of the whole, published beside those of its people, would be set against the facts of all, those
    that nobody sold too: 109 million instead of 80."""
    found = bicycles.asked(*PLAN_FACT)[0]
    assert Decimal(found["plan"]) == 95_714_000
    assert found == published[0][0]
