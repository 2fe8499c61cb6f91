"""What the made-up company spends: fixed costs of each year, and what each channel takes of its sales. Pure."""

from collections import Counter
from datetime import date

from emporion.doors.demo.rules.calendar import month_start
from emporion.doors.demo.rules.tables import Write, money_text
from emporion.doors.demo.rules.wanted import YEAR, Wanted
from emporion.doors.demo.rules.words import words

SHARES = (120, 30, 22, 14)  # of a usual year's revenue, in thousandths, each with its own name
RISE = 103  # percent of the year before
TAKEN = ((15, 30), (40, 60), (30, 50))  # of a channel's revenue, in thousandths
UNIT = 10_000  # ten-thousandths of the currency
STEP = 100  # fixed costs are round
Tally = Counter[tuple[str, tuple[int, int], str]]


def write_costs(wanted: Wanted, tally: Tally, write: Write) -> None:
    """The costs of every calendar year of the books, of the last one to its end."""
    draw, said = wanted.draw("costs"), words(wanted.language)
    first = month_start(wanted.first_day.year, wanted.first_day.month)
    end = date(wanted.last_day.year + 1, 1, 1)
    sold = sum(count for (_, _, kind), count in tally.items() if kind == "revenue")
    usual = sold * YEAR // (wanted.last_day - wanted.first_day).days
    for number, (name, thousandths) in enumerate(zip(said["costs"], SHARES, strict=True), 1):
        amount = usual * draw.randrange(thousandths * 9, thousandths * 11) // 10_000
        _write_years((f"KF{number}", name), amount, (first, end), write)
    for number, (name, channel) in enumerate(zip(said["channel_costs"], said["channels"], strict=True), 1):
        share = f"0.{draw.randint(*TAKEN[number - 1]):03d}"
        write("costs", (f"KV{number}", name, channel, "", share, first.isoformat(), end.isoformat()))


def _write_years(named: tuple[str, str], amount: int, books: tuple[date, date], write: Write) -> None:
    """That cost in each year, a little more than in the one before; of a part of a year its part."""
    first, end = books
    for year in range(first.year, end.year):
        start, following = max(first, date(year, 1, 1)), date(year + 1, 1, 1)
        part = amount * (following - start).days // YEAR // UNIT // STEP * STEP
        code, name = f"{named[0]}-{year}", named[1]
        write(
            "costs", (code, name, "", money_text(part * UNIT), "", start.isoformat(), following.isoformat())
        )
        amount = amount * RISE // 100
