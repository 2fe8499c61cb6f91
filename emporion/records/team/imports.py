"""Which columns a file of teams, people, territories, places and absences may carry (SYS-1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.importable import Column, ColumnKind, Fate, Importable, ImportBatch
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.record_undoing import undo_created
from emporion.kernel.record_writing import PlannedRow, RecordShape, stored_as
from emporion.records.team.models import ABSENCE_KINDS, CUTS, ROLES, Absence, Member, Place, Team, Territory
from emporion.records.team.queries import Places, team_tree, territory_tree
from emporion.records.team.reposting import ChangedSpan, repost_spans
from emporion.records.team.rules import LONGEST_ABSENCE, Tree

CODE = Column(
    "code", ColumnKind.CODE, required=True, longest=100, doc="identifier in the source", example="T1"
)


def _reject_circles(tree: Tree, rows: Sequence[PlannedRow], what: str) -> None:
    parents = {row.record_id: row.values["parent"] for row in rows if "parent" in row.values}
    circling = Tree({**tree.parents, **parents}).in_circles()
    for row in rows:
        if row.record_id in circling and "parent" in row.values:
            row.reject("parent", f"the {what} would lie inside itself")


def _check_teams(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    _reject_circles(team_tree(), rows, "team")


def _check_territories(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    _reject_circles(territory_tree(), rows, "territory")


def _check_members(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        hired, left = (row.values.get(name, row.stored.get(name)) for name in ("hired_on", "left_on"))
        if hired is not None and left is not None and left <= hired:
            row.reject("left_on", f"{left} is not after hired_on {hired}")


def _check_places(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        if row.values.get("manager") == row.values["member"]:
            row.reject("manager", "nobody is their own manager")


def _check_absences(rows: Sequence[PlannedRow], _: ImportBatch) -> None:
    for row in rows:
        if row.values["ends_on"] <= row.values["starts_on"]:
            row.reject("ends_on", f"{row.values['ends_on']} is not after starts_on; it is the first day back")
        elif (row.values["ends_on"] - row.values["starts_on"]).days > LONGEST_ABSENCE:
            row.reject("ends_on", f"more than {LONGEST_ABSENCE} days; split it")
        elif row.values.get("stand_in") == row.values["member"]:
            row.reject("stand_in", "someone else must stand in")


def _after_places(rows: Sequence[PlannedRow], batch: ImportBatch) -> None:
    """Facts that name people on these days are posted anew; before the first fact there is nothing to look for."""
    moved = [
        (row.values["member"], row.values["starts_on"]) for row in rows if row.fate is not Fate.UNCHANGED
    ]
    Member.objects.filter(id__in={member_id for member_id, _ in moved}).update(updated_at=batch.at)
    repost_spans(_spans(moved), at=batch.at)


def _spans(starts: Sequence[tuple[int, date]]) -> list[ChangedSpan]:
    if not starts or not LedgerFact.objects.exists():
        return []
    timeline = Places.load({member_id for member_id, _ in starts}).timeline
    return [
        ChangedSpan(member_id, start, timeline.next_start(member_id, start) or date.max)
        for member_id, start in starts
    ]


def _undo_places(ids: Sequence[int], by: Viewer, at: datetime) -> list[int]:
    """As every undo, and the facts that named people there are posted anew."""
    with transaction.atomic():
        spans = _spans(list(Place.objects.filter(id__in=ids).values_list("member_id", "starts_on")))
        kept = undo_created(Place, ids, by, at, subject="place")
        repost_spans(spans, at=at)
    return kept


_TEAM_COLUMNS = (
    CODE,
    Column("name", longest=200, doc="its name", example="North"),
    Column("parent", ColumnKind.CODE, refers_to="team", doc="code of the team it is part of", example=""),
)
_MEMBER_COLUMNS = (
    CODE,
    Column("name", longest=200, doc="full name", example="Anna Petrova"),
    Column("email", longest=254, doc="e-mail at work", example="anna@example.com"),
    Column("work_phone", longest=50, doc="telephone at work", example="+30 210 0000000"),
    Column("hired_on", ColumnKind.DAY, doc="first day of work", example="2024-02-01"),
    Column("left_on", ColumnKind.DAY, doc="first day no longer employed", example=""),
    Column(
        "commission_rate", ColumnKind.EXACT, places=9, doc="own rate of commission, a share", example="0.012"
    ),
)
_TERRITORY_COLUMNS = (
    CODE,
    Column("name", longest=200, doc="its name", example="Attica"),
    Column("parent", ColumnKind.CODE, refers_to="territory", doc="code of the one around it", example=""),
    Column("cut", ColumnKind.CHOICE, choices=CUTS, default="place", doc="what it is cut by", example="place"),
    Column("manager", ColumnKind.REFERENCE, refers_to="member", doc="who is responsible", example="M1"),
    Column("country", longest=2, doc="two letters", example="GR"),
)
_PLACE_COLUMNS = (
    Column("member", ColumnKind.REFERENCE, required=True, refers_to="member", doc="who", example="M1"),
    Column("starts_on", ColumnKind.DAY, required=True, doc="first day", example="2024-02-01"),
    Column("team", ColumnKind.REFERENCE, refers_to="team", doc="in which team", example="T1"),
    Column("role", ColumnKind.CHOICE, choices=ROLES, doc="doing what", example="closer"),
    Column("manager", ColumnKind.REFERENCE, refers_to="member", doc="led by whom", example=""),
    Column("territory", ColumnKind.REFERENCE, refers_to="territory", doc="in which zone", example="Z1"),
    Column("capacity", ColumnKind.WHOLE, minimum=0, doc="customers they can serve", example="120"),
)
_ABSENCE_COLUMNS = (
    CODE,
    Column(
        "member", ColumnKind.REFERENCE, required=True, refers_to="member", doc="who is away", example="M1"
    ),
    Column("starts_on", ColumnKind.DAY, required=True, doc="first day away", example="2024-08-01"),
    Column("ends_on", ColumnKind.DAY, required=True, doc="first day back", example="2024-08-15"),
    Column("kind", ColumnKind.CHOICE, choices=ABSENCE_KINDS, default="other", doc="why", example="holiday"),
    Column("stand_in", ColumnKind.REFERENCE, refers_to="member", doc="who stands in"),
)

TEAMS = RecordShape(
    Team,
    "team",
    stored_as(_TEAM_COLUMNS, parent="parent_id"),
    own_references=("parent",),
    check=_check_teams,
)
MEMBERS = RecordShape(Member, "member", stored_as(_MEMBER_COLUMNS), check=_check_members)
TERRITORIES = RecordShape(
    Territory,
    "territory",
    stored_as(_TERRITORY_COLUMNS, parent="parent_id"),
    own_references=("parent",),
    check=_check_territories,
)
PLACES = RecordShape(
    Place,
    "place",
    stored_as(_PLACE_COLUMNS),
    key=("member", "starts_on"),
    check=_check_places,
    after=_after_places,
)
ABSENCES = RecordShape(Absence, "absence", stored_as(_ABSENCE_COLUMNS), check=_check_absences)

IMPORTABLES: tuple[Importable, ...] = (
    TEAMS.importable("teams", _TEAM_COLUMNS, doc="Teams, one inside another."),
    MEMBERS.importable("members", _MEMBER_COLUMNS, doc="People of the department."),
    TERRITORIES.importable(
        "territories",
        _TERRITORY_COLUMNS,
        after=("members",),
        doc="Sectors of the tree, each with its one manager.",
    ),
    replace(
        PLACES.importable(
            "places",
            _PLACE_COLUMNS,
            after=("teams", "members", "territories"),
            doc="Where a member stands from a day on, until their next row; one without the rest ends it.",
        ),
        undo=_undo_places,
    ),
    ABSENCES.importable(
        "absences", _ABSENCE_COLUMNS, after=("members",), doc="Days away, and who stands in."
    ),
)
