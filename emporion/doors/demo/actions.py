"""Making the made-up company: refused wherever anything real could be, gone on with where it was stopped."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from emporion.doors.demo.models import DemoCompany, DemoUser
from emporion.doors.demo.plans import make_plans
from emporion.doors.demo.queries import demo_company
from emporion.doors.demo.rules.company import simulate
from emporion.doors.demo.rules.days import Progress
from emporion.doors.demo.rules.people import CLOSER, FARMER, HUNTER, People, Person
from emporion.doors.demo.rules.stories import Stories
from emporion.doors.demo.rules.wanted import LEAST_SCALE, MOST_SCALE, MOST_YEARS, Wanted
from emporion.doors.demo.rules.words import LANGUAGES
from emporion.doors.demo.writing import Folder
from emporion.doors.importing.actions import ImportOutcome, run_import
from emporion.kernel.access.actions import create_user
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.audit.recording import record
from emporion.kernel.clock import local_day
from emporion.kernel.errors import Refusal
from emporion.kernel.preferences.queries import preference
from emporion.numbers.metrics.store.flushing import flush
from emporion.numbers.metrics.store.upkeep import compact
from emporion.records.catalog.models import Product
from emporion.records.customers.models import Customer
from emporion.records.team.actions import change_member
from emporion.records.team.models import Member

SEED, SCALE, YEARS, LANGUAGE = 1, Decimal(1), 3, "en"
FOLDER = "demo"
SCALE_PLACES = 3
FIRST_YEAR, LAST_YEAR = 2000, 2200
SIGN_INS = (
    ("director", "director"),
    ("head", "head"),
    ("head2", "head"),
    (HUNTER, "rep"),
    (CLOSER, "rep"),
    (FARMER, "rep"),
    ("assistant", "assistant"),
    ("auditor", "auditor"),
)


def make_demo(
    *,
    by: Viewer,
    at: datetime,
    seed: int = SEED,
    scale: Decimal = SCALE,
    years: int = YEARS,
    language: str = LANGUAGE,
    with_stories: bool = True,
    until: date | None = None,
    progress: Progress | None = None,
) -> ImportOutcome | None:
    """Fill an empty installation with "company N", up to the day before today or `until`; what was imported.

    The same wish gives the same company. After a kill the same call goes on where it stopped; made already, it does
    nothing and gives None. Refuses where there are records, and another wish than the one begun. Needs the permission
    to administer. (SEE-4)
    """
    by.require(Permission.ADMINISTER)
    last_day = until or local_day(at, str(preference("zone"))) - timedelta(days=1)
    wanted = Wanted(seed, scale, years, last_day, language, with_stories)
    _refuse_impossible(wanted)
    with _one_at_a_time():
        begun = _begun(wanted, until, by, at)
        return None if begun.made_at else _carry_out(_wish(begun), by, at, progress or _unheard)


def _carry_out(wanted: Wanted, by: Viewer, at: datetime, progress: Progress) -> ImportOutcome:
    folder = _folder() / "files"
    with Folder(folder) as files:
        people, stories = simulate(wanted, str(preference("base_currency")), files.write, progress)
    outcome = run_import("generic", folder, by=by, at=at, progress=progress)
    if outcome.rejected:
        raise Refusal("demo_rejected", f"the made-up company was not taken whole: {outcome.first_rejects[0]}")
    flush()
    compact()
    with transaction.atomic():
        _make_users(people, stories, wanted.language, by, at)
        make_plans(wanted, by=by, at=at)
        DemoCompany.objects.filter(id=DemoCompany.THE_ONE).update(made_at=at)
        record(
            "demo.made", by=by, at=at, subject="demo", new={"seed": wanted.seed, "scale": str(wanted.scale)}
        )
    shutil.rmtree(folder)
    return outcome


def _refuse_impossible(wanted: Wanted) -> None:
    if not LEAST_SCALE <= wanted.scale <= MOST_SCALE:
        raise Refusal("bad_scale", f"the scale is from {LEAST_SCALE} to {MOST_SCALE}, not {wanted.scale}")
    if wanted.scale != round(wanted.scale, SCALE_PLACES):
        raise Refusal("bad_scale", f"the scale has at most {SCALE_PLACES} decimals, {wanted.scale} has more")
    if not FIRST_YEAR <= wanted.last_day.year <= LAST_YEAR:
        raise Refusal(
            "bad_last_day",
            f"the last day lies in the years {FIRST_YEAR} to {LAST_YEAR}, not {wanted.last_day}",
        )
    if not 1 <= wanted.years <= MOST_YEARS:
        raise Refusal("bad_years", f"the years are from 1 to {MOST_YEARS}, not {wanted.years}")
    if wanted.language not in LANGUAGES:
        raise Refusal(
            "bad_language", f"the language is one of {', '.join(LANGUAGES)}, not {wanted.language!r}"
        )


def _begun(wanted: Wanted, until: date | None, by: Viewer, at: datetime) -> DemoCompany:
    """The company that was begun here, with this wish, or begun now. A day that was not said is the day it had."""
    found = demo_company()
    if found is None:
        return _begin(wanted, by, at)
    of_found = _wish(found)
    same_day = until in (None, of_found.last_day)
    said = Wanted(
        **{name: getattr(wanted, name) for name in ("seed", "scale", "years", "language", "with_stories")},
        last_day=of_found.last_day,
    )
    if said == of_found and same_day:
        return found
    raise Refusal(
        "other_demo",
        f"this installation has the made-up company of seed {found.seed}, scale {found.scale.normalize():f},"
        f" {found.years} years to {found.last_day}, language {found.language},"
        f" {'with' if found.with_stories else 'without'} stories: say the same to go on with it, or set EMPORION_HOME"
        " to an empty folder for another one",
    )


def _begin(wanted: Wanted, by: Viewer, at: datetime) -> DemoCompany:
    for model in (Member, Customer, Product):
        if model.objects.exists():
            raise Refusal(
                "not_empty",
                "this installation has records: a made-up company needs one of its own; set EMPORION_HOME to an empty"
                " folder (and DATABASE_URL to an empty database) and run this again",
            )
    with transaction.atomic():
        made = DemoCompany(
            seed=wanted.seed,
            scale=wanted.scale,
            years=wanted.years,
            last_day=wanted.last_day,
            language=wanted.language,
            with_stories=wanted.with_stories,
        )
        made.save(force_insert=True)
        record(
            "demo.begun", by=by, at=at, subject="demo", new={"seed": wanted.seed, "scale": str(wanted.scale)}
        )
    return made


def _wish(company: DemoCompany) -> Wanted:
    """As it was first said: 1.000, as the database keeps it, is 1."""
    return Wanted(
        company.seed,
        company.scale.normalize(),
        company.years,
        company.last_day,
        company.language,
        company.with_stories,
    )


def _make_users(people: People, stories: Stories, language: str, by: Viewer, at: datetime) -> None:
    """One who may sign in for each role, beside whom the stories can be seen."""
    persons: dict[str, Person] = {
        "director": people.director,
        "auditor": people.auditor,
        "head": people.heads[0],
        "assistant": people.assistants[0],
        **{role: _usual(people, stories, role) for role in (HUNTER, CLOSER, FARMER)},
    }
    if len(people.heads) > 1:
        persons["head2"] = people.heads[1]
    for position, (username, role) in enumerate(SIGN_INS):
        if username in persons and not User.objects.filter(username=username).exists():
            _make_user(username, role, persons[username], position, language, by=by, at=at)


def _make_user(
    username: str, role: str, person: Person, position: int, language: str, *, by: Viewer, at: datetime
) -> None:
    user = create_user(name=username, role=role, email=f"{username}@company-n.example", by=by, at=at)
    given, _, family = person.name.partition(" ")
    names = {"language": language, "first_name": given, "last_name": family}
    User.objects.filter(pk=user.pk).update(**names)
    record("user.changed", by=by, at=at, subject=f"user:{user.pk}", new=names)
    member = Member.objects.get(code=person.code)
    change_member(member_id=member.pk, changes={"user_id": user.pk}, by=by, at=at)
    DemoUser.objects.create(user=user, position=position)


def _usual(people: People, stories: Stories, role: str) -> Person:
    """Someone of that role who is in no story and is there all the time."""
    return next(
        rep
        for rep in people.of(role)
        if rep.left is None and rep not in stories.people() and rep.heir is None
    )


def _folder() -> Path:
    return Path(settings.HOME) / FOLDER


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two at once would write the same files: the second is told so."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(
                "demo_elsewhere", "the made-up company is being made already; wait for it"
            ) from None
        yield


def _unheard(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody listens to."""
