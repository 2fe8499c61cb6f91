"""The stories planted in the made-up company, each to be found through the metrics. Who and when is drawn. Pure."""

from dataclasses import dataclass

from emporion.doors.demo.rules.people import CLOSER, FARMER, HUNTER, People, Person
from emporion.doors.demo.rules.places import Places
from emporion.doors.demo.rules.wanted import Wanted

NOWHERE = -1
SATURATED_SHARE = 230  # percent of what a colleague serves
HALF_YEAR = 183


@dataclass(slots=True)
class Stories:
    """Who is in a story and from which day on; without stories nobody is.

    `saturated`: a farmer whose hands are full. `lives_off_old`: a closer who sells to old customers only. `busy`: a
    hunter who does much that leads to nothing. `untouched_region`: prospects whom nobody speaks to. Which customer
    fades, and after how many tenths of their own gap of silence, is settled when the customers are known.
    """

    saturated: Person | None = None
    saturated_from: int = 0
    lives_off_old: Person | None = None
    old_from: int = 0
    busy: Person | None = None
    busy_from: int = 0
    untouched_region: int = NOWHERE
    untouched_from: int = 0
    fading: int = NOWHERE
    fading_tenths: int = 0

    def people(self) -> list[Person]:
        """Everyone who is in a story."""
        return [one for one in (self.saturated, self.lives_off_old, self.busy) if one]


def draw_stories(wanted: Wanted, people: People, places: Places) -> Stories:
    """The stories of this company."""
    if not wanted.with_stories:
        return Stories()
    draw, last = wanted.draw("stories"), wanted.last_day.toordinal()
    # A story begins after a time in which all was well, and goes on long enough to show in half a year.
    earliest = wanted.first_day.toordinal() + 60
    stories = Stories(
        saturated=draw.choice(people.of(FARMER)),
        saturated_from=last - draw.randrange(35, 85),
        lives_off_old=draw.choice(people.of(CLOSER)),
        old_from=max(last - draw.randrange(240, 420), earliest),
        busy=draw.choice(people.of(HUNTER)),
        busy_from=max(last - draw.randrange(150, 330), earliest),
        untouched_region=draw.randrange(len(places.regions)),
        untouched_from=max(last - draw.randrange(HALF_YEAR + 10, 400), earliest),
        fading_tenths=draw.randrange(20, 24),
    )
    if stories.saturated:
        stories.saturated.share = SATURATED_SHARE
    return stories


def draw_fading(wanted: Wanted, stories: Stories, steady: list[int]) -> None:
    """Which of the large, steady customers has gone quiet."""
    if wanted.with_stories and steady:
        stories.fading = wanted.draw("fading").choice(steady)
