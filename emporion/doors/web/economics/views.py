"""Break-even, and the activity plan worked backwards from money."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from emporion.doors.web.economics.activity_page import ActivityPage
from emporion.doors.web.economics.breakeven_page import BreakEvenPage
from emporion.doors.web.economics.spans import chosen, known_day, month_of, shortcuts, year_of
from emporion.kernel.access.viewer import Permission, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.periods import Period
from emporion.kernel.preferences.queries import preference
from emporion.kernel.ui.choosing import named
from emporion.kernel.ui.guards import needs
from emporion.kernel.ui.requests import PageRequest
from emporion.numbers.metrics.engine.remembering import remembering
from emporion.numbers.planning.backwards_queries import activity_needed
from emporion.numbers.planning.breakeven_queries import About, break_even
from emporion.numbers.planning.cost_queries import may_change_costs
from emporion.records.catalog.queries import visible_products
from emporion.records.team.models import Member
from emporion.records.team.queries import visible_members

MOST_PEOPLE = 500
MOST_MONEY = Decimal(10) ** 14
LONGEST = 100  # characters of a code


@needs(Permission.SEE_COST)
def breakeven(request: PageRequest) -> HttpResponse:
    """Where revenue covers the costs: of the whole, of a product or of a channel."""
    day = known_day()
    period = chosen(request.GET, year_of(day))
    about = _about(request.GET.get("product", "").strip(), request.GET.get("channel", "").strip())
    with remembering():
        found = break_even(request.viewer, about, period, today=day)
    page = BreakEvenPage(found, str(preference("base_currency")), sees_all=request.viewer.sees_all)
    known: dict[str, Any] = {
        "title": _("Break-even"),
        "it": page,
        "product_text": _product_text(about),
        "channels": _channels(found.channels if about.kind == "whole" else (), about),
        "shortcuts": shortcuts(day, period),
        "may_change": may_change_costs(request.viewer),
    }
    return render(request, "economics/breakeven.html", known)


def _about(product: str, channel: str) -> About:
    """What is asked of: a product by its code or as the field wrote it, else a channel, else the whole."""
    if product:
        return About("product", _code_in(product))
    return About("channel", channel) if channel else About()


def _code_in(text: str) -> str:
    """The code of a product that was typed: the code itself, or what stands in brackets at the end."""
    _name, _bracket, code = text.removesuffix(")").rpartition("(")
    return (code if text.endswith(")") and code else text)[:LONGEST].replace("\0", "")


def _product_text(about: About) -> str:
    if about.kind != "product":
        return ""
    found = visible_products().filter(code=about.code).first()
    return named(found) if found else about.code


def _channels(parts: Any, about: About) -> list[dict[str, Any]]:
    codes = {part.code for part in parts if part.code} | ({about.code} if about.kind == "channel" else set())
    return [{"code": code, "chosen": about == About("channel", code)} for code in sorted(codes)]


def activity(request: PageRequest) -> HttpResponse:
    """What a person's plan of money takes in orders, meetings and cold calls."""
    day = known_day()
    period = chosen(request.GET, month_of(day))
    people = _people(request.viewer, day)
    member = _member(request.viewer, request.GET.get("member", "").strip(), people)
    money, refused = _money(request.GET.get("money", ""))
    known: dict[str, Any] = {
        "title": _("Activity plan"),
        "people": people,
        "member": member,
        "money_text": request.GET.get("money", "")[:40],
        "money_refused": refused,
        "whole": request.GET.get("of") == "whole",
        "period": period,
        "shortcuts": shortcuts(day, period),
    }
    if member is not None:
        known["it"] = _page(request, member, period, money, day)
    return render(request, "economics/activity.html", known)


def _page(
    request: PageRequest, member: Member, period: Period, money: Decimal | None, day: date
) -> ActivityPage:
    whole = request.GET.get("of") == "whole"
    with remembering():
        found = activity_needed(request.viewer, member.pk, period, money, whole=whole, today=day)
    return ActivityPage(found, member.code, str(preference("base_currency")))


def _people(viewer: Viewer, day: date) -> list[Member]:
    """Whom the viewer may choose: who works there on that day. One query."""
    rows = visible_members(viewer).order_by("name", "code")
    return [one for one in rows[:MOST_PEOPLE] if one.left_on is None or one.left_on > day]


def _member(viewer: Viewer, code: str, people: list[Member]) -> Member | None:
    """The chosen person, else oneself, else the only one. Refuses whom the viewer may not see, whether there is one."""
    if code:
        found = visible_members(viewer).filter(code=code[:LONGEST].replace("\0", "")).first()
        if found is None:
            raise Refusal("no_such_member", "there is no such member among those you may see")
        return found
    own = next((one for one in people if one.pk == viewer.member_id), None)
    return own or (people[0] if len(people) == 1 else None)


def _money(text: str) -> tuple[Decimal | None, str]:
    """The amount that was typed, with blanks or a decimal comma too; and what is wrong with it."""
    plain = "".join(text.split()).replace(",", ".")
    if not plain:
        return None, ""
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None, _("Write an amount as 250000 or 250000.50.")
    if not amount.is_finite() or not 0 < amount < MOST_MONEY:
        return None, _("Write an amount above 0.")
    return amount, ""
