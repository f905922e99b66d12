"""Turns bytes into a harmless module that builds its identifiers from constants, in every supported form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

_STRINGS = ("'a'", "'b'", "'c1'", "''", "'%s'", "'{}'", "'x' 'y'", '"""z"""', "u'w'", "r'q'", "'é'")
_NAMES = ("revision", "down_revision", "first", "many", "number")
_INDENT = "    "


class Source:
    """Reads decisions from bytes, one after the other. After the last byte, it always returns the first choice."""

    def __init__(self, data: bytes) -> None:
        self._bytes = iter(data)

    def below(self, count: int) -> int:
        return next(self._bytes, 0) % count

    def one(self, options: Sequence[str]) -> str:
        return options[self.below(len(options))]


def module(data: bytes) -> str:
    """Return the text of a module. It binds the two identifiers, and ends after a few steps for any bytes."""
    source = Source(data)
    start = ["first = 'f'", "many = ['m', 'n']", "number = 7", "revision = 'r'", "down_revision = None"]
    body = [line for _ in range(1 + source.below(6)) for line in _statement(source, 2)]
    return "\n".join([*start, *body, ""])


def _statement(source: Source, depth: int) -> list[str]:
    makers: Sequence[Callable[[Source, int], list[str]]] = (
        _assign, _assign, _assign, _annotated, _chained, _several, _augmented, _method, _delete, _if, _try, _loop,
        _element, _function, _with_starred,
    )  # fmt: skip
    chosen = makers[source.below(len(makers))]
    return chosen(source, depth - 1) if depth > 0 else _assign(source, 0)


def _block(source: Source, depth: int) -> list[str]:
    return [_INDENT + line for line in _statement(source, depth)]


def _assign(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)} = {_value(source, 3)}"]


def _annotated(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)}: str = {_value(source, 3)}"]


def _chained(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)} = {source.one(_NAMES)} = {_value(source, 3)}"]


def _several(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)}, {source.one(_NAMES)} = {_value(source, 2)}, {_value(source, 2)}"]


def _with_starred(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)}, *{source.one(_NAMES)} = {_value(source, 2)}"]


def _augmented(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)} += {_value(source, 2)}"]


def _method(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)}.{source.one(('append', 'extend', 'remove'))}({_value(source, 1)})"]


def _element(source: Source, _: int) -> list[str]:
    return [f"{source.one(_NAMES)}[0] = {_value(source, 1)}"]


def _delete(source: Source, _: int) -> list[str]:
    name = source.one(_NAMES)
    return [f"del {name}", f"{name} = {_value(source, 2)}"]


def _function(source: Source, depth: int) -> list[str]:
    return ["def upgrade():", *_block(source, depth)]


def _if(source: Source, depth: int) -> list[str]:
    test = source.one(("True", "False", "number", "not first", "revision == 'r'", "len(many)"))
    return [f"if {test}:", *_block(source, depth), "else:", *_block(source, depth)]


def _try(source: Source, depth: int) -> list[str]:
    end = ["finally:", *_block(source, depth)] if source.below(2) else []
    return ["try:", *_block(source, depth), "except ValueError:", *_block(source, depth), *end]


def _loop(source: Source, depth: int) -> list[str]:
    return [f"for {source.one(_NAMES)} in {source.one(('(1, 2)', 'many[:2]', '()'))}:", *_block(source, depth)]


def _value(source: Source, depth: int) -> str:
    simple = (lambda: source.one(_STRINGS), lambda: source.one(_NAMES), lambda: source.one(("None", "7", "()", "[]")))
    nested = (
        lambda: f"({_value(source, depth - 1)}, {_value(source, depth - 1)})",
        lambda: f"[{_value(source, depth - 1)}, *{_value(source, depth - 1)}]",
        lambda: f"{{{_value(source, depth - 1)}}}",
        lambda: f"({_value(source, depth - 1)} + {_value(source, depth - 1)})",
        lambda: f"({source.one(_STRINGS)} % {_value(source, depth - 1)})",
        lambda: f"{source.one(_STRINGS)}.format({_value(source, depth - 1)})",
        lambda: f"f'{{{source.one(_NAMES)}{source.one(('', '!s', '!r', ':>3', ':03d'))}}}x'",
        lambda: f"({_value(source, depth - 1)} if {_value(source, depth - 1)} else {_value(source, depth - 1)})",
        lambda: f"{source.one(('str', 'tuple', 'list', 'set', 'frozenset'))}({_value(source, depth - 1)})",
        lambda: f"({_value(source, depth - 1)},)",
        lambda: f"(not {_value(source, depth - 1)})",
        lambda: f"{source.one(_NAMES)}[0]",
        lambda: f"({source.one(_NAMES)} := {_value(source, depth - 1)})",
        lambda: f"({_value(source, depth - 1)} or {_value(source, depth - 1)})",
    )
    options = simple if depth <= 0 else (*simple, *nested)
    return options[source.below(len(options))]()
