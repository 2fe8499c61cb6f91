"""The ledger: is it true, and keeping its store."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from emporion.doors.terminal.options import DAY, as_json, as_user, period_of, spanned, viewer_of
from emporion.doors.terminal.output import hint, print_json, print_table, say
from emporion.doors.terminal.readiness import ensure_there

if TYPE_CHECKING:
    from emporion.kernel.ledger.verifying import Discrepancy

SHOWN = 50


@click.group("ledger")
def ledger_command() -> None:
    """The facts: verify them, bring them into the store, close periods."""


@ledger_command.command("verify")
@as_json
@click.pass_context
def verify(ctx: click.Context, *, json_: bool) -> None:
    """Recompute all facts from all records and compare; check the chains and the store.

    Exit 1 when anything differs, each named.
    """
    ensure_there()
    found = [str(one) for one in _everything_wrong()]
    facts, records = _sizes()
    if json_:
        print_json({"facts": facts, "records": records, "count": len(found), "discrepancies": found[:SHOWN]})
    else:
        for line in found[:SHOWN]:
            say(line)
    if found:
        click.echo(f"emporion: {len(found)} discrepancies", err=True)
        ctx.exit(1)
    if not json_:
        say(f"{facts} facts of {records} records verified")


def _everything_wrong() -> "Iterator[Discrepancy | str]":
    from emporion.kernel.audit.recording import broken_links
    from emporion.kernel.ledger.closing import chain_discrepancies
    from emporion.kernel.ledger.verifying import discrepancies
    from emporion.numbers.metrics.store.comparing import store_discrepancies

    return chain(discrepancies(), chain_discrepancies(), broken_links(), store_discrepancies())


def _sizes() -> tuple[int, int]:
    from emporion.kernel.ledger.models import LedgerFact

    return LedgerFact.objects.count(), LedgerFact.objects.values(
        "subject_kind", "subject_id"
    ).distinct().count()


@ledger_command.command("flush")
@as_json
def flush_facts(*, json_: bool) -> None:
    """Bring facts since the last flush into the store, where questions are answered faster."""
    ensure_there()
    flushed = flush_store()
    if json_:
        print_json({"flushed": flushed, "position": position_now()})
    else:
        say(f"{flushed} facts flushed")


def flush_store() -> int:
    """Flush; how many facts it was."""
    from emporion.numbers.metrics.store.flushing import flush

    return flush().rows


def position_now() -> int:
    """Up to which row the store holds the ledger."""
    from emporion.numbers.metrics.store.flushing import position

    return position()


@ledger_command.command("rebuild")
def rebuild_store() -> None:
    """Make the store anew from the ledger, beside the old one, then swap."""
    ensure_there()
    from emporion.numbers.metrics.store.flushing import rebuild

    say(f"{rebuild().rows} facts in the new store")


@ledger_command.command("compact")
def compact_store() -> None:
    """Merge the store's many small files into few; remove files that nobody reads any more."""
    ensure_there()
    from emporion.numbers.metrics.store.upkeep import compact, vacuum

    months, gone = compact(), vacuum()
    say(f"{months} months merged, {gone} old files removed")


@ledger_command.command("digest")
@as_json
def digest(*, json_: bool) -> None:
    """One hash of all net facts: the same for two ledgers in which the same stands."""
    ensure_there()
    from emporion.kernel.ledger.digest import net_digest

    text = net_digest()
    if json_:
        print_json({"digest": text})
    else:
        say(text)


@ledger_command.command("close")
@click.argument("through", type=DAY, metavar="THROUGH_DAY")
@as_user
def close_period(*, through: date, user: str | None) -> None:
    """Close everything up to and including THROUGH_DAY: its numbers stay as they are known now."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.kernel.ledger.closing import close

    end = period_of(through, through).end
    closing = close(end=end, by=viewer_of(user), at=now())
    say(f"closed through {through} at watermark {closing.watermark}")
    hint("What is learnt later shows beside the closed numbers: emporion measure … --later")


@ledger_command.command("status")
@as_json
def status(*, json_: bool) -> None:
    """How many facts there are, how far the store is, which periods are closed."""
    ensure_there()
    from emporion.kernel.ledger.closing import closings
    from emporion.kernel.ledger.epoch import require_epoch
    from emporion.kernel.ledger.locks import watermark

    facts, records = _sizes()
    sizes = {
        "facts": facts,
        "records": records,
        "watermark": watermark(),
        "store_position": position_now(),
        "base_currency": require_epoch().base_currency,
    }
    closed = [
        {"through": str(one.ends_on - timedelta(days=1)), "watermark": one.watermark, "by": one.closed_by}
        for one in islice(closings(), SHOWN)
    ]
    if json_:
        print_json({**sizes, "closed": closed})
        return
    print_table(
        ["what", "is"],
        [{"what": name, "is": value} for name, value in sizes.items()],
        numbers=frozenset({"is"}),
    )
    if closed:
        say("")
        print_table(["through", "watermark", "by"], closed, numbers=frozenset({"watermark"}))


@ledger_command.command("repost")
@click.argument("member")
@spanned
@click.option("--preview", is_flag=True, help="Only count what would change.")
@as_user
@as_json
def repost_member(
    *, member: str, first: date | None, last: date | None, preview: bool, user: str | None, json_: bool
) -> None:
    """Post the facts of a MEMBER's records of the period anew, after their team or zone was corrected in the past."""
    ensure_there()
    from emporion.kernel.clock import now
    from emporion.kernel.errors import Refusal
    from emporion.records.team.actions import repost
    from emporion.records.team.queries import visible_members
    from emporion.records.team.reach import require_lead

    period, by = period_of(first, last), viewer_of(user)
    require_lead(by)
    found = visible_members(by).filter(code=member).first()
    if found is None:
        raise Refusal("unknown_member", f"no member has the code {member!r}")
    counts = repost(member_id=found.pk, period=period, by=by, at=now(), preview=preview)
    if not preview:
        flush_store()
    if json_:
        print_json({"preview": preview, "changed": counts})
    else:
        would = "would change" if preview else "changed"
        say(
            ", ".join(f"{count} facts of {kind}s {would}" for kind, count in counts.items() if count)
            or "no fact changes"
        )
