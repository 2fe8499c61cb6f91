"""What people of the made-up company do with a customer: a contact, and perhaps an agreed next step. Pure."""

from dataclasses import dataclass

from emporion.doors.demo.rules.calendar import workday_from
from emporion.doors.demo.rules.customers import Customer
from emporion.doors.demo.rules.documents import Desk
from emporion.doors.demo.rules.people import Person
from emporion.doors.demo.rules.tables import day_text

COLD, REPEAT, INBOUND = "cold", "repeat", "inbound"
_MINUTES = {
    "call": (3, 20),
    "meeting": (30, 90),
    "message": (3, 10),
    "visit": (20, 60),
    "presentation": (30, 60),
}
_TALLIED = {"call": "calls", "meeting": "meetings"}


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort of contact: `first` is cold, repeat, inbound, new or existing where its kind has such."""

    kind: str
    first: str = ""

    @property
    def own(self) -> bool:
        """Whether the rep began it."""
        return self.first != INBOUND


TO_PROSPECT = (Sort("call", COLD), Sort("call", COLD), Sort("call", COLD), Sort("message"), Sort("visit"))
TO_CUSTOMER = (
    *(Sort("call", REPEAT), Sort("call", REPEAT), Sort("call", REPEAT), Sort("call", REPEAT)),
    *(Sort("meeting", "existing"), Sort("visit"), Sort("message")),
)
IN_DEAL = (Sort("meeting", "new"), Sort("call", REPEAT), Sort("presentation"), Sort("meeting", "new"))
CALLED_US = (Sort("call", INBOUND),)


def write_contact(
    desk: Desk, person: Person, customer: Customer, day: int, sorts: tuple[Sort, ...], *, deal: str = ""
) -> None:
    """One contact of one of those sorts."""
    draw = desk.draw
    sort = draw.choice(sorts)
    minutes = draw.randint(*_MINUTES[sort.kind])
    decides = "yes" if draw.random() < 0.4 else "no"
    own = "yes" if sort.own else "no"
    desk.write(
        "activities",
        (
            *(desk.number("A"), sort.kind, day_text(day), minutes, customer.code, deal, sort.first),
            *(decides, own, person.code),
        ),
    )
    if sort.kind in _TALLIED:
        desk.count(person, day, _TALLIED[sort.kind])


def agree_next_step(
    desk: Desk, person: Person, customer: Customer, day: int, titles: list[str], *, deal: str = ""
) -> int:
    """A step agreed with the customer; the day for which it is agreed."""
    due = workday_from(day + desk.draw.randrange(2, 12))
    write_task(desk, (person, customer), (day, due), desk.draw.choice(titles), deal=deal)
    return due


def write_task(
    desk: Desk,
    who: tuple[Person, Customer],
    days: tuple[int, int],
    title: str,
    *,
    deal: str = "",
    done: int | None = None,
    next_step: bool = True,
) -> None:
    """A task from one day to another. When it was done is drawn if not said: most in time, some late, a few dropped;
    what was not done by the last day is open."""
    (person, customer), (day, due), draw = who, days, desk.draw
    dice = draw.random()
    if done is None:
        done = due if dice < 0.84 else due + draw.randrange(1, 12)
    dropped = "yes" if dice > 0.99 else "no"
    desk.write(
        "tasks",
        (
            *(desk.number("T"), title, customer.code, deal, person.code, day_text(day), day_text(due)),
            *(day_text(done) if done <= desk.last else "", dropped if done <= desk.last else "no"),
            "yes" if next_step else "no",
        ),
    )
