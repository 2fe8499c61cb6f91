"""Imports as a user runs them: the command, in a process of its own, and what it took."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from csv import writer
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from benchmarks.finding import Finding

ROOT = Path(__file__).resolve().parents[1]
REAL_FILES = Path(os.environ.get("EMPORION_TEST_DATA") or ROOT.parent / "shared" / "data")
LINES_A_SECOND = 20_000
LINES_AN_ORDER, SELLERS, CUSTOMERS, PRODUCTS = 3, 50, 20_000, 500


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that succeeded: its answer, how long it took, and how much memory it had at most."""

    answer: Mapping[str, object]
    seconds: float
    processor_seconds: float
    megabytes: float


def adventureworks(folder: Path) -> Iterator[Finding]:
    """The real files of AdventureWorks, where they lie beside the clone."""
    source = REAL_FILES / "adventureworks"
    if not source.is_dir():
        yield Finding("import of AdventureWorks", 0, "lines/s", note=f"not measured: no files in {source}")
        return
    yield from _findings(
        "import of AdventureWorks", _run(folder, "adventureworks", source), "SalesOrderDetail.csv"
    )


def generated(folder: Path, lines: int) -> Iterator[Finding]:
    """Made-up order lines in the product's own columns."""
    source = folder / "files"
    source.mkdir(parents=True)
    write_files(source, lines)
    yield from _findings(
        f"import of {lines:,} order lines", _run(folder / "home", "generic", source), "order_lines.csv"
    )


def _findings(what: str, ran: Ran, lines_file: str) -> Iterator[Finding]:
    files: Mapping[str, Mapping[str, int]] = ran.answer["files"]  # type: ignore[assignment]
    lines, rows = files[lines_file]["read"], sum(counts["read"] for counts in files.values())
    rejected = ran.answer["rejected"]
    note = (
        f"{ran.seconds:.1f} s ({ran.processor_seconds:.1f} s of processor) for {rows:,} rows,"
        f" {lines:,} of them order lines, {rejected} rejected"
    )
    yield Finding(what, lines / ran.seconds, "lines/s", LINES_A_SECOND, more_is_better=True, note=note)
    yield Finding(f"{what}: memory at most", ran.megabytes, "MB")


def _run(home: Path, preset: str, source: Path) -> Ran:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [str(Path(sys.executable).with_name("emporion")), "import", preset, str(source), "--json"]
    before = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment | {"EMPORION_HOME": str(home)}, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    out = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the import of {source} ended with {process.returncode}")
    return Ran(json.loads(out), seconds, used.ru_utime + used.ru_stime, _megabytes(used))


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def write_files(folder: Path, lines: int, *, prefix: str = "") -> None:
    """Files of made-up order lines, with all that they name, in the product's own columns. Every code but a line's
    begins with `prefix`, so that it is nobody else's."""
    drawn = Random(20_260)
    _write(
        folder / "members.csv", ["code", "name"], ([f"{prefix}M{n}", f"Person {n}"] for n in range(SELLERS))
    )
    _write(
        folder / "customers.csv",
        ["code", "name", "owner"],
        ([f"{prefix}K{n}", f"Customer {n}", f"{prefix}M{n % SELLERS}"] for n in range(CUSTOMERS)),
    )
    _write(
        folder / "products.csv",
        ["code", "name"],
        ([f"{prefix}P{n}", f"Product {n}"] for n in range(PRODUCTS)),
    )
    first, orders = date(2024, 1, 1), -(-lines // LINES_AN_ORDER)
    customers = [drawn.randrange(CUSTOMERS) for _ in range(orders)]
    _write(
        folder / "orders.csv",
        ["code", "placed_on", "customer", "seller", "channel", "currency"],
        (
            [
                f"{prefix}O{n}",
                first + timedelta(n * 730 // orders),
                f"{prefix}K{who}",
                f"{prefix}M{who % SELLERS}",
                "direct",
                "EUR",
            ]
            for n, who in enumerate(customers)
        ),
    )
    _write(
        folder / "order_lines.csv",
        ["order", "code", "product", "quantity", "unit_price"],
        (
            [
                f"{prefix}O{n // LINES_AN_ORDER}",
                n % LINES_AN_ORDER + 1,
                f"{prefix}P{drawn.randrange(PRODUCTS)}",
                drawn.randint(1, 20),
                f"{drawn.randint(100, 99_999) / 100:.2f}",
            ]
            for n in range(lines)
        ),
    )


def _write(path: Path, columns: list[str], rows: Iterator[list[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = writer(file)
        table.writerow(columns)
        table.writerows(rows)
