"""People who click: each signs in, opens one page after another and now and then writes something down."""

import html
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from http.cookiejar import CookieJar
from random import Random
from threading import Event, Thread

PAGES = (
    *("/", "/customers/", "/deals/", "/deals/board/", "/activities/", "/tasks/", "/orders/", "/products/"),
    *("/people/", "/territories/", "/metrics/", "/metrics/revenue/", "/facts/revenue/", "/search/?q=demo"),
)
SIGN_IN = "/account/login/"
READING = (1.0, 5.0)  # seconds for which a person looks at a page: at least and at most
PAGES_A_NOTE = 5  # so many pages are opened between two things written down
PATIENCE = 60.0  # seconds
WRITE_NOTHING = frozenset({"auditor"})
_TOKEN = re.compile(r'csrfmiddlewaretoken" value="([^"]+)"')
_CUSTOMER = re.compile(r'<option value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Visit:
    """What one click came to: `began` by the monotonic clock; `problem` is empty where it went well."""

    path: str
    began: float
    seconds: float
    problem: str = ""
    writes: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    text: str
    landed: str
    problem: str = ""


class Person(Thread):
    """One of the made-up company's people at work until `end`; `ready` is set once they are signed in or failed to."""

    def __init__(self, address: str, username: str, number: int, end: Event) -> None:
        super().__init__(daemon=True)
        self.address, self.username, self.number, self.end = address, username, number, end
        self.ready = Event()
        self.visits: list[Visit] = []
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def run(self) -> None:
        """Signs in with one click and goes on until the end. Whatever stops them is among the visits."""
        try:
            signed_in = self._sign_in()
            self.ready.set()
            if signed_in:
                self._work()
        except Exception as failure:  # noqa: BLE001 - a person who falls silent would pass for a content one
            self._note("(a person stopped)", time.monotonic(), f"{type(failure).__name__}: {failure}")
        finally:
            self.ready.set()

    def _work(self) -> None:
        turn, drawn = self.number, Random(self.number)
        while not self.end.wait(drawn.uniform(*READING)):
            self._look(PAGES[turn % len(PAGES)])
            turn += 1
            if turn % PAGES_A_NOTE == 0 and self.username not in WRITE_NOTHING:
                self._write_down(turn)

    def _sign_in(self) -> bool:
        began = time.monotonic()
        answer = self._post(SIGN_IN, "/demo-sign-in/", username=self.username)
        problem = answer.problem or self._stranger(answer)
        if problem:
            self._note("/demo-sign-in/", began, f"{self.username}: {problem}", writes=True)
        return not problem

    def _look(self, path: str) -> _Answer:
        began = time.monotonic()
        answer = self._open(path)
        # A page that this role may not see is an answer as well.
        problem = "" if answer.problem == "403" else answer.problem or self._stranger(answer)
        self._note(path, began, problem)
        return answer

    def _write_down(self, turn: int) -> None:
        """A call, which becomes a fact; every other time, and where they see no customer, a task."""
        customer = _CUSTOMER.search(self._look("/customers/options/?customer=ltd").text)
        if customer and turn % 2:
            self._fill_in(
                "/activities/log/call/", customer=html.unescape(customer[1]), first="repeat", day=_today()
            )
        else:
            self._fill_in("/tasks/new/", title=f"Call back {self.number}-{turn}", due_on=_today())

    def _fill_in(self, path: str, **fields: str) -> None:
        """Only sending the form is timed; one that comes back was refused."""
        form = self._open(path)
        if form.problem == "403":
            return
        began = time.monotonic()
        answer = self._sent(form, path, fields)
        back = "the form came back" if answer.landed == path else ""
        self._note(path, began, form.problem or answer.problem or self._stranger(answer) or back, writes=True)

    def _stranger(self, answer: _Answer) -> str:
        return "not signed in" if answer.landed == SIGN_IN else ""

    def _note(self, path: str, began: float, problem: str, *, writes: bool = False) -> None:
        self.visits.append(Visit(path, began, time.monotonic() - began, problem, writes))

    def _post(self, form: str, path: str, **fields: str) -> _Answer:
        return self._sent(self._open(form), path, fields)

    def _sent(self, form: _Answer, path: str, fields: dict[str, str]) -> _Answer:
        token = _TOKEN.search(form.text)
        if token is None:
            return _Answer("", path, form.problem or f"no form on {form.landed}")
        given = {**fields, "csrfmiddlewaretoken": token[1]}
        return self._open(path, urllib.parse.urlencode(given).encode())

    def _open(self, path: str, sent: bytes | None = None) -> _Answer:
        """Where the browser lands after all redirects, and what stands there."""
        asked = urllib.request.Request(f"{self.address}{path}", data=sent)
        try:
            with self._browser.open(asked, timeout=PATIENCE) as answer:
                return _Answer(answer.read().decode(), urllib.parse.urlsplit(answer.url).path)
        except urllib.error.HTTPError as refused:
            refused.close()
            return _Answer("", path, str(refused.code))
        except (OSError, HTTPException) as broken:
            return _Answer("", path, f"{type(broken).__name__}: {broken}")


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
