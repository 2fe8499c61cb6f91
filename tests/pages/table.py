"""Who may open what: for every address a rule, from which the tests and `docs/permissions.md` are made.

A rule is written from the specification, not read from the code that it checks.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import Permission, Scope


class Reach(StrEnum):
    """How far one's own role must reach."""

    PUBLIC = "anybody, signed in or not"
    SIGNED_IN = "everybody who has signed in"
    LEADS = "who sees more than their own"
    SEES_ALL = "who sees everything"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an address asks of who opens it. `record` is the kind of record it is about: then only those in one's
    scope are there. `posts`: it writes and is opened by a form alone. `empty`: in the department of the tests there is
    nothing at it, so that who may come this far is told so."""

    names: str
    reach: Reach = Reach.SIGNED_IN
    permissions: tuple[Permission, ...] = ()
    record: str = ""
    posts: bool = False
    empty: bool = False


_WRITE = (Permission.WRITE,)
_ADMINISTER = (Permission.ADMINISTER,)
_IMPORT = (Permission.IMPORT,)
_EXPORT = (Permission.EXPORT,)
_COST = (Permission.SEE_COST,)
_LEADS = Reach.LEADS
RULES: tuple[Rule, ...] = (
    # The shell, and what every list has
    Rule(r"shell:(home|search)"),
    Rule(r"shell:appearance", Reach.PUBLIC, posts=True),
    Rule(r"operations:health", Reach.PUBLIC),
    Rule(r"ui:(save_view|remove_view)", posts=True),
    Rule(r"ui:undo", permissions=_WRITE, posts=True, empty=True),
    # The recycle bin
    Rule(r"customers:remove", permissions=_WRITE, record="customer", posts=True),
    Rule(r"customers:remove_contact", permissions=_WRITE, record="contact", posts=True),
    Rule(r"pipeline:remove", permissions=_WRITE, record="deal", posts=True),
    Rule(r"orders:remove", permissions=_WRITE, record="order", posts=True),
    Rule(r"orders:remove_payment", permissions=_WRITE, record="payment", posts=True),
    Rule(r"activities:remove", permissions=_WRITE, record="activity", posts=True),
    Rule(r"activities:remove_task", permissions=_WRITE, record="task", posts=True),
    Rule(r"catalog:remove", _LEADS, _WRITE, posts=True),
    Rule(r"running:recycle_bin", permissions=_WRITE),
    Rule(r"running:restore", permissions=_WRITE, posts=True, empty=True),
    # Accounts
    Rule(r"accounts:(me|sessions)"),
    Rule(r"accounts:(end_other_sessions|stop_viewing_as)", posts=True),
    Rule(r"accounts:end_session", posts=True, empty=True),
    Rule(r"accounts:first_run", Reach.PUBLIC),
    Rule(r"accounts:demo_sign_in", Reach.PUBLIC, posts=True, empty=True),
    Rule(
        r"accounts:(start|settings|definitions|calendar|users|invite|user|roles|role|new_role)",
        permissions=_ADMINISTER,
    ),
    Rule(r"accounts:(definition|calendar_day)", permissions=_ADMINISTER, empty=True),
    Rule(r"accounts:(start_demo|act_on_user|act_on_role|view_as)", permissions=_ADMINISTER, posts=True),
    # Numbers
    Rule(r"panels:(me|metrics|metric|facts)"),
    Rule(r"panels:department", _LEADS),
    Rule(r"panels:business", Reach.SEES_ALL),
    Rule(r"panels:member", record="member"),
    # Plans: each shows the branches that one sees; the whole is drawn, signed and published by who sees everything
    Rule(r"plans:list"),
    Rule(r"plans:new", Reach.SEES_ALL, _WRITE),
    Rule(r"plans:(plan|days|categories|compare)", empty=True),
    Rule(r"plans:export", permissions=_EXPORT, empty=True),
    Rule(r"plans:(cell|bring|weight|over|presence)", permissions=_WRITE, empty=True),
    Rule(r"plans:(restore|put_back|carry_out)", permissions=_WRITE, posts=True, empty=True),
    Rule(r"plans:(sign|replan|move)", Reach.SEES_ALL, _WRITE, empty=True),
    # From two sides: the person's own page, the pages of who leads them; neither is anybody else's
    Rule(r"plans:(mine|person)", empty=True),
    Rule(r"plans:agree", permissions=_WRITE, posts=True, empty=True),
    Rule(r"plans:reopen", permissions=_WRITE, empty=True),
    Rule(r"plans:gap", _LEADS, empty=True),
    Rule(r"plans:due", Reach.SEES_ALL, _WRITE, empty=True),
    Rule(r"plans:publish", Reach.SEES_ALL, _WRITE, posts=True, empty=True),
    Rule(r"forecasts:forecast"),
    Rule(r"forecasts:compute", posts=True),
    # Costs and break-even; the activity plan is a page about a person chosen on it
    Rule(r"economics:(breakeven|costs)", _LEADS, _COST),
    Rule(r"economics:new_cost", _LEADS, (*_WRITE, *_COST)),
    Rule(r"economics:edit_cost", _LEADS, (*_WRITE, *_COST), empty=True),
    Rule(r"economics:remove_cost", _LEADS, (*_WRITE, *_COST), posts=True, empty=True),
    Rule(r"economics:activity"),
    # Customers, orders
    Rule(r"customers:(list|options)"),
    Rule(r"customers:create", permissions=_WRITE),
    Rule(r"customers:many", permissions=_WRITE, posts=True, empty=True),
    Rule(r"customers:(edit|base|owner|zone|create_contact)", permissions=_WRITE, record="customer"),
    Rule(r"customers:edit_contact", permissions=_WRITE, record="contact"),
    Rule(r"cards:customer(_changes|_money)?", record="customer"),
    Rule(r"cards:contact", record="contact"),
    Rule(r"orders:list"),
    Rule(r"orders:(create|payer)", permissions=_WRITE),
    Rule(r"orders:(edit|cancel|invoice|take_back)", permissions=_WRITE, record="order"),
    Rule(r"orders:(contract|pay)", permissions=_WRITE, record="customer"),
    Rule(r"orders:allocate", permissions=_WRITE, record="payment"),
    Rule(r"cards:order(_changes)?", record="order"),
    Rule(r"cards:contract", record="contract"),
    Rule(r"cards:payment", record="payment"),
    # Products are everybody's to read
    Rule(r"catalog:(list|options)"),
    Rule(r"cards:product(_sales)?"),
    Rule(r"catalog:(create|create_category|create_price_list|edit|price|cost|complement)", _LEADS, _WRITE),
    # Deals
    Rule(r"pipeline:(list|board|options)"),
    Rule(r"pipeline:new", permissions=_WRITE),
    Rule(r"pipeline:bulk", permissions=_WRITE, posts=True, empty=True),
    Rule(r"pipeline:(edit|move|worth|credit|contract)", permissions=_WRITE, record="deal"),
    Rule(r"pipeline:step", permissions=_WRITE, record="deal", posts=True, empty=True),
    Rule(r"cards:deal", record="deal"),
    # Activities and tasks
    Rule(r"activities:(list|tasks)"),
    Rule(r"activities:(log|log_call|log_meeting|new_task)", permissions=_WRITE),
    Rule(r"activities:bulk", permissions=_WRITE, posts=True, empty=True),
    Rule(r"activities:edit", permissions=_WRITE, record="activity"),
    Rule(r"activities:(edit_task|close_task)", permissions=_WRITE, record="task"),
    Rule(r"activities:reopen_task", permissions=_WRITE, record="task", posts=True),
    Rule(r"cards:activity", record="activity"),
    Rule(r"cards:task", record="task"),
    # People and territories
    Rule(r"team:(list|territories)"),
    Rule(r"team:absence", permissions=_WRITE, record="member"),
    Rule(r"team:(teams|new|new_team|new_territory)", _LEADS, _WRITE),
    Rule(r"team:(edit|place|leave)", _LEADS, _WRITE, record="member"),
    Rule(r"team:edit_team", _LEADS, _WRITE, record="team"),
    Rule(r"team:(edit_territory|divide|manage)", _LEADS, _WRITE, record="territory"),
    Rule(r"team:person", record="member"),
    Rule(r"cards:territory", record="territory"),
    # How the house runs
    Rule(r"running:(imports|import_templates)", Reach.SEES_ALL, _IMPORT),
    Rule(r"running:(run|upload|upload_columns|upload_rejects)", Reach.SEES_ALL, _IMPORT, empty=True),
    Rule(
        r"running:(run_undo|upload_begin|upload_preset|upload_remove)",
        Reach.SEES_ALL,
        _IMPORT,
        posts=True,
        empty=True,
    ),
    Rule(r"running:jobs", permissions=_ADMINISTER),
    Rule(r"running:job", permissions=_ADMINISTER, empty=True),
    Rule(r"running:schedule", permissions=_ADMINISTER, posts=True, empty=True),
    Rule(r"running:audit", Reach.SEES_ALL),
    Rule(r"running:audit_entry", Reach.SEES_ALL),
)


def rule_of(name: str) -> Rule | None:
    """The rule for the address of that name."""
    return next((rule for rule in RULES if re.fullmatch(rule.names, name)), None)


def role_may(role: str, rule: Rule) -> bool:
    """Whether a role may open addresses of that rule at all."""
    scope, permissions = STANDARD_ROLES[role]
    reaches = {
        Reach.LEADS: scope is not Scope.OWN,
        Reach.SEES_ALL: scope is Scope.ALL,
    }.get(rule.reach, True)
    return reaches and all(one in permissions for one in rule.permissions)


def role_sees(role: str, kind: str, whose: str) -> bool:
    """Whether a record of that kind, one's own (`own`), of the same team (`mate`) or foreign (`fay`), is in the scope
    of a role. A zone manager's zone is that of `own` and `mate`; of people they see themselves and who is below."""
    scope, _permissions = STANDARD_ROLES[role]
    if scope is Scope.ALL:
        return True
    near = whose in ("own", "mate")
    if scope is Scope.TEAM:
        return near and kind != "territory"
    if scope is Scope.TERRITORY:
        return near and kind not in ("member", "team")
    return whose == "own" and kind not in ("territory", "team")
