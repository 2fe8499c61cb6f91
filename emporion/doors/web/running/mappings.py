"""A mapping made by choosing: by file the target, by column of ours where it comes from. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

DAY_FORMATS = (
    *("", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d.%m.%y", "%Y%m%d"),
    *("epoch_s", "epoch_ms"),
)
_WORD = re.compile(r"[^0-9a-zа-яёα-ωάέήίόύώ]+")
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


def suggested(ours: Sequence[str], theirs: Sequence[str]) -> dict[str, str]:
    """By column of ours, that of theirs which is called alike; nothing is guessed that is not near."""
    plain = {_bare(name): name for name in reversed(theirs)}
    found = {}
    for name in ours:
        near = (
            [_bare(name)] if _bare(name) in plain else get_close_matches(_bare(name), plain, n=1, cutoff=0.85)
        )
        if near:
            found[name] = plain[near[0]]
    return found


def suggested_target(file: str, header: Sequence[str], targets: Mapping[str, Sequence[str]]) -> str:
    """The target whose name the file bears, or whose columns it shares most; empty when nothing fits."""
    stem = _bare(file.rsplit(".", 1)[0])
    by_name = {_bare(name): name for name in targets}
    near = get_close_matches(stem, by_name, n=1, cutoff=0.85)
    if near:
        return by_name[near[0]]
    scores = {name: len(suggested(columns, header)) for name, columns in targets.items()}
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] >= 3 else ""


def _bare(name: str) -> str:
    return _WORD.sub("", name.lower())
