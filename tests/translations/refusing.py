"""The names under which the product says no: each needs its sentence in every language but English."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from emporion.kernel.ui.refusals import CONTEXT
from tests.translations.extracting import Key, Message

_RAISED = {"Refusal": 0}
# Said by a class and not by a call, and where no name of its own is known.
_OF_CLASSES = {
    "changed_meanwhile": "{what} was changed by someone else; read it again, then change it",
    "still_needed": "{subject} has {records}: it cannot be removed without them",
    "no_such_record": "there is no such {subject}",
    "no_room": "the branch above has no room for what was agreed: its settled parts ask more or less than it has",
    "failed": "an error that is no refusal: a broken chain, a damaged archive, a store ahead of its ledger",
}


def refusals_in(files: Iterable[Path]) -> dict[Key, Message]:
    """By name, the refusals that these modules can raise, with their English texts as the code writes them."""
    found = {_message(name, text).key: _message(name, text) for name, text in _OF_CLASSES.items()}
    for path in files:
        for name, text in names_in(path.read_text(encoding="utf-8")):
            found.setdefault((CONTEXT, name), _message(name, "")).comments.add(text)
    return found


def _message(name: str, text: str) -> Message:
    return Message(name, context=CONTEXT, comments={text} if text else set())


def names_in(source: str) -> Iterator[tuple[str, str]]:
    """The names in a module, each with its English text: given to Refusal, or to a function that hands them on."""
    if "Refusal" not in source:
        return
    tree = ast.parse(source)
    takes_name = _RAISED | _handing_on(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (at := takes_name.get(_called(node))) is not None:
            for given in _possible(node, at):
                yield given, _text(node, at + 1)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _handing_on(tree: ast.AST) -> dict[str, int]:
    """By function, at which place it takes the name it gives to Refusal."""
    found = {}
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        arguments = [one.arg for one in function.args.args if one.arg not in {"self", "cls"}]
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and _called(node) == "Refusal" and node.args:
                given = node.args[0]
                if isinstance(given, ast.Name) and given.id in arguments:
                    found[function.name] = arguments.index(given.id)
    return found


def _possible(node: ast.Call, at: int) -> Iterator[str]:
    if at < len(node.args):
        for part in ast.walk(node.args[at]):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _is_name(part.value):
                yield part.value


def _is_name(text: str) -> bool:
    return text.isidentifier() and not text.endswith("_")


def _text(node: ast.Call, at: int) -> str:
    """The English text; what is put in stands in braces."""
    given = node.args[at] if at < len(node.args) else None
    if isinstance(given, ast.Constant):
        return str(given.value)
    if not isinstance(given, ast.JoinedStr):
        return ""
    parts = (
        str(part.value)
        if isinstance(part, ast.Constant)
        else "{" + ast.unparse(part.value) + "}"
        if isinstance(part, ast.FormattedValue)
        else ""
        for part in given.values
    )
    return "".join(parts)
