"""Ten people click through a served made-up company while order lines are imported into it, on SQLite."""

import http.cookiejar
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

from benchmarks.finding import Finding, percentile_95
from benchmarks.imports import ROOT, write_files

PEOPLE = (
    "director",
    "head",
    "hunter",
    "closer",
    "farmer",
    "assistant",
    "auditor",
    "closer",
    "farmer",
    "head",
)
PAGES = (
    *("/", "/customers/", "/deals/", "/deals/board/", "/activities/", "/tasks/", "/orders/", "/products/"),
    *("/people/", "/territories/", "/metrics/", "/metrics/revenue/", "/facts/revenue/", "/search/?q=demo"),
)
PAUSE = 1.0  # seconds in which a person reads a page
PORT = 8765


class Person(Thread):
    """Somebody who opens one page after another; now and then a task is written down."""

    def __init__(self, number: int, end: Event) -> None:
        super().__init__(daemon=True)
        self.number, self.end = number, end
        self.seconds: list[float] = []
        self.errors: list[str] = []
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._browser = urllib.request.build_opener(jar)

    def run(self) -> None:
        """Signs in with one click and goes on until the end."""
        self._sign_in()
        turn = self.number
        while not self.end.wait(PAUSE):
            self._timed(PAGES[turn % len(PAGES)])
            if turn % 5 == 0:
                self._write()
            turn += 1

    def _sign_in(self) -> None:
        self._post("/account/login/", "/demo-sign-in/", username=PEOPLE[self.number])

    def _write(self) -> None:
        if PEOPLE[self.number] != "auditor":
            before = time.perf_counter()
            self._post("/me/", "/appearance/", theme="light", language="en")
            self.seconds.append(time.perf_counter() - before)

    def _timed(self, path: str) -> None:
        before = time.perf_counter()
        self._open(path)
        self.seconds.append(time.perf_counter() - before)

    def _open(self, path: str, data: bytes | None = None) -> str:
        asked = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", data=data)
        try:
            with self._browser.open(asked, timeout=60) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refused:
            if refused.code != 403:  # not for this role
                self.errors.append(f"{path}: {refused.code}")
        except OSError as broken:
            self.errors.append(f"{path}: {broken}")
        return ""

    def _post(self, form: str, path: str, **fields: str) -> None:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', self._open(form))
        given = {**fields, "csrfmiddlewaretoken": token[1] if token else ""}
        self._open(path, urllib.parse.urlencode(given).encode())


def clicking(home: Path, lines: int) -> Iterator[Finding]:
    """The made-up company is made and served; while the lines come in, ten people click."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["EMPORION_HOME"] = str(home)
    command = [str(Path(sys.executable).parent / "emporion")]
    subprocess.run(
        [*command, "demo", "--scale", "0.2"], env=environment, cwd=ROOT, check=True, capture_output=True
    )
    files = home.parent / "crowd-files"
    files.mkdir(parents=True)
    write_files(files, lines)
    with (home.parent / "crowd.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(PORT)], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            _wait()
            yield from _measured(command, files, environment, lines)
        finally:
            server.terminate()
            server.wait(timeout=60)


def _measured(command: list[str], files: Path, environment: dict[str, str], lines: int) -> Iterator[Finding]:
    end = Event()
    people = [Person(number, end) for number in range(len(PEOPLE))]
    for person in people:
        person.start()
    before = time.perf_counter()
    done = subprocess.run(
        [*command, "import", "generic", str(files)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.perf_counter() - before
    end.set()
    for person in people:
        person.join(timeout=120)
    seconds = [second for person in people for second in person.seconds]
    errors = [error for person in people for error in person.errors]
    what = f"ten people while {lines // 1000} thousand lines come in"
    came_to = f"exit {done.returncode} {done.stderr[-200:].strip()}"
    longest = max(seconds, default=0) * 1000
    note = f"of {len(seconds)} pages, at most {longest:,.0f} ms; the import took {took:,.0f} s, {came_to}"
    yield Finding(f"{what}, a page p95", percentile_95(seconds or [0]) * 1000, "ms", 1_000, note=note)
    yield Finding(f"{what}, errors", len(errors), "errors", note=" · ".join(sorted(set(errors))[:5]))


def _wait() -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server did not begin")
