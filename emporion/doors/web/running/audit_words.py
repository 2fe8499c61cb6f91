"""What an audit entry says, in words: what it is about, and what happened to it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Words = dict[str, str | Promise]

KINDS: Words = {
    "absence": gettext_lazy("absence"),
    "activity": gettext_lazy("activity"),
    "activities": gettext_lazy("activities"),
    "backup": gettext_lazy("backup"),
    "calendar": gettext_lazy("calendar"),
    "category": gettext_lazy("category"),
    "contact": gettext_lazy("contact"),
    "contract": gettext_lazy("contract"),
    "custom_field": gettext_lazy("own field"),
    "customer": gettext_lazy("customer"),
    "customers": gettext_lazy("customers"),
    "deal": gettext_lazy("deal"),
    "deals": gettext_lazy("deals"),
    "demo": gettext_lazy("made-up company"),
    "export": gettext_lazy("export"),
    "goods": gettext_lazy("goods"),
    "import": gettext_lazy("import"),
    "invoice": gettext_lazy("invoice"),
    "ledger": gettext_lazy("ledger"),
    "lead_source": gettext_lazy("source"),
    "member": gettext_lazy("person"),
    "order": gettext_lazy("order"),
    "orders": gettext_lazy("orders"),
    "payment": gettext_lazy("payment"),
    "pipeline": gettext_lazy("pipeline"),
    "place": gettext_lazy("place"),
    "preference": gettext_lazy("setting"),
    "price_list": gettext_lazy("price list"),
    "product": gettext_lazy("product"),
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
    "cancelled": gettext_lazy("cancelled"),
    "changed": gettext_lazy("changed"),
    "checking": gettext_lazy("check begun"),
    "closed": gettext_lazy("closed"),
    "completed": gettext_lazy("completed"),
    "complement_set": gettext_lazy("complement set"),
    "cost_set": gettext_lazy("cost set"),
    "created": gettext_lazy("created"),
    "credited": gettext_lazy("credited"),
    "day_cleared": gettext_lazy("day cleared"),
    "day_set": gettext_lazy("day set"),
    "defined": gettext_lazy("defined"),
    "deactivated": gettext_lazy("deactivated"),
    "divided": gettext_lazy("divided"),
    "erased": gettext_lazy("erased"),
    "import_undone": gettext_lazy("import taken back"),
    "imported": gettext_lazy("imported"),
    "importing": gettext_lazy("import begun"),
    "invited": gettext_lazy("invited"),
    "issued": gettext_lazy("issued"),
    "left": gettext_lazy("left"),
    "left_base": gettext_lazy("left the base"),
    "logged": gettext_lazy("logged"),
    "made": gettext_lazy("made"),
    "mapped": gettext_lazy("mapped"),
    "moved": gettext_lazy("moved"),
    "opened": gettext_lazy("opened"),
    "owner_set": gettext_lazy("owner set"),
    "password_set": gettext_lazy("password set"),
    "placed": gettext_lazy("placed"),
    "price_set": gettext_lazy("price set"),
    "reactivated": gettext_lazy("reactivated"),
    "reassigned": gettext_lazy("reassigned"),
    "received": gettext_lazy("received"),
    "recorded": gettext_lazy("recorded"),
    "removed": gettext_lazy("removed"),
    "reorganised": gettext_lazy("reorganised"),
    "reposted": gettext_lazy("posted anew"),
    "restored": gettext_lazy("restored"),
    "returned": gettext_lazy("returned"),
    "revalued": gettext_lazy("revalued"),
    "sessions_ended": gettext_lazy("signed out everywhere"),
    "set": gettext_lazy("set"),
    "signed": gettext_lazy("signed"),
    "started": gettext_lazy("started"),
    "stopped": gettext_lazy("stopped"),
    "switched": gettext_lazy("switched"),
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
    return _("%(kind)s %(number)s") % {"kind": word, "number": number} if number else word
