"""Ten people click through a served made-up company while order lines are imported into it, on SQLite."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from benchmarks.finding import Finding, percentile_95
from benchmarks.imports import ROOT, write_files
from benchmarks.people import Person, Visit

PEOPLE = (
    *("director", "head", "hunter", "closer", "farmer", "assistant", "auditor", "closer", "farmer", "head"),
)
CALM = 30.0  # seconds in which they click before anything is imported
BUDGET = 1_000  # milliseconds
PREFIX = "CROWD-"  # the made-up company has orders and customers of its own


@dataclass(frozen=True, slots=True)
class _Import:
    """What became of the import: seconds by the monotonic clock, and of processor."""

    began: float
    ended: float
    processor_seconds: float
    code: int
    complaint: str


def clicking(home: Path, lines: int) -> Iterator[Finding]:
    """The made-up company is made and served; while the lines come in, ten people click."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["EMPORION_HOME"] = str(home)
    command = [str(Path(sys.executable).with_name("emporion"))]
    made = [*command, "demo", "--scale", "0.2"]
    if code := subprocess.run(
        made, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, check=False
    ).returncode:
        raise SystemExit(f"the made-up company could not be made: exit {code}")
    files = home.parent / "crowd-files"
    files.mkdir(parents=True)
    write_files(files, lines, prefix=PREFIX)
    port = _free_port()
    with (home.parent / "crowd.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            visits, ran = _at_work(address, [*command, "import", "generic", str(files)], environment)
        finally:
            served = _stopped(server)
    yield from _found(visits, ran, lines, served)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stopped(server: "subprocess.Popen[bytes]") -> float:
    """Ends it; the seconds of processor that it and its parts took."""
    os.kill(server.pid, signal.SIGTERM)  # one that has ended by itself is still there to be waited for
    _, _, used = os.wait4(server.pid, 0)
    server.returncode = 0
    return used.ru_utime + used.ru_stime


def _at_work(
    address: str, command: Sequence[str], environment: Mapping[str, str]
) -> tuple[list[Visit], _Import]:
    end = Event()
    people = [Person(address, username, number, end) for number, username in enumerate(PEOPLE)]
    for person in people:
        person.start()
    for person in people:
        person.ready.wait()
    time.sleep(CALM)
    ran = _imported(command, environment)
    end.set()
    for person in people:
        person.join(timeout=120)
    return [visit for person in people for visit in person.visits], ran


def _imported(command: Sequence[str], environment: Mapping[str, str]) -> _Import:
    began = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    complaint = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    ended, processor = time.monotonic(), used.ru_utime + used.ru_stime
    return _Import(began, ended, processor, process.returncode, complaint.strip()[-200:])


def _found(visits: Sequence[Visit], ran: _Import, lines: int, served: float) -> Iterator[Finding]:
    meanwhile = [one for one in visits if one.began + one.seconds > ran.began]
    calm = [one for one in visits if one.began + one.seconds <= ran.began and not one.writes]
    what = f"ten people while {lines:,} lines come in"
    yield _slow("ten people and nothing else, a page", calm, None)
    yield _slow(f"{what}, a page", [one for one in meanwhile if not one.writes], BUDGET)
    yield _slow(f"{what}, a form sent", [one for one in meanwhile if one.writes], BUDGET)
    problems = Counter(f"{one.path}: {one.problem}" for one in visits if one.problem)
    if ran.code:
        problems[f"the import ended with {ran.code}: {ran.complaint}"] += 1
    worst = " · ".join(f"{text} ({count})" for text, count in problems.most_common(5))
    yield Finding(f"{what}, errors", problems.total(), "errors", note=worst or f"in {len(visits)} clicks")
    took = ran.ended - ran.began
    note = (
        f"{took:.0f} s, {ran.processor_seconds:.0f} s of processor; pages and upkeep took {served:.0f} s of"
        f" processor for {len(visits)} clicks"
    )
    yield Finding(f"{what}, the import", lines / took, "lines/s", note=note)


def _slow(what: str, visits: Sequence[Visit], budget: float | None) -> Finding:
    """How long nineteen of twenty took at most. None at all is no answer, and must not look like a quick one."""
    if not visits:
        return Finding(f"{what}, p95", float("inf"), "ms", budget, note="nobody clicked")
    slowest = sorted(visits, key=lambda one: -one.seconds)[:3]
    told = ", ".join(f"{one.path} {one.seconds * 1000:,.0f}" for one in slowest)
    p95 = percentile_95(one.seconds for one in visits) * 1000
    return Finding(f"{what}, p95", p95, "ms", budget, note=f"of {len(visits)}; longest {told}")


def _wait(address: str) -> None:
    """Until the pages and the worker are there."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{address}/health/", timeout=5).close()
        except OSError:  # nobody listens yet, or no worker has been heard of
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server did not begin")
