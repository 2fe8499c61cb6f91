"""The questions of the pages, asked once: the engine makes its SQL the first time."""

from collections.abc import Iterator

from emporion.doors.web.panels.business_page import Business
from emporion.doors.web.panels.department import LED, Department
from emporion.doors.web.panels.member_page import MemberPage
from emporion.doors.web.panels.people import person_of
from emporion.doors.web.panels.plans import Asked
from emporion.doors.web.panels.questions import Knowing
from emporion.doors.web.panels.spans import chosen
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import Scope, Viewer
from emporion.numbers.metrics.engine.late import has_late_facts
from emporion.numbers.metrics.engine.latest import latest_day
from emporion.numbers.planning.states import known_until
from emporion.records.customers.queries import today
from emporion.records.team.models import Member
from emporion.records.team.queries import viewer_for

KINDS_OF_VIEWERS = 8


def ask_once() -> None:
    """Asks as the first visitors will: the SQL of a question is the same for all who see as many people."""
    for viewer in _viewers():
        month, year = (_asked(viewer, kind) for kind in ("month", "year"))
        has_late_facts(month.span.period)
        if viewer.scope is not Scope.OWN:
            _read(Department(month, f"-{LED}"))
        if viewer.sees_all:
            business = Business(year)
            _read(business)
            _read(business.levels)
        _ask_about_one(viewer, month)


def _asked(viewer: Viewer, kind: str) -> Asked:
    day = today()
    known = known_until(day, latest_day())
    return Asked(chosen({}, day, kind), day, viewer, Knowing(), known)  # type: ignore[arg-type]  # an empty address


def _ask_about_one(viewer: Viewer, asked: Asked) -> None:
    member = Member.objects.filter(pk=viewer.member_id or min(viewer.member_ids, default=0)).first()
    if member is not None:
        _read(MemberPage(person_of(member, asked.today), asked))


def _read(page: object) -> None:
    """Asks all that a page is made of."""
    for name in dir(type(page)):
        if not name.startswith("_"):
            getattr(page, name)


def _viewers() -> Iterator[Viewer]:
    """Of users who see as many people one each."""
    seen: set[tuple[Scope, int]] = set()
    users = User.objects.filter(is_active=True, access_role__isnull=False).select_related("access_role")
    for user in users.order_by("pk")[:200]:
        viewer = viewer_for(user, today())
        kind = (viewer.scope, len(viewer.member_ids))
        if kind not in seen and len(seen) < KINDS_OF_VIEWERS:
            seen.add(kind)
            yield viewer
