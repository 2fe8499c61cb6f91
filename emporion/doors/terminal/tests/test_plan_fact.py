"""`emporion plan fact`: the numbers of a level as decimal strings."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner

from emporion.doors.terminal.commands.plan_fact import fact_command
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.numbers.planning.actions import set_target
from emporion.records.orders.actions.orders import place_order
from emporion.records.orders.rules.documents import CreditEntry, LineEntry, OrderEntry
from emporion.records.pipeline.tests.department import AT, Department, build

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PLAN-8")]


@pytest.fixture
def shop(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Department:
    """Anna has a plan of 900 for the 21 working days of May and sold 600."""
    settings.FACTS_FOLDER = tmp_path / "facts"
    # The database of the tests is no file of an installation.
    monkeypatch.setattr("emporion.doors.terminal.commands.plan_fact.ensure_there", lambda: None)
    begin_epoch(base_currency="EUR")
    found = build()
    entry = OrderEntry(
        code="A1",
        customer_id=found.acme,
        placed_on=date(2026, 5, 4),
        currency="EUR",
        channel="shop",
        lines=[LineEntry(1, None, Decimal(1), Decimal(600))],
        credits=[CreditEntry(found.anna)],
    )
    place_order(entry=entry, by=SYSTEM, at=AT)
    set_target(
        metric="revenue",
        member_id=found.anna,
        starts_on=date(2026, 5, 1),
        ends_on=date(2026, 6, 1),
        value=Decimal(900),
        by=SYSTEM,
        at=AT,
    )
    return found


def said(*arguments: str) -> Any:
    """What the command prints on 20 May, the 14th of the working days."""
    with time_machine.travel("2026-05-20T12:00:00Z", tick=False):
        result = CliRunner().invoke(fact_command, [*arguments, "--to", "2026-05-31"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.output) if "--json" in arguments else result.output


def test_a_month_by_person_and_by_month(shop: Department) -> None:
    assert said("revenue", "--from", "2026-05-01", "--json") == [
        {
            "member": "anna",
            "member_id": "anna",
            "plan": "900",
            "fact": "600",
            "attainment": "0.666667",
            "forecast": "900",
            "needed_pace": "42.8571",
        }
    ]
    by_month = said("revenue", "--by", "month", "--from", "2026-05-01", "--json")
    assert [(row["month_id"], row["plan"], row["forecast"]) for row in by_month] == [
        ("2026-05", "900", "900")
    ]
    by_channel = said("revenue", "--by", "channel", "--from", "2026-05-01", "--json")
    assert [(row["channel_id"], row["plan"], row["fact"]) for row in by_channel] == [("shop", None, "600")]


def test_a_table_ends_with_all_together(shop: Department) -> None:
    """Trap: the fact is of all the days asked for, the plan of those that have one: April brought nothing."""
    lines = said("revenue", "--from", "2026-04-01").splitlines()
    assert [line.split()[:3] for line in lines[1:]] == [["anna", "900", "600"], ["total", "900", "600"]]
