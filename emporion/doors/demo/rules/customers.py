"""Who could buy from the made-up company: companies of three sizes, each with its own rhythm. Pure."""

from dataclasses import dataclass, field
from random import Random

from emporion.doors.demo.rules.people import CLOSER, FARMER, HUNTER, People, Person
from emporion.doors.demo.rules.places import Places
from emporion.doors.demo.rules.products import Product
from emporion.doors.demo.rules.stories import Stories
from emporion.doors.demo.rules.tables import Write, day_text
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import person, words

LARGE, MEDIUM, SMALL = range(3)
SHARES = (15, 30, 55)  # of the customers, in percent
GAPS = ((12, 20), (35, 60), (60, 120))  # days from order to order, by size
VOLUMES = ((150_000, 480_000), (45_000, 140_000), (12_000, 60_000))  # cents of one order, by size
BUYERS = 28  # percent of all who buy on the first day
NEVER = 10**7
WHAT_MATTERS = ("price", "quality", "speed", "completeness", "reliability")
PREFERRED = ("work_phone", "mobile", "email", "messenger", "in_person")


@dataclass(slots=True, eq=False)
class Customer:
    """A customer or prospect. `gap` and `volume` are their rhythm and the cents of a usual order; `ready` the day from
    which a prospect would buy, `quits` the day on which a customer stops, `touch` when to speak to them next."""

    number: int
    name: str
    size: int
    city: str
    region: int
    team: int
    source: int
    since: int
    gap: int
    volume: int
    owner: Person
    hunter: Person
    likes: list[Product]
    ready: int = NEVER
    quits: int = NEVER
    touch: int = NEVER
    orders: int = 0
    last_order: int = 0
    recent: list[int] = field(default_factory=list)
    dealing: bool = False
    systematic: bool = False

    @property
    def code(self) -> str:
        """Their code."""
        return f"K{self.number + 1}"


def draw_customers(
    wanted: Wanted, places: Places, people: People, stories: Stories, products: list[Product], *, write: Write
) -> list[Customer]:
    """Everyone who could buy, written with their contacts; those who come later have a later `since`."""
    draw, first, last = wanted.draw("customers"), wanted.first_day.toordinal(), wanted.last_day.toordinal()
    old_products = [product for product in products if product.launched < first]
    # Enough prospects become ready that every closer has deals all the time, in a small firm too.
    wished = 5 * wanted.of_each_role * 12 * wanted.years * 100 // max(wanted.customers * 72 // 100, 1) // 2
    willing = min(max(wished, 45), 95)
    made: list[Customer] = []
    for number in range(wanted.customers):
        city = places.cities[draw.randrange(len(places.cities))]
        size = draw.choices((LARGE, MEDIUM, SMALL), SHARES)[0]
        buys = draw.randrange(100) < BUYERS and city.region != stories.untouched_region
        since = first if buys or draw.random() < 0.5 else draw.randrange(first, last)
        hunter = draw.choice(people.of(HUNTER, city.team))
        customer = Customer(
            number=number,
            name=_firm(wanted.language, number, draw),
            size=size,
            city=city.code,
            region=city.region,
            team=city.team,
            source=draw.randrange(6),
            since=since,
            gap=draw.randint(*GAPS[size]),
            volume=draw.randint(*VOLUMES[size]),
            owner=_first_owner(size, city.team, people, stories, draw) if buys else hunter,
            hunter=hunter,
            likes=draw.sample(old_products, 6),
        )
        if buys:
            customer.orders, customer.systematic = 1, customer.owner.role == FARMER
            customer.owner.served += 1
        elif city.region != stories.untouched_region and draw.randrange(100) < willing:
            customer.ready = max(since, draw.randrange(first - 60, last))
        customer.owner.owns.add(number)
        _write_customer(wanted, places, customer, city.name, draw, write=write)
        made.append(customer)
    return made


def _first_owner(size: int, team: int, people: People, stories: Stories, draw: Random) -> Person:
    """Regular customers are served by farmers; a closer has a few small ones. Who lives off old customers kept
    large ones to themselves."""
    lives_off = stories.lives_off_old
    if lives_off and lives_off.team == team and size != SMALL and draw.randrange(100) < 30:
        return lives_off
    closers = [one for one in people.of(CLOSER, team) if one is not lives_off]
    if size == SMALL and closers and draw.randrange(100) < 25:
        return draw.choice(closers)
    return least_loaded(people.of(FARMER, team))


def least_loaded(farmers: list[Person]) -> Person:
    """Whose turn it is to get another customer to serve."""
    return min(farmers, key=lambda one: (one.served * 100 // one.share, one.number))


def _firm(language: str, number: int, draw: Random) -> str:
    said = words(language)
    name: str = said["firm"].format(
        adjective=draw.choice(said["firm_adjectives"]),
        noun=draw.choice(said["firm_nouns"]),
        form=draw.choice(said["firm_forms"]),
        number=number + 1,
    )
    return name


def _write_customer(
    wanted: Wanted, places: Places, one: Customer, city: str, draw: Random, *, write: Write
) -> None:
    said, region = words(wanted.language), places.regions[one.region]
    domain = f"{one.code.lower()}.example"
    write(
        "customers",
        (
            one.code,
            one.name,
            f"N{one.number + 1:08d}",
            said["street"].format(draw.randrange(1, 200)),
            city,
            region.name,
            places.countries[region.country],
            f"+30 000 1{one.number + 1:06d}",
            f"office@{domain}",
            draw.choice(said["activity_types"]),
            said["sizes"][2 - one.size],
            said["sources"][one.source],
            draw.choice(WHAT_MATTERS),
            draw.choice(PREFERRED),
            day_text(one.since),
            one.owner.code,
            one.city,
        ),
    )
    for place in range(draw.choice((1, 1, 2, 3 - one.size // 2))):
        given, family = person(wanted.language, draw)
        birthday = f"{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}"
        contact = f"{one.code}-{place + 1}"
        mobile = f"+30 600 {one.number + 1:06d}{place}"
        decides = "yes" if place == 0 else "no"
        position = said["buyers"][draw.randrange(len(said["buyers"]))]
        mail = f"person{place + 1}@{domain}"
        write("contacts", (contact, one.code, given, family, position, decides, mobile, mail, birthday))
