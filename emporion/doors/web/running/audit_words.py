"""What an audit entry says, in words: what it is about, and what happened to it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Words = dict[str, str | Promise]

KINDS: Words = {
    "absence": gettext_lazy("absence"),
    "activities": gettext_lazy("activities"),
    "activity": gettext_lazy("activity"),
    "backup": gettext_lazy("backup"),
    "calendar": gettext_lazy("calendar"),
    "calendar_day": gettext_lazy("day of the calendar"),
    "category": gettext_lazy("category"),
    "closing": gettext_lazy("closed period"),
    "complement": gettext_lazy("complement"),
    "contact": gettext_lazy("contact"),
    "contract": gettext_lazy("contract"),
    "cost_line": gettext_lazy("cost"),
    "costs": gettext_lazy("costs"),
    "custom_field": gettext_lazy("own field"),
    "customer": gettext_lazy("customer"),
    "customers": gettext_lazy("customers"),
    "deal": gettext_lazy("deal"),
    "deal_stage": gettext_lazy("stage of a deal"),
    "deal_value": gettext_lazy("worth of a deal"),
    "deals": gettext_lazy("deals"),
    "demo": gettext_lazy("made-up company"),
    "export": gettext_lazy("export"),
    "forecast": gettext_lazy("forecast"),
    "goods": gettext_lazy("goods"),
    "import": gettext_lazy("import"),
    "invoice": gettext_lazy("invoice"),
    "lead_source": gettext_lazy("source"),
    "lead_sources": gettext_lazy("sources"),
    "ledger": gettext_lazy("ledger"),
    "member": gettext_lazy("person"),
    "order": gettext_lazy("order"),
    "orders": gettext_lazy("orders"),
    "payment": gettext_lazy("payment"),
    "pipeline": gettext_lazy("pipeline"),
    "pipelines": gettext_lazy("pipelines"),
    "place": gettext_lazy("place"),
    "plan": gettext_lazy("plan"),
    "preference": gettext_lazy("setting"),
    "price_list": gettext_lazy("price list"),
    "product": gettext_lazy("product"),
    "product_cost": gettext_lazy("cost of a product"),
    "product_price": gettext_lazy("price of a product"),
    "return": gettext_lazy("return"),
    "role": gettext_lazy("role"),
    "schedule": gettext_lazy("schedule"),
    "stage": gettext_lazy("stage"),
    "target": gettext_lazy("target"),
    "targets": gettext_lazy("targets"),
    "task": gettext_lazy("task"),
    "tasks": gettext_lazy("tasks"),
    "team": gettext_lazy("team"),
    "territory": gettext_lazy("territory"),
    "upload": gettext_lazy("files"),
    "user": gettext_lazy("user"),
    "view_as": gettext_lazy("view as"),
}

HAPPENED: Words = {
    "added": gettext_lazy("added"),
    "allocated": gettext_lazy("allocated"),
    "asked": gettext_lazy("asked for"),
    "begun": gettext_lazy("begun"),
    "answers_asked": gettext_lazy("answers asked for"),
    "cancelled": gettext_lazy("cancelled"),
    "cells_brought": gettext_lazy("plan filled from a file"),
    "changed": gettext_lazy("changed"),
    "checking": gettext_lazy("check begun"),
    "closed": gettext_lazy("closed"),
    "complement_set": gettext_lazy("complement set"),
    "completed": gettext_lazy("completed"),
    "contract_signed": gettext_lazy("contract signed"),
    "cost_set": gettext_lazy("cost set"),
    "created": gettext_lazy("created"),
    "credited": gettext_lazy("credited"),
    "day_cleared": gettext_lazy("day cleared"),
    "day_set": gettext_lazy("day set"),
    "deactivated": gettext_lazy("deactivated"),
    "defined": gettext_lazy("defined"),
    "divided": gettext_lazy("divided"),
    "drawn": gettext_lazy("plan drawn up"),
    "entered_base": gettext_lazy("entered the base"),
    "erased": gettext_lazy("erased"),
    "import_undone": gettext_lazy("import taken back"),
    "imported": gettext_lazy("imported"),
    "importing": gettext_lazy("import begun"),
    "invitation": gettext_lazy("invitation sent"),
    "invited": gettext_lazy("invited"),
    "issued": gettext_lazy("issued"),
    "left": gettext_lazy("left"),
    "left_base": gettext_lazy("left the base"),
    "logged": gettext_lazy("logged"),
    "made": gettext_lazy("made"),
    "mapped": gettext_lazy("mapped"),
    "move_taken_back": gettext_lazy("move taken back"),
    "moved": gettext_lazy("moved"),
    "of_targets": gettext_lazy("made of targets"),
    "opened": gettext_lazy("opened"),
    "owner_set": gettext_lazy("owner set"),
    "password_changed": gettext_lazy("password changed"),
    "password_forgotten": gettext_lazy("password forgotten"),
    "password_set": gettext_lazy("password set"),
    "placed": gettext_lazy("placed"),
    "price_set": gettext_lazy("price set"),
    "published": gettext_lazy("published"),
    "reactivated": gettext_lazy("reactivated"),
    "reassigned": gettext_lazy("reassigned"),
    "received": gettext_lazy("received"),
    "recorded": gettext_lazy("recorded"),
    "recovery_codes_made": gettext_lazy("recovery codes made"),
    "removed": gettext_lazy("removed"),
    "reopened": gettext_lazy("opened again"),
    "reorganised": gettext_lazy("reorganised"),
    "replanned": gettext_lazy("planned anew"),
    "reposted": gettext_lazy("posted anew"),
    "restored": gettext_lazy("restored"),
    "returned": gettext_lazy("returned"),
    "revalued": gettext_lazy("revalued"),
    "role_set": gettext_lazy("role set"),
    "second_factor_removed": gettext_lazy("second factor removed"),
    "second_factor_set": gettext_lazy("second factor set up"),
    "sessions_ended": gettext_lazy("signed out everywhere"),
    "set": gettext_lazy("set"),
    "signed": gettext_lazy("signed"),
    "signed_in": gettext_lazy("signed in"),
    "started": gettext_lazy("started"),
    "stopped": gettext_lazy("stopped"),
    "switched": gettext_lazy("switched"),
    "taken_back": gettext_lazy("taken back"),
    "total_changed": gettext_lazy("total changed"),
    "undone": gettext_lazy("undone"),
    "zone_set": gettext_lazy("zone set"),
}


def happened(action: str) -> str:
    """What happened, in words: of `customer.changed` the second part."""
    last = action.rpartition(".")[2]
    return str(HAPPENED.get(last, last.replace("_", " ")))


def about(subject: str) -> str:
    """What an entry is about, in words with its number: of `customer:7`, customer 7."""
    kind, _colon, number = subject.partition(":")
    word = str(KINDS.get(kind, kind.replace("_", " ")))
    if number == "import":
        return _("%(kind)s, by import") % {"kind": word}
    if number == "bulk":
        return _("%(kind)s, many at once") % {"kind": word}
    if not number or "_" in number:  # a name of the code: the entry's own page shows it
        return word
    if number in KINDS:
        return _("%(kind)s: %(number)s") % {"kind": word, "number": KINDS[number]}
    return _("%(kind)s %(number)s") % {"kind": word, "number": number}
