"""The people of a page of numbers: who stands there on a day, and where their pages are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.ui.links import card_address
from emporion.records.team.models import Member
from emporion.records.team.queries import Places, visible_members

SELLING = frozenset({"hunter", "closer", "farmer"})


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a row names them."""

    pk: int
    code: str
    name: str
    role: str = ""

    @property
    def address(self) -> str:
        """Their page."""
        return card_address("member", self.pk)


def people_of(viewer: Viewer, day: date, named: Iterable[str]) -> Mapping[str, Person]:
    """By code, the visible people who sell on that day, and those who are named by numbers. Three queries."""
    places = Places.load(None if viewer.sees_all else viewer.member_ids).everyone_on(day)
    wanted = set(named)
    rows = visible_members(viewer).values_list("pk", "code", "name", "left_on")
    found = {}
    for pk, code, name, left_on in rows:
        role = places[pk].role or "" if pk in places else ""
        is_there = role in SELLING and (left_on is None or left_on > day)
        if is_there or code in wanted:
            found[code] = Person(pk, code, name or code, role)
    return found


def person_of(member: Member, day: date) -> Person:
    """One person. One query."""
    return Person(
        member.pk,
        member.code,
        member.name or member.code,
        Places.load([member.pk]).on(member.pk, day).role or "",
    )
