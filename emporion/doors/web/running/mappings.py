"""A mapping made by choosing: by file the target, by column of ours where it comes from. Pure."""

import json
from collections.abc import Mapping
from typing import Any

DAY_FORMATS = (
    *("", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d.%m.%y", "%Y%m%d"),
    *("epoch_s", "epoch_ms"),
)
Choices = Mapping[str, Mapping[str, Any]]


def toml_of(choices: Choices) -> str:
    """The mapping file that these choices stand for."""
    pieces = ['name = "by page"\n']
    for file, chosen in sorted(choices.items()):
        if not chosen.get("into"):
            continue
        pieces += ["\n[[load]]", f"into = {json.dumps(chosen['into'])}", f"from = {json.dumps(file)}"]
        if chosen.get("first_only"):
            pieces.append("first_only = true")
        pieces.append("[load.columns]")
        rules = sorted(chosen.get("columns", {}).items())
        pieces += [f"{json.dumps(name)} = {rule_of(rule)}" for name, rule in rules if _is_filled(rule)]
    return "\n".join(pieces) + "\n"


def _is_filled(rule: Mapping[str, str]) -> bool:
    return bool(rule.get("column") or rule.get("value"))


def rule_of(rule: Mapping[str, str]) -> str:
    """One column's rule in TOML."""
    words = {name: rule[name] for name in ("column", "value", "format", "decimal", "by") if rule.get(name)}
    if words.get("column"):
        words.pop("value", None)
        if rule.get("value"):
            words["default"] = rule["value"]
    inside = ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in words.items())
    return f"{{ {inside} }}"
