"""Plans in the reader's words: their states, their branches, their spans."""

from calendar import monthrange
from datetime import date

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emporion.kernel.periods import DAY
from emporion.kernel.ui import formats
from emporion.kernel.ui.cells import Badge
from emporion.numbers.planning.models import Branch, Plan
from emporion.numbers.planning.models.plans import CHANNEL, DRAFT, MEMBER, PUBLISHED, SIGNED, TEAM, WHOLE
from emporion.numbers.planning.year import OTHER

STATES: dict[str, tuple[Promise, str]] = {
    DRAFT: (gettext_lazy("draft"), "quiet"),
    SIGNED: (gettext_lazy("signed"), "warning"),
    PUBLISHED: (gettext_lazy("published"), "good"),
}
KINDS: dict[str, Promise] = {
    WHOLE: gettext_lazy("whole"),
    CHANNEL: gettext_lazy("channel"),
    TEAM: gettext_lazy("team"),
    MEMBER: gettext_lazy("person"),
}


def state_badge(plan: Plan) -> Badge:
    """The state of a plan as a word that stands out."""
    words, tone = STATES[plan.state]
    return Badge(words, tone)


def branch_name(branch: Branch) -> str:
    """What a branch is called: its person, its team, its channel. Its person and team must have been read with it."""
    if branch.member is not None:
        return branch.member.name or branch.member.code
    if branch.team is not None:
        return branch.team.name or branch.team.code
    if branch.kind == WHOLE:
        return _("The whole")
    return _("other") if branch.name == OTHER else branch.name


def name_in_channel(branch: Branch) -> str:
    """What a branch is called among others that may stand in several channels. Both above it must have been read."""
    above = [one for one in (branch.parent, branch.parent and branch.parent.parent) if one is not None]
    channel = next((one for one in above if one.kind == CHANNEL), None)
    return branch_name(branch) if channel is None else f"{branch_name(channel)} › {branch_name(branch)}"


def days_said(starts_on: date, ends_on: date) -> str:
    """The days from the one up to before the other: a year or a month by its name, others by their ends."""
    if is_year(starts_on, ends_on):
        return str(starts_on.year)
    return (
        formats.month(starts_on) if is_month(starts_on, ends_on) else formats.span(starts_on, ends_on - DAY)
    )


def span_said(starts_on: date, ends_on: date, *, with_year: bool) -> str:
    """A column of a plan, short: a month by its name, other spans by their days."""
    if not is_month(starts_on, ends_on):
        return formats.span(starts_on, ends_on - DAY)
    return str(format_date(starts_on, "LLL y" if with_year else "LLL", locale=formats.locale()))


def quarter_said(day: date, *, with_year: bool) -> str:
    """The quarter of that day, short."""
    pattern = "QQQ y" if with_year else "QQQ"
    return str(format_date(day, pattern, locale=formats.locale()))


def is_month(starts_on: date, ends_on: date) -> bool:
    """Whether the days are a calendar month."""
    last = ends_on - DAY
    return (
        starts_on.day == 1
        and (last.year, last.month) == (starts_on.year, starts_on.month)
        and last.day == monthrange(last.year, last.month)[1]
    )


def is_year(starts_on: date, ends_on: date) -> bool:
    """Whether the days are a calendar year."""
    return starts_on == date(starts_on.year, 1, 1) and ends_on == date(starts_on.year + 1, 1, 1)
