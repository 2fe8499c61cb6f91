"""The strings for people that stand in Python files and in templates."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import template as django_forms
from django.utils.translation import trim_whitespace

# By function, which of its arguments are the context, the text and its plural.
_SHAPES = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_FUNCTIONS = {
    name + end: shape
    for name, shape in _SHAPES.items()
    for end in ("", "_lazy", "_noop")
    if name == "gettext" or end != "_noop"
}
Key = tuple[str, str]  # context (often empty) and English text


class NotLiteral(ValueError):
    """A string is put together before it is translated: nobody can translate its pieces."""


@dataclass
class Message:
    """An English text, its plural where it has one, and the files it stands in."""

    text: str
    plural: str = ""
    context: str = ""
    files: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        """What tells it apart from others of its app."""
        return (self.context, self.text)


def messages_in(files: Iterable[Path], root: Path) -> dict[Key, Message]:
    """Every message of these files, each once. Refuses a text that is no literal."""
    found: dict[Key, Message] = {}
    for path in files:
        source = path.read_text(encoding="utf-8")
        of_file = in_python(source) if path.suffix == ".py" else in_template(source)
        name = path.relative_to(root).as_posix()
        for message in _located(of_file, name):
            kept = found.setdefault(message.key, message)
            kept.files.add(name)
            kept.plural = kept.plural or message.plural
    return found


def _located(messages: Iterator[Message], name: str) -> Iterator[Message]:
    try:
        yield from messages
    except NotLiteral as problem:
        raise NotLiteral(f"{name}:{problem}") from None


# Python


def in_python(source: str) -> Iterator[Message]:
    """The messages of a module, by whatever name it calls Django's functions."""
    if "translation" not in source:
        return
    tree = ast.parse(source)
    called = dict(_imported(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (shape := _shape(node.func, called)):
            yield from _of_call(node, shape)


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                if alias.name in _FUNCTIONS:
                    yield alias.asname or alias.name, alias.name


def _shape(function: ast.expr, called: dict[str, str]) -> tuple[int | None, int, int | None] | None:
    if isinstance(function, ast.Name):
        return _FUNCTIONS.get(called.get(function.id, ""))
    if (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "translation"
    ):
        return _FUNCTIONS.get(function.attr)
    return None


def _of_call(node: ast.Call, shape: tuple[int | None, int, int | None]) -> Iterator[Message]:
    context, text, plural = (None if at is None else _literal(node, at) for at in shape)
    if text:  # a name instead of a text: the text itself is marked where it stands
        yield Message(text, plural or "", context or "")


def _literal(node: ast.Call, at: int) -> str | None:
    if at >= len(node.args):
        return None
    given = node.args[at]
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return given.value
    if isinstance(given, ast.JoinedStr | ast.BinOp):
        raise NotLiteral(f"{node.lineno}: a text put together cannot be translated; use %(name)s")
    return None


# Templates


def in_template(source: str) -> Iterator[Message]:
    """The messages of a template: translate, blocktranslate, and _("…") inside other tags."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            yield from _of_tag(token, tokens)
        elif token.token_type == TokenType.VAR:
            yield from _constants(token)


def _of_tag(token: Token, rest: Iterator[Token]) -> Iterator[Message]:
    if token.contents.split()[0] == "comment":
        _skip_comment(rest)
    elif inline := django_forms.inline_re.match(token.contents):
        text = inline[1][1:-1].replace("%", "%%")
        yield Message(text, context=_context(inline[2]))
    elif block := django_forms.block_re.match(token.contents):
        yield from _constants(token)
        yield _of_block(token, rest, _context(block[1]))
    else:
        yield from _constants(token)


def _skip_comment(rest: Iterator[Token]) -> None:
    for token in rest:
        if token.token_type == TokenType.BLOCK and token.contents == "endcomment":
            return


def _constants(token: Token) -> Iterator[Message]:
    for quoted in django_forms.constant_re.findall(token.contents):
        yield Message(quoted[1:-1].replace("%", "%%"))


def _context(options: str | None) -> str:
    found = django_forms.context_re.match(options) if options else None
    return found[1][1:-1] if found else ""


def _of_block(opening: Token, rest: Iterator[Token], context: str) -> Message:
    forms: list[list[str]] = [[]]
    for token in rest:
        if token.token_type == TokenType.BLOCK:
            if django_forms.endblock_re.match(token.contents):
                break
            if not django_forms.plural_re.match(token.contents):
                raise NotLiteral(f"{token.lineno}: no other tag may stand inside blocktranslate")
            forms.append([])
        elif token.token_type == TokenType.VAR:
            forms[-1].append(f"%({token.contents})s")
        elif token.token_type == TokenType.TEXT:
            forms[-1].append(token.contents.replace("%", "%%"))
    trimmed = "trimmed" in opening.split_contents()
    texts = [trim_whitespace("".join(form)) if trimmed else "".join(form) for form in forms]
    return Message(texts[0], texts[1] if len(texts) > 1 else "", context)


def untagged(source: str) -> str:
    """A template with its tags, variables and what is translated taken out: what it says in English whoever reads."""
    tokens = iter(Lexer(source).tokenize())
    kept: list[str] = []
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type == TokenType.BLOCK and token.contents.split()[0] == "comment":
            _skip_comment(tokens)
        elif token.token_type == TokenType.BLOCK and (block := django_forms.block_re.match(token.contents)):
            _of_block(token, tokens, _context(block[1]))
    return "".join(kept)
