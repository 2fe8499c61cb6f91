"""Steps of people: meetings, deals, tasks."""

from decimal import Decimal

from emporion.kernel.access.viewer import SYSTEM
from emporion.records.activities.actions import close_task, log_activity, open_task
from emporion.records.activities.models import Task
from emporion.records.pipeline.actions.deals import move_deal, open_deal, revalue_deal
from emporion.records.pipeline.actions.setting_up import StageEntry, create_pipeline
from emporion.records.pipeline.models import Deal, Stage
from emporion.records.pipeline.rules import Share
from tests.ledger.world import Step, World, day

STAGES = (
    StageEntry("call"),
    StageEntry("visit"),
    StageEntry("offer", is_key=True),
    StageEntry("won", outcome="won"),
    StageEntry("lost", outcome="lost"),
)


def meeting(on: str, *members: str, first: str = "new", decides: bool = False) -> Step:
    """People met acme together."""

    def step(world: World) -> None:
        shares = [Share(world.ids[member]) for member in members]
        log_activity(
            kind="meeting",
            day=day(on),
            first=first,
            decision_maker=decides,
            customer_id=world.ids["acme"],
            shares=shares,
            by=SYSTEM,
            at=world.at(),
        )

    return step


def deal(code: str, on: str, value: str, *members: str) -> Step:
    """A deal is opened in the stage `call`."""

    def step(world: World) -> None:
        if not Stage.objects.exists():
            create_pipeline(code="sales", stages=STAGES, by=SYSTEM, at=world.at())
        open_deal(
            name=code,
            code=code,
            opened_on=day(on),
            stage_id=_stage("call"),
            customer_id=world.ids["acme"],
            value=Decimal(value),
            shares=[Share(world.ids[member]) for member in members],
            by=SYSTEM,
            at=world.at(),
        )

    return step


def advance(code: str, on: str, stage: str) -> Step:
    """The deal comes into a stage."""

    def step(world: World) -> None:
        found = Deal.objects.get(code=code)
        move_deal(
            deal_id=found.pk,
            stage_id=_stage(stage),
            entered_on=day(on),
            version=found.version,
            by=SYSTEM,
            at=world.at(),
        )

    return step


def revalue(code: str, on: str, value: str) -> Step:
    """The deal is worth something else from that day on."""

    def step(world: World) -> None:
        found = Deal.objects.get(code=code)
        revalue_deal(
            deal_id=found.pk,
            value=Decimal(value),
            starts_on=day(on),
            version=found.version,
            by=SYSTEM,
            at=world.at(),
        )

    return step


def task(code: str, on: str, due: str, of: str = "") -> Step:
    """Something is to be done by ann."""

    def step(world: World) -> None:
        open_task(
            title=code,
            code=code,
            opened_on=day(on),
            due_on=day(due),
            member_id=world.ids["ann"],
            deal_id=Deal.objects.get(code=of).pk if of else None,
            is_next_step=bool(of),
            by=SYSTEM,
            at=world.at(),
        )

    return step


def done(code: str, on: str) -> Step:
    """It is done."""

    def step(world: World) -> None:
        found = Task.objects.get(code=code)
        close_task(task_id=found.pk, done_on=day(on), version=found.version, by=SYSTEM, at=world.at())

    return step


def _stage(name: str) -> int:
    return Stage.objects.values_list("id", flat=True).get(code=name)
