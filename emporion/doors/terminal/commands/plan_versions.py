"""Versions of a plan: drawn, changed, signed, published, made anew."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import click

from emporion.doors.terminal.commands.planning import EXACT, of_year, once, plain_number, plan_of, tell
from emporion.doors.terminal.options import DAY, as_json, as_user, today, viewer_of
from emporion.doors.terminal.output import say
from emporion.doors.terminal.progress import bar
from emporion.doors.terminal.readiness import ensure_ready, ensure_there


@click.command("draw")
@click.argument("code")
@click.option("--name", help="How people call it; without it, the code.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, inclusive.")
@click.option("--metric", "metrics", multiple=True, default=("revenue",), help="What is planned; several.")
@click.option("--base", type=EXACT, help="Last year's fact of the first metric; without it, as measured.")
@of_year
@as_user
@as_json
def draw_command(
    *,
    code: str,
    name: str | None,
    first: date,
    last: date,
    metrics: Sequence[str],
    base: Decimal | None,
    market: Decimal,
    own: Decimal,
    channels: Sequence[tuple[str, Decimal]],
    unit: Decimal,
    user: str | None,
    json_: bool,
) -> None:
    """Draw a draft of a plan: the year by channel, team, person and month, by what last year brought."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.kernel.periods import Period
    from emporion.numbers.planning.plan_actions import ChannelOfYear, MetricOfYear, draw_plan

    _refuse_half_a_year(first, last, base)
    wanted = [
        MetricOfYear(one, base if place == 0 else None, market, own, unit if place == 0 else Decimal(1))
        for place, one in enumerate(metrics)
    ]
    plan = draw_plan(
        code=code,
        name=name or code,
        days=Period.inclusive(first, last),
        metrics=wanted,
        channels=[ChannelOfYear(one, share) for one, share in once(channels).items()],
        by=viewer_of(user),
        at=now(),
    )
    tell(plan, viewer_of(user), json_=json_)


def _refuse_half_a_year(first: date, last: date, base: Decimal | None) -> None:
    """What a year has brought so far is no year to grow from."""
    from emporion.kernel.errors import Refusal
    from emporion.numbers.planning.drawing import year_before

    if base is None and year_before(first, last).end >= today():
        raise Refusal(
            "year_not_over",
            "the year before is not over: say with --base what it will come to (emporion plan forecast tells)",
        )


@click.command("of-targets")
@click.argument("code")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, inclusive.")
@click.option("--metric", "metrics", multiple=True, default=("revenue",), help="Of which metrics; several.")
@as_user
@as_json
def of_targets_command(
    *, code: str, first: date, last: date, metrics: Sequence[str], user: str | None, json_: bool
) -> None:
    """Make a draft of the targets that people have, on whatever days these begin and end."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.kernel.periods import Period
    from emporion.numbers.planning.version_actions import plan_of_targets

    plan = plan_of_targets(
        code=code,
        name=code,
        days=Period.inclusive(first, last),
        metrics=metrics,
        by=viewer_of(user),
        at=now(),
    )
    tell(plan, viewer_of(user), json_=json_)


@click.command("change")
@click.argument("code")
@click.argument("value", type=EXACT)
@click.option("--metric", default="revenue", show_default=True)
@click.option("--branch", type=click.IntRange(min=1), help="Whose; without it, the whole.")
@click.option("--span", type=DAY, help="First day of the span; without it, the branch's whole.")
@click.option("--reason", required=True, help="Why it differs from what was calculated.")
@click.option("--lock", is_flag=True, help="Lock the cell.")
@as_user
def change_command(
    *,
    code: str,
    value: Decimal,
    metric: str,
    branch: int | None,
    span: date | None,
    reason: str,
    lock: bool,
    user: str | None,
) -> None:
    """Put a value into a cell of a draft; what is free around it takes up the difference."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.numbers.planning.cell_actions import change_cell
    from emporion.numbers.planning.plan_queries import PlanBook

    plan = plan_of(code, user)
    changed = change_cell(
        branch_id=branch or PlanBook(plan, metric).root.pk,
        metric=metric,
        starts_on=span,
        value=value,
        reason=reason,
        locked=lock,
        by=viewer_of(user),
        at=now(),
    )
    say(f"{plain_number(changed.calculated)} becomes {plain_number(changed.value)}")


@click.command("sign")
@click.argument("code")
@click.option("--despite", default="", help="Why it is signed though a round is open with somebody.")
@as_user
@as_json
def sign_command(*, code: str, despite: str, user: str | None, json_: bool) -> None:
    """Sign a draft: nothing in it changes any more."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.numbers.planning.version_actions import sign_plan

    signed = sign_plan(plan=plan_of(code, user), despite=despite, by=viewer_of(user), at=now())
    tell(signed, viewer_of(user), json_=json_)


@click.command("publish")
@click.argument("code")
@as_user
@as_json
def publish_command(*, code: str, user: str | None, json_: bool) -> None:
    """Write a signed plan as targets, on which plan and fact stand. Stopped, it goes on where it was."""
    ensure_ready()
    from emporion.kernel.clock import now
    from emporion.numbers.planning.publishing import publish_plan

    plan = plan_of(code, user)
    with bar("targets") as advance:
        for told in publish_plan(plan=plan, by=viewer_of(user), at=now()):
            if advance is not None:
                advance("", told.done, told.of)
    plan.refresh_from_db()
    tell(plan, viewer_of(user), json_=json_)


@click.command("replan")
@click.argument("code")
@click.argument("new_code")
@click.option("--frozen-until", type=DAY, required=True, help="First day that is free again.")
@click.option("--reason", required=True, help="Why the plan is made anew.")
@as_user
@as_json
def replan_command(
    *, code: str, new_code: str, frozen_until: date, reason: str, user: str | None, json_: bool
) -> None:
    """A new draft in place of a signed plan, what is past frozen."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.numbers.planning.version_actions import replan

    plan = replan(
        plan=plan_of(code, user),
        code=new_code,
        name=new_code,
        frozen_until=frozen_until,
        reason=reason,
        by=viewer_of(user),
        at=now(),
    )
    tell(plan, viewer_of(user), json_=json_)
