"""The whole made-up company, row by row. Pure: the same wish gives the same rows in the same order."""

from emporion.doors.demo.rules.costs import write_costs
from emporion.doors.demo.rules.customers import LARGE, Customer, draw_customers
from emporion.doors.demo.rules.days import Days, Progress
from emporion.doors.demo.rules.deals import write_pipelines
from emporion.doors.demo.rules.documents import Desk
from emporion.doors.demo.rules.people import (
    CLOSER,
    FARMER,
    People,
    draw_absences,
    draw_changes,
    draw_people,
    write_people,
)
from emporion.doors.demo.rules.places import draw_places, write_places
from emporion.doors.demo.rules.products import draw_products
from emporion.doors.demo.rules.stories import Stories, draw_fading, draw_stories
from emporion.doors.demo.rules.tables import Write
from emporion.doors.demo.rules.targets import write_targets
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import words


def simulate(wanted: Wanted, currency: str, write: Write, progress: Progress) -> tuple[People, Stories]:
    """Writes every row of the company; who works there, and the stories planted."""
    places, people = draw_places(wanted), draw_people(wanted)
    stories = draw_stories(wanted, people, places)
    write_pipelines(wanted.language, write)
    products = draw_products(wanted, currency, write)
    customers = draw_customers(wanted, places, people, stories, products, write=write)
    draw_fading(wanted, stories, _large(customers))
    draw_changes(wanted, people, stories.people())
    draw_absences(wanted, people, stories.people(), write)
    desk = Desk(
        draw=wanted.draw("days"),
        write=write,
        first=wanted.first_day.toordinal(),
        last=wanted.last_day.toordinal(),
        products=products,
        channels=words(wanted.language)["channels"],
    )
    Days(desk, people, customers, stories, wanted.language).run(progress)
    write_people(wanted, people, _capacities(people, stories), write)
    heads = [head.code for head in people.heads]
    staying = {
        team: [rep.code for rep in people.reps if rep.team == team and rep.left is None]
        for team in range(wanted.teams)
    }
    write_places(wanted, places, people.director.code, heads, staying, write=write)
    write_targets(people, desk.tally, wanted.first_day, wanted.last_day, write)
    write_costs(wanted, desk.tally, write)
    return people, stories


def _large(customers: list[Customer]) -> list[int]:
    """The half of the large customers of the first day who buy most in a year."""
    large = [one for one in customers if one.orders and one.size == LARGE]
    large.sort(key=lambda one: (-(one.volume // one.gap), one.number))
    return [one.number for one in large[: (len(large) + 1) // 2]]


def _capacities(people: People, stories: Stories) -> dict[str, int]:
    """How many customers one can serve: a fifth more than the fullest serves, but for whoever is saturated."""
    found = {}
    for role in (CLOSER, FARMER):
        most = max(rep.served for rep in people.of(role) if rep is not stories.saturated)
        found[role] = max(most * 6 // 5 + 2, 5)
        if role == FARMER and stories.saturated:
            found[role] = max(min((most + stories.saturated.served) // 2, found[role]), 1)
    return found
