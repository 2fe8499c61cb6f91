"""Every setting that changes a number, with its default and its words (spec, appendix A). Pure."""

from dataclasses import dataclass

Value = int | str | bool


@dataclass(frozen=True, slots=True)
class Definition:
    """A named setting: its default, what it means, and the values it may take: one of `choices`, a number from
    `minimum` to `maximum`, a text that `pattern` describes and `form` names in words."""

    name: str
    default: Value
    meaning: str
    choices: tuple[Value, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    pattern: str = ""
    form: str = ""


# Far beyond any sense, and well within what days and counts can be computed with.
CENTURY = 36_500  # days
DECADE = 120  # months
YEAR = 53  # weeks
MANY = 1_000


_ALL = (
    Definition(
        "company_name", "", "what the company is called", pattern=".{0,100}", form="at most 100 letters"
    ),
    Definition(
        "languages",
        "en,ru,el",
        "languages people may choose",
        pattern="(en|ru|el)(,(en|ru|el))*",
        form="some of en, ru and el with commas between them",
    ),
    Definition("zone", "UTC", "time zone in which the department lives its days"),
    Definition(
        "base_currency",
        "EUR",
        "currency in which the ledger is kept",
        pattern="[A-Z]{3}",
        form="three capital letters, like EUR",
    ),
    Definition(
        "working_week",
        "1111100",
        "days worked, Monday to Sunday: 1 worked, 0 free",
        pattern="(?=.*1)[01]{7}",
        form="seven digits, 1 for a day worked and 0 for a free one, like 1111100",
    ),
    Definition(
        "holidays_country",
        "",
        "country whose holidays are free: two letters; empty for none",
        pattern="[A-Z]{2}|",
        form="two capital letters, like GR, or nothing",
    ),
    Definition(
        "active_base_days",
        90,
        "a customer is active who bought in so many last days",
        minimum=1,
        maximum=CENTURY,
    ),
    Definition(
        "new_product_days",
        365,
        "a product entered without an end of its newness is new for so many days; read when it is entered or imported",
        minimum=1,
        maximum=CENTURY,
    ),
    Definition(
        "lost_few_orders_days",
        365,
        "with few orders, lost after so many days of silence",
        minimum=1,
        maximum=CENTURY,
    ),
    Definition("lost_few_orders", 3, "fewer order days than this are few", minimum=2, maximum=MANY),
    Definition(
        "lost_gap_factor", 3, "lost after so many of the customer's own median gaps", minimum=1, maximum=MANY
    ),
    Definition(
        "lost_least_days", 30, "but never lost before so many days of silence", minimum=1, maximum=CENTURY
    ),
    Definition("lost_most_days", 730, "and always after so many", minimum=1, maximum=CENTURY),
    Definition(
        "fading_gap_halves",
        3,
        "fading after so many halves of the own median gap (3 = 1.5)",
        minimum=2,
        maximum=MANY,
    ),
    Definition(
        "busy_work_days",
        14,
        "an activity is busy-work without progress in so many days",
        minimum=1,
        maximum=CENTURY,
    ),
    Definition(
        "saturation_weeks", 3, "weeks in a row with too little own initiative", minimum=1, maximum=YEAR
    ),
    Definition(
        "saturation_percent",
        30,
        "too little own initiative: below so many percent of contacts",
        minimum=0,
        maximum=100,
    ),
    Definition(
        "behind_plan_percent",
        70,
        "who will close below so many percent of their plan is named to their head",
        minimum=0,
        maximum=100,
    ),
    Definition(
        "win_rate_base", "closed", "win rate over closed deals or over all", choices=("closed", "all")
    ),
    Definition(
        "systematic_orders", 3, "an account is systematic with so many orders", minimum=1, maximum=MANY
    ),
    Definition("systematic_months", 6, "… in so many months", minimum=1, maximum=DECADE),
)
DEFINITIONS: dict[str, Definition] = {definition.name: definition for definition in _ALL}
