"""Who works for the made-up company: heads, reps and assistants, who joined, who left, and when they are away. Pure."""

from dataclasses import dataclass, field
from random import Random

from emporion.doors.demo.rules.calendar import workday_from
from emporion.doors.demo.rules.tables import Write, day_text
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import person, words

HUNTER, CLOSER, FARMER = "hunter", "closer", "farmer"
SELLING = (HUNTER, CLOSER, FARMER)
COMPANY = "T"
# So many days before the end everybody is there who will be, and those of a story are not away.
SETTLED, PRESENT = 240, 60
LEAVERS_IN = 24  # of so many people one leaves in a year


@dataclass(slots=True, eq=False)
class Person:
    """Someone of the department. `agenda` holds whom to speak to from which day on, `urgent`
    those with an open deal, `served` how many customers of
    theirs ever bought; `pace` is their contacts on a usual day, `luck` their percent of deals won."""

    number: int
    name: str
    role: str
    team: int
    hired: int
    pace: int = 5
    luck: int = 45
    left: int | None = None
    heir: "Person | None" = None
    away: set[int] = field(default_factory=set)
    agenda: list[tuple[int, int]] = field(default_factory=list)
    urgent: list[tuple[int, int]] = field(default_factory=list)
    owns: set[int] = field(default_factory=set)
    served: int = 0
    last_win: int = 0
    open_deals: int = 0
    share: int = 100  # how much of what is given out they get, in percent of a colleague

    @property
    def code(self) -> str:
        """Their code."""
        return f"M{self.number}"

    def works(self, day: int) -> bool:
        """Whether they are there on that day."""
        return self.hired <= day and (self.left is None or day < self.left) and day not in self.away

    def standing(self) -> "Person":
        """They, or whoever has their work now."""
        return self.heir.standing() if self.heir else self


@dataclass(slots=True)
class People:
    """Everyone, by what they do; reps of all roles in the order of their numbers."""

    director: Person
    auditor: Person
    heads: list[Person]
    reps: list[Person]
    assistants: list[Person]

    def everyone(self) -> list[Person]:
        """All of them."""
        return [self.director, self.auditor, *self.heads, *self.reps, *self.assistants]

    def of(self, role: str, team: int | None = None) -> list[Person]:
        """Reps of that role who are still there at the end or not, of one team or of all."""
        return [rep for rep in self.reps if rep.role == role and team in (None, rep.team)]


def draw_people(wanted: Wanted) -> People:
    """Everyone who is there on the first day."""
    draw = wanted.draw("people")
    first = wanted.first_day.toordinal()
    number = 0

    def join(role: str, team: int) -> Person:
        nonlocal number
        number += 1
        name = " ".join(person(wanted.language, draw))
        hired = first - draw.randrange(30, 2_500)
        return Person(number, name, role, team, hired, pace=draw.randrange(5, 8), luck=draw.randrange(40, 61))

    director, auditor = join("director", -1), join("auditor", -1)
    heads = [join("head", team) for team in range(wanted.teams)]
    reps = [join(role, n % wanted.teams) for role in SELLING for n in range(wanted.of_each_role)]
    assistants = [join("assistant", n % wanted.teams) for n in range(wanted.assistants)]
    return People(director, auditor, heads, reps, assistants)


def draw_changes(wanted: Wanted, people: People, staying: list[Person]) -> None:
    """Who leaves, and who comes in their place, on that day; those of `staying` do not."""
    draw = wanted.draw("changes")
    first, last = wanted.first_day.toordinal() + 180, wanted.last_day.toordinal() - SETTLED
    if first >= last:
        return
    free = [rep for rep in people.reps if rep not in staying]
    count = min(len(people.reps) * wanted.years // LEAVERS_IN, len(free) // 2)
    number = people.everyone()[-1].number
    for rep in draw.sample(free, count):
        number += 1
        rep.left = workday_from(draw.randrange(first, last))
        name = " ".join(person(wanted.language, draw))
        rep.heir = Person(
            number, name, rep.role, rep.team, rep.left, draw.randrange(5, 8), draw.randrange(40, 61)
        )
        people.reps.append(rep.heir)


def draw_absences(wanted: Wanted, people: People, present: list[Person], write: Write) -> None:
    """Two weeks in summer, one in winter, some days ill; those of `present` are there in the last weeks."""
    draw = wanted.draw("absences")
    last = wanted.last_day.toordinal()
    count = 0
    for rep in people.reps:
        start = max(rep.hired, wanted.first_day.toordinal())
        for kind, day, days in _spells(draw, start, last):
            end = day + days
            if rep.left is not None and end >= rep.left:
                continue
            if rep in present and end > last - PRESENT:
                continue
            if any(away in rep.away for away in range(day, end)):
                continue
            rep.away.update(range(day, end))
            count += 1
            mates = [mate for mate in people.of(rep.role) if mate is not rep and mate.left is None]
            stand_in = draw.choice(mates).code if mates else ""
            write("absences", (f"V{count}", rep.code, day_text(day), day_text(end), kind, stand_in))


def _spells(draw: Random, start: int, last: int) -> list[tuple[str, int, int]]:
    found = []
    for year_start in range(start, last, 365):
        found.append(("holiday", year_start + draw.randrange(60, 150), 14))
        found.append(("holiday", year_start + draw.randrange(200, 340), 7))
        found.append(("sick", year_start + draw.randrange(0, 365), draw.randrange(1, 6)))
    return [(kind, day, days) for kind, day, days in found if day + days <= last]


def write_people(wanted: Wanted, people: People, capacity: dict[str, int], write: Write) -> None:
    """Teams, members and their places; `capacity` by role."""
    said = words(wanted.language)
    write("teams", (COMPANY, said["company"], ""))
    for number in range(wanted.teams):
        write("teams", (f"{COMPANY}{number + 1}", said["team"].format(number + 1), COMPANY))
    first = wanted.first_day.toordinal()
    for one in people.everyone():
        left = day_text(one.left) if one.left is not None else ""
        phone = f"+30 000 {one.number:04d}"
        email = f"m{one.number}@company-n.example"
        rate = "0.01" if one.role in SELLING else ""
        write("members", (one.code, one.name, email, phone, day_text(one.hired), left, rate))
        start = day_text(min(one.hired, first))
        write("places", (one.code, start, *_place(one, people), str(capacity.get(one.role, ""))))
        if one.left is not None:
            write("places", (one.code, left, "", "", "", "", ""))


def _place(one: Person, people: People) -> tuple[str, str, str, str]:
    team = f"{COMPANY}{one.team + 1}" if one.team >= 0 else COMPANY
    if one.role in ("director", "auditor"):
        return team, one.role, "" if one is people.director else people.director.code, "Z"
    above = people.director if one.role == "head" else people.heads[one.team]
    return team, one.role, above.code, _zone(one)


def _zone(one: Person) -> str:
    """Heads and assistants stand in the whole market; reps each in a region of their team."""
    if one.role not in SELLING:
        return "Z"
    return f"Z{one.team * 4 + one.number % 4 + 1}"
