"""The documents that are made from the code: each page is a function that gives its text."""

import re
from collections.abc import Callable, Iterable, Sequence

from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.importable import Column, Importable, importables
from emporion.kernel.ledger.vocabulary import KINDS, Trait
from emporion.kernel.preferences.definitions import DEFINITIONS
from emporion.numbers.metrics.engine.dimensions import DIMENSIONS
from emporion.numbers.metrics.registry import all_metrics
from emporion.numbers.metrics.shape import Evaluated
from tests.pages.addresses import Address, addresses
from tests.pages.table import RULES, Rule, role_may

ROLES = ("rep", "assistant", "service", "zone_manager", "head", "director", "auditor")

MADE = "<!-- Made by `make docs` from the code; change it there. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def facts() -> str:
    """The vocabulary of facts."""
    kinds = table(["kind", "what happened"], ([f"`{kind}`", meaning] for kind, meaning in KINDS.items()))
    traits = ", ".join(f"`{trait.name.lower()}`" for trait in Trait if trait.name)
    intro = "A record posts facts of these kinds and no others."
    return f"# Facts\n\n{MADE}\n\n{intro}\n\n{kinds}\n\nTraits tell facts of one kind apart: {traits}."


def definitions() -> str:
    """The settings that change a number."""
    rows = (
        [f"`{one.name}`", f"`{one.default}`", one.meaning, ", ".join(f"`{choice}`" for choice in one.choices)]
        for one in DEFINITIONS.values()
    )
    intro = "Where good sources disagree the choice is a setting with a stated default. A closed period keeps its own."
    return (
        f"# Definitions\n\n{MADE}\n\n{intro}\n\n{table(['setting', 'default', 'meaning', 'choices'], rows)}"
    )


def importing() -> str:
    """Every table a file may carry, in the order of loading, with its columns."""
    intro = "The preset `generic` reads one file per table below, by these column names, in this order."
    return "\n\n".join(
        ["# Columns of the generic preset", MADE, intro, *map(_one_table, importables().values())]
    )


def _one_table(importable: Importable) -> str:
    head = f"## {importable.name}"
    key = f"A row is known by {', '.join(f'`{name}`' for name in importable.key)}."
    nested = f"Rows belong to those of `{importable.nested_in}`." if importable.nested_in else ""
    rows = (
        [f"`{one.name}`", _kind(one), "yes" if one.required else "", one.doc] for one in importable.columns
    )
    told = " ".join(sentence for sentence in (importable.doc, key, nested) if sentence)
    return f"{head}\n\n{told}\n\n{table(['column', 'holds', 'required', 'what it is'], rows)}"


def _kind(column: Column) -> str:
    if column.choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in column.choices)
    if column.refers_to:
        return f"code of a {column.refers_to}"
    return str(column.kind.value).replace("_", " ")


def metrics() -> str:
    """Every metric with its definition, and every dimension it can be asked by."""
    plain = [one for one in all_metrics() if not isinstance(one.shape, Evaluated)]
    rows = (
        [f"`{one.name}`", one.unit, one.adds, one.direction, f"{one.definition} *({one.source})*"]
        for one in plain
    )
    dimensions = (
        [f"`{name}`", one.timing, "" if one.label == one.name else one.label]
        for name, one in DIMENSIONS.items()
    )
    plans = (
        "For every metric that can be planned, here called M: `M_plan` is the sum of its targets, `M_plan_fact` the "
        "fact in their spans, `M_attainment` the one sum over the other, `M_mean_attainment` the mean over targets, "
        "`M_mean_attainment_people` the mean over people of each one's attainment. Without a metric's name (`plan`, "
        "`plan_fact`, `attainment`, `mean_attainment`, `mean_attainment_people`) they are those of revenue. A "
        "target belongs to the period in which its first day lies."
    )
    return "\n\n".join(
        [
            "# Metrics",
            MADE,
            "A number has one definition, and this is it.",
            table(["metric", "unit", "adds up over", "direction", "definition"], rows),
            "## Plan and fact",
            plans,
            "## Dimensions",
            "`--by` and `--where` take these. *As then* is as it was on the day of the fact.",
            table(["dimension", "time", "named after"], dimensions),
        ]
    )


def permissions() -> str:
    """Every address with who may open it: the table that the tests try."""
    known = addresses()
    rows = [
        [*_asked(rule, [one for one in known if re.fullmatch(rule.names, one.name)]), *_by_role(rule)]
        for rule in RULES
    ]
    roles = (
        [f"`{role}`", str(scope.value), ", ".join(sorted(f"`{one.value}`" for one in granted)) or "–"]
        for role, (scope, granted) in STANDARD_ROLES.items()
    )
    return "\n\n".join(
        [
            "# Who may open what",
            MADE,
            "The tests try every address below by every role, on a record of one's own, of a colleague in the same "
            "team and a foreign one. A record that one may not open answers as one that does not exist. *In scope* are "
            "one's own records, those of one's team, or those of one's zone, by the scope of the role.",
            table(["what it is", "asks for", *ROLES], rows),
            "## The standard roles",
            "They can be changed, and others made, under Settings, Roles.",
            table(["role", "scope", "permissions"], roles),
        ]
    )


def _asked(rule: Rule, found: Sequence[Address]) -> list[str]:
    asked = [rule.reach.value, *(f"`{one.value}`" for one in rule.permissions)]
    written = " (a form)" if rule.posts else ""
    return [", ".join(f"`/{one.route}`" for one in found) + written, ", ".join(asked)]


def _by_role(rule: Rule) -> list[str]:
    return [("in scope" if rule.record else "yes") if role_may(role, rule) else "–" for role in ROLES]


PAGES: dict[str, Callable[[], str]] = {
    "facts.md": facts,
    "definitions.md": definitions,
    "metrics.md": metrics,
    "permissions.md": permissions,
    "guides/generic-columns.md": importing,
}
