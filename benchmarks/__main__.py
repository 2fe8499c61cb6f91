"""`python -m benchmarks --help`: the budgets of the design, measured."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.crowd import clicking
from benchmarks.finding import Finding
from benchmarks.imports import ROOT, adventureworks, generated

PLANNED = 5_000  # people in the plan
ALL = ("questions", "adventureworks", "lines", "pages", "crowd", "plans")


@click.command()
@click.option("--facts", default="1000000,10000000", show_default=True, help="Sizes of the ledger.")
@click.option("--lines", default=1_000_000, show_default=True, help="Order lines to import.")
@click.option("--records", default=1_000_000, show_default=True, help="Customers, and deals, for the pages.")
@click.option(
    "--base", type=click.Path(path_type=Path), help="Where the base of the pages is kept, or made once."
)
@click.option("--only", default=",".join(ALL), show_default=True, help="What to measure.")
def main(facts: str, lines: int, records: int, base: Path | None, only: str) -> None:
    """Measure the budgets of the design and print them as a table. Nothing is asserted."""
    console, chosen = Console(width=160), only.split(",")
    unknown = set(chosen) - set(ALL)
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: there are {', '.join(ALL)}", param_hint="--only")
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="emporion-bench-") as folder, Progress(console=console) as shown:
        steps = list(_steps(Path(folder), [int(size) for size in facts.split(",")], lines, chosen))
        if "pages" in chosen:
            steps.append((f"{records:,} customers", _pages(base or Path(folder) / "base", records)))
        task = shown.add_task("measuring", total=len(steps))
        for name, step in steps:
            shown.update(task, description=name)
            findings += step
            shown.advance(task)
    console.print(_table([*findings, *growth(findings)]))


def _steps(
    folder: Path, sizes: Sequence[int], lines: int, chosen: Sequence[str]
) -> Iterator[tuple[str, Iterator[Finding]]]:
    if "questions" in chosen:
        for size in sizes:
            yield f"{size:,} facts", _questions(folder / f"facts-{size}", size)
    if "adventureworks" in chosen:
        yield "AdventureWorks", adventureworks(folder / "adventureworks")
    if "lines" in chosen:
        yield f"{lines:,} order lines", generated(folder / "lines", lines)
    if "plans" in chosen:
        yield "a plan", _apart(["benchmarks.plans", str(PLANNED)], _embedded(), folder / "plans")
    if "crowd" in chosen:
        yield "ten people", clicking(folder / "crowd" / "home", lines)


def _questions(home: Path, size: int) -> Iterator[Finding]:
    yield from _apart(["benchmarks.questions", str(size)], _embedded(), home)


def _embedded() -> dict[str, str]:
    """On the embedded database."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


def _pages(home: Path, size: int) -> Iterator[Finding]:
    yield from _apart(["benchmarks.pages", str(size), str(size)], os.environ, home)


def _apart(module: Sequence[str], environment: Mapping[str, str], home: Path) -> Iterator[Finding]:
    """What a process of its own found."""
    done = subprocess.run(
        [sys.executable, "-m", *module],
        env={**environment, "EMPORION_HOME": str(home)},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield from (Finding(**found) for found in json.loads(done.stdout.splitlines()[-1]))


def growth(findings: Sequence[Finding]) -> Iterator[Finding]:
    """How much longer the same question takes on so many more facts: not more than so many times."""
    by_size: dict[int, dict[str, Finding]] = {}
    for finding in findings:
        size, _, what = finding.what.partition(": ")
        if what and finding.unit == "ms":
            by_size.setdefault(int(size.replace(",", "")), {})[what] = finding
    for smaller, larger in pairwise(sorted(by_size)):
        for what, finding in by_size[larger].items():
            before = by_size[smaller].get(what)
            if before:
                yield Finding(
                    f"growth {smaller:,} → {larger:,}: {what}",
                    finding.value / before.value,
                    "×",
                    larger / smaller,
                )


def _table(findings: Sequence[Finding]) -> Table:
    # Beside other work the times are longer; ratios of two things measured in turns are not.
    machine = f"{os.cpu_count()} cores under a load of {os.getloadavg()[0]:.1f}"
    table = Table(title=f"Budgets, measured on {machine}; more than 1 of a budget is too much")
    for name in ("what", "measured", "budget", "of the budget", "note"):
        table.add_column(name, justify="left" if name in {"what", "note"} else "right", overflow="fold")
    for finding in findings:
        budget = "" if finding.budget is None else f"{finding.budget:,g} {finding.unit}"
        ratio = "" if finding.ratio is None else f"{finding.ratio:.2f}"
        style = "red" if finding.ratio and finding.ratio > 1 else ""
        measured = f"{finding.value:,.2f}" if finding.value < 10 else f"{finding.value:,.0f}"
        table.add_row(finding.what, f"{measured} {finding.unit}", budget, ratio, finding.note, style=style)
    return table


if __name__ == "__main__":
    main()
