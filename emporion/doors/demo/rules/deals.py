"""The deals of the made-up company and how they go through their stages. Pure."""

from dataclasses import dataclass

from emporion.doors.demo.rules.customers import Customer
from emporion.doors.demo.rules.documents import Desk
from emporion.doors.demo.rules.people import Person
from emporion.doors.demo.rules.tables import Write, cents_text, day_text
from emporion.doors.demo.rules.words import words

NEW, GROWTH = "N", "G"
# Where the customer decides, by pipeline: the next move is won or lost.
DECIDING = {NEW: 5, GROWTH: 3}
KEY = {NEW: 4, GROWTH: 2}
PROCESS = {NEW: "closer", GROWTH: "farmer"}
HANDED_OVER = 2  # the stage in which a hunter's deal becomes a closer's


@dataclass(slots=True, eq=False)
class Deal:
    """A deal while it is open; `stage` counts from 1; `step` is the agreed next one: since, until, what."""

    code: str
    pipeline: str
    customer: Customer
    hunter: Person | None
    seller: Person
    opened: int
    value: int
    stage: int = 1
    step: tuple[int, int, str] | None = None


def write_pipelines(language: str, write: Write) -> None:
    """Sources, pipelines and stages."""
    said = words(language)
    for number, name in enumerate(said["sources"]):
        write("lead_sources", (f"S{number + 1}", name, said["channels"][number % 3]))
    for pipeline, name in zip((NEW, GROWTH), said["pipelines"], strict=True):
        write("pipelines", (pipeline, name, PROCESS[pipeline]))
        stages = said["stages_new" if pipeline == NEW else "stages_growth"]
        decide = DECIDING[pipeline]
        for position, stage in enumerate(stages, 1):
            outcome = {decide: "waiting", decide + 1: "won", decide + 2: "lost"}.get(position, "open")
            key = "yes" if position == KEY[pipeline] else "no"
            write("stages", (f"{pipeline}{position}", pipeline, stage, position, key, outcome))


def open_deal(desk: Desk, customer: Customer, hunter: Person | None, seller: Person, day: int) -> Deal:
    """A deal in its first stage."""
    pipeline = NEW if hunter else GROWTH
    value = customer.volume * (4 if hunter else 1)
    deal = Deal(desk.number("D"), pipeline, customer, hunter, seller, day, value)
    customer.dealing = True
    _enter(desk, deal, day)
    return deal


def advance(desk: Desk, deal: Deal, day: int) -> None:
    """On to the next stage."""
    deal.stage += 1
    _enter(desk, deal, day)


def close(desk: Desk, deal: Deal, day: int, language: str, *, won: bool) -> None:
    """Won or lost, and written."""
    deal.stage = DECIDING[deal.pipeline] + (1 if won else 2)
    _enter(desk, deal, day)
    deal.customer.dealing = False
    reason = "" if won else desk.draw.choice(words(language)["lost_reasons"])
    write_deal(desk, deal, language, closed=day_text(day), reason=reason)


def write_deal(desk: Desk, deal: Deal, language: str, *, closed: str = "", reason: str = "") -> None:
    """The deal as it stands, and whose it is."""
    said = words(language)
    name = said["deal_new" if deal.hunter else "deal_growth"].format(deal.customer.name)
    expected = day_text(deal.opened + 45)
    owner = "" if deal.hunter else deal.seller.code
    desk.write(
        "deals",
        (
            *(deal.code, name, deal.customer.code, deal.pipeline, f"{deal.pipeline}{deal.stage}"),
            *(day_text(deal.opened), closed, expected, reason, owner, cents_text(deal.value)),
            *(f"S{deal.customer.source + 1}", said["channels"][deal.customer.number % 2]),
        ),
    )
    if deal.hunter:
        desk.write("deal_credits", (deal.code, deal.hunter.code, 1, "direct"))
        desk.write("deal_credits", (deal.code, deal.seller.code, 3, "direct"))


def _enter(desk: Desk, deal: Deal, day: int) -> None:
    desk.write("deal_stages", (deal.code, f"{deal.pipeline}{deal.stage}", day_text(day)))
