"""Where the made-up company sells: the market, its countries, their regions, their cities. Pure."""

from dataclasses import dataclass

from emporion.doors.demo.rules.tables import Write
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import numbered, words

REGIONS_A_TEAM, CITIES_A_REGION = 4, 3
WORLD = "Z"


@dataclass(frozen=True, slots=True)
class City:
    """A city: the lowest sector. `region` and `team` are numbers."""

    code: str
    name: str
    region: int
    team: int


@dataclass(frozen=True, slots=True)
class Region:
    """A region; `country` is a number."""

    code: str
    name: str
    country: int
    team: int


@dataclass(frozen=True, slots=True)
class Places:
    """All sectors below the world. A team has its own regions."""

    countries: list[str]
    country_names: list[str]
    regions: list[Region]
    cities: list[City]

    def country_code(self, region: Region) -> str:
        """The code of the sector that is the region's country."""
        return f"{WORLD}-{self.countries[region.country]}"


def draw_places(wanted: Wanted) -> Places:
    """The tree of sectors of a company of that size."""
    said = words(wanted.language)
    draw = wanted.draw("places")
    shift = draw.randrange(len(said["regions"]))
    regions = [
        Region(
            f"{WORLD}{n + 1}",
            numbered(said["regions"], n + shift),
            n % len(said["countries"]),
            n // REGIONS_A_TEAM,
        )
        for n in range(wanted.teams * REGIONS_A_TEAM)
    ]
    cities = [
        City(
            f"{WORLD}{n + 1}-{c + 1}",
            numbered(said["cities"], n * CITIES_A_REGION + c + shift),
            n,
            region.team,
        )
        for n, region in enumerate(regions)
        for c in range(CITIES_A_REGION)
    ]
    return Places(said["countries"], said["country_names"], regions, cities)


def write_places(
    wanted: Wanted,
    places: Places,
    director: str,
    heads: list[str],
    reps: dict[int, list[str]],
    *,
    write: Write,
) -> None:
    """The tree, each sector with the one who is responsible: director, heads, and reps by their team's number."""
    write("territories", (WORLD, words(wanted.language)["world"], "", "place", director, ""))
    for number, (code, name) in enumerate(zip(places.countries, places.country_names, strict=True)):
        write("territories", (f"{WORLD}-{code}", name, WORLD, "place", heads[number % len(heads)], code))
    for region in places.regions:
        country = places.countries[region.country]
        write(
            "territories",
            (region.code, region.name, places.country_code(region), "place", heads[region.team], country),
        )
    for number, city in enumerate(places.cities):
        region, owners = places.regions[city.region], reps[city.team]
        country = places.countries[region.country]
        write(
            "territories",
            (city.code, city.name, region.code, "place", owners[number % len(owners)], country),
        )
