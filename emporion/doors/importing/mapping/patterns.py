"""Regular expressions of a mapping: which are let in, so that no cell can keep one busy for hours. Pure."""

import re

LONGEST_MATCHED = 1_000
"""Characters of a cell that a pattern looks at."""

MOST_WAYS = 4 * LONGEST_MATCHED**2
"""In how many ways a pattern may try to fit: two repeats without an end, or many short ones."""

_ATOM = r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
_OPENS = r"\((?:\?(?:P?<\w+>|[:=!>]|<[=!]|[a-zA-Z-]+:))?"
_REPEAT = r"(?:[*+?]|\{\d*,?\d*\})[?+]?"
_TOKENS = re.compile(
    f"(?P<atom>{_ATOM})|(?P<opens>{_OPENS})|(?P<closes>\\))|(?P<repeat>{_REPEAT})|(?P<either>\\|)|.",
    re.DOTALL,
)
_PAST = MOST_WAYS + 1


def pattern_fault(text: str) -> str:
    """Why the pattern is refused; empty when it may be used."""
    try:
        compiled = re.compile(text)
    except (re.error, OverflowError, RecursionError) as problem:
        return f"is no regular expression: {problem}"
    if compiled.flags & re.VERBOSE:
        return "is written in the verbose form (?x), which is not let in"
    if ways(text) > MOST_WAYS:
        return (
            "could take hours over one cell: no repeat within a repeat, such as (a+)+ or (a|b)*, and no more than "
            "two without an end; write [ab]* for (a|b)*, {1,20} for +"
        )
    return ""


def ways(pattern: str) -> int:
    """At most how often the pattern's parts could share a text of LONGEST_MATCHED characters between them, counted
    no further than MOST_WAYS + 1: repeats multiply, a repeated group does so once for every round."""
    outer: list[int] = []
    before, last = 1, 1
    for token in _TOKENS.finditer(pattern):
        match token.lastgroup:
            case "repeat":
                last = _repeated(last, *_bounds(token[0]))
            case "opens":
                outer.append(min(before * last, _PAST))
                before, last = 1, 1
            case "closes" if outer:
                before, last = outer.pop(), min(before * last, _PAST)
            case "either":
                before, last = min(before * last * 2, _PAST), 1
            case _:
                before, last = min(before * last, _PAST), 1
    return min(before * last, _PAST)


def _bounds(repeat: str) -> tuple[int, int]:
    """The fewest and the most rounds."""
    match repeat[0]:
        case "?":
            return 0, 1
        case "{":
            least, comma, most = repeat[1 : repeat.index("}")].partition(",")
            low = int(least or 0)
            return low, int(most or LONGEST_MATCHED) if comma else low
        case sign:
            return int(sign == "+"), LONGEST_MATCHED


def _repeated(inner: int, least: int, most: int) -> int:
    """2 to the power of 32 is past the limit: more rounds need no counting."""
    return int(min(inner ** min(most, 32) * (max(most - least, 0) + 1), _PAST))
