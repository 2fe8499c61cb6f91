"""Files of the team, and with them the writer that every part's imports use (SYS-1)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import Fate, ImportBatch, ImportRow, RowFate, importables
from emporion.records.team.actions import change_member
from emporion.records.team.models import Member, Place, Team, Territory
from emporion.records.team.tests.people import AT, carried, member

pytestmark = pytest.mark.django_db


def fates(found: list[RowFate]) -> list[str]:
    return [f"{one.fate}:{one.column}" if one.column else str(one.fate) for one in found]


@pytest.mark.spec("SYS-1")
@pytest.mark.both_databases
def test_created_then_unchanged_then_changed_with_what_was_before() -> None:
    members = importables()["members"]
    row = {"code": "M1", "name": "Анна", "hired_on": date(2024, 1, 2), "commission_rate": Decimal("0.012")}
    assert fates(carried(members, row)) == ["created"]
    stored = Member.objects.get()
    assert (stored.name, stored.hired_on, stored.commission_rate) == (
        "Анна",
        date(2024, 1, 2),
        Decimal("0.012"),
    )
    assert (stored.created_at, stored.version, stored.touched_at) == (AT, 1, None)

    assert fates(carried(members, row)) == ["unchanged"]
    [fate] = carried(members, {**row, "name": "Anna"})
    assert (fate.fate, fate.record_id, fate.previous) == (Fate.CHANGED, stored.pk, row)
    stored.refresh_from_db()
    assert (stored.name, stored.version) == ("Anna", 2)
    assert carried(members, dict(fate.previous or {}))[0].fate is Fate.CHANGED
    assert Member.objects.get().name == "Анна"
    assert AuditEntry.objects.filter(action="member.imported").count() == 3


@pytest.mark.spec("SYS-1")
def test_a_column_the_file_lacks_stays_as_it_is_and_an_empty_cell_empties() -> None:
    members = importables()["members"]
    carried(members, {"code": "M1", "name": "Anna", "email": "a@example.com"})
    carried(members, {"code": "M1", "email": None})
    assert Member.objects.values_list("name", "email").get() == ("Anna", "")


@pytest.mark.spec("SYS-1")
def test_what_people_have_touched_no_import_overwrites() -> None:
    members = importables()["members"]
    carried(members, {"code": "M1", "name": "Anna"})
    change_member(member_id=Member.objects.get().pk, changes={"name": "Anna K."}, by=SYSTEM, at=AT)
    assert fates(carried(members, {"code": "M1", "name": "Anna"})) == ["kept"]
    assert fates(carried(members, {"code": "M1", "name": "Anna K."})) == ["unchanged"]
    assert Member.objects.get().name == "Anna K."


@pytest.mark.spec("SYS-1")
def test_the_same_key_twice_in_a_file_is_a_reject_that_names_the_first_line() -> None:
    found = carried(importables()["members"], {"code": "M1", "name": "A"}, {"code": "M1", "name": "B"})
    assert fates(found) == ["created", "rejected:code"]
    assert found[1].reason == "line 2 has the same code"


@pytest.mark.spec("SYS-1", "TEAM-4")
@pytest.mark.both_databases
def test_parents_may_stand_later_in_the_same_file_and_circles_are_rejected() -> None:
    territories = importables()["territories"]
    found = carried(
        territories,
        {"code": "athens", "parent": "greece"},
        {"code": "greece", "parent": None, "country": "GR"},
        {"code": "x", "parent": "y"},
        {"code": "y", "parent": "x"},
        {"code": "under-x", "parent": "x"},
        {"code": "lost", "parent": "atlantis"},
        {"code": "under-lost", "parent": "lost"},
    )
    assert fates(found) == ["created"] * 2 + ["rejected:parent"] * 5
    assert found[5].reason == "there is no territory with the code 'atlantis'"
    assert Territory.objects.get(code="athens").parent == Territory.objects.get(code="greece")
    # Undo writes what was before through the same columns: by code.
    [fate] = carried(territories, {"code": "athens", "parent": None})
    assert fate.previous == {"code": "athens", "parent": "greece"}


@pytest.mark.spec("SYS-1", "TEAM-4")
def test_a_circle_with_what_is_stored_already_is_rejected() -> None:
    teams = importables()["teams"]
    carried(teams, {"code": "a"}, {"code": "b", "parent": "a"})
    assert fates(carried(teams, {"code": "a", "parent": "b"})) == ["rejected:parent"]
    assert Team.objects.get(code="a").parent is None


@pytest.mark.spec("SYS-1", "TEAM-1")
def test_places_are_known_by_member_and_day() -> None:
    places, anna = importables()["places"], member("anna")
    january = {"member": anna.pk, "starts_on": date(2024, 1, 1), "role": "closer"}
    ended = {"member": anna.pk, "starts_on": date(2024, 3, 1), "role": None}
    assert fates(carried(places, january, ended)) == ["created"] * 2
    assert fates(carried(places, {**january, "role": "farmer"}, ended)) == ["changed", "unchanged"]
    assert list(Place.objects.order_by("starts_on").values_list("role", flat=True)) == ["farmer", ""]
    assert fates(carried(places, {**january, "manager": anna.pk})) == ["rejected:manager"]


@pytest.mark.spec("SYS-1", "TEAM-11")
def test_impossible_spans_are_rejected_in_their_column() -> None:
    anna, day = member("anna"), date(2024, 1, 1)
    absence = {"code": "a", "member": anna.pk, "starts_on": day, "ends_on": day}
    assert fates(carried(importables()["absences"], absence)) == ["rejected:ends_on"]
    hired = {"code": "m", "hired_on": day, "left_on": day}
    assert fates(carried(importables()["members"], hired)) == ["rejected:left_on"]


@pytest.mark.spec("SYS-1")
@pytest.mark.both_databases
def test_undo_removes_what_nobody_touched_children_before_parents() -> None:
    teams, places = importables()["teams"], importables()["places"]
    made = carried(teams, {"code": "outer"}, {"code": "inner", "parent": "outer"}, {"code": "used"})
    ids = {one.number: one.record_id or 0 for one in made}
    anna = member("anna")
    [standing] = carried(places, {"member": anna.pk, "starts_on": date(2024, 1, 1), "team": ids[4]})
    assert teams.undo is not None
    assert places.undo is not None
    assert teams.undo(list(ids.values()), SYSTEM, AT) == [ids[4]]
    assert list(Team.objects.values_list("code", flat=True)) == ["used"]
    assert places.undo([standing.record_id or 0], SYSTEM, AT) == []
    assert teams.undo([ids[4]], SYSTEM, AT) == []
    members = importables()["members"]
    assert members.undo is not None
    assert members.undo([anna.pk], SYSTEM, AT) == [anna.pk]


@pytest.mark.spec("SYS-1")
def test_the_number_of_queries_does_not_grow_with_rows() -> None:
    members = importables()["members"]

    def queries(codes: range, name: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            carried(members, *({"code": f"M{n}", "name": name} for n in codes))
        return len(seen)

    assert queries(range(2), "a") == queries(range(10, 110), "a")
    assert queries(range(2), "b") == queries(range(10, 110), "b")
    assert queries(range(10, 110), "b") <= 4


def test_an_import_needs_its_permission() -> None:
    write = importables()["members"].write
    assert write is not None
    with pytest.raises(Refusal, match="import"):
        write(ImportBatch([ImportRow(2, {"code": "M"})], Viewer("rep", Scope.OWN), AT))


def test_everything_can_be_looked_up_by_code() -> None:
    carried(importables()["members"], {"code": "M1"})
    references = importables()["members"].references
    assert references is not None
    assert references() == {"M1": Member.objects.get().pk}
    assert importables()["places"].references is None
    order = list(importables())
    assert order.index("members") < order.index("territories") < order.index("places")
