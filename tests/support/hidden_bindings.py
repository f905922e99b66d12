"""Makes modules that bind the identifiers of a revision in unobvious ways, and runs them."""

from __future__ import annotations

import contextlib
import random
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

IDENTIFIERS = ("revision", "down_revision", "branch_labels", "depends_on")
_NAMES = (*IDENTIFIERS, "first", "many", "other", "another", "spare")
_IMPORTED = "made_up_names"
_INDENT = "    "


def make_module(seed: int) -> str:
    """Return the text of a module with a few statements after the usual ones. The same seed gives the same text."""
    return _Maker(random.Random(seed)).module()  # noqa: S311 - not for secrets


def run_module(text: str) -> dict[str, Any]:
    """Run the module. Return what Alembic would find, as tuples. Exceptions of the module pass through."""
    module = ModuleType("module")
    with _importable():
        exec(compile(text, "<made up>", "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - our own text
        names = {"revision": module.revision, "down_revision": module.down_revision}
        return {**names, **{name: getattr(module, name, None) for name in IDENTIFIERS[2:]}}


@contextlib.contextmanager
def _importable() -> Iterator[None]:
    imported = ModuleType(_IMPORTED)
    imported.__dict__.update(revision="star", down_revision="star", first="star", LABEL="label", str=ascii)
    sys.modules[_IMPORTED] = imported
    try:
        yield
    finally:
        del sys.modules[_IMPORTED]


class _Maker:
    def __init__(self, choose: random.Random) -> None:
        self._random = choose
        self._functions = 0

    def module(self) -> str:
        start = [
            "import contextlib",
            "import typing",
            "first = other = another = 'f'",
            f"spare = many = {self._list()}",
            "flag = []",
        ]
        if self._random.random() < 0.15:
            start.append(f"from {_IMPORTED} import *")
        named = [name for name in IDENTIFIERS if name in IDENTIFIERS[:2] or self._random.random() < 0.9]
        start += [f"{name} = {self._string() if name == 'revision' else self._first_value()}" for name in named]
        body = [line for _ in range(self._random.randint(1, 3)) for line in self._statement(2)]
        return "\n".join([*start, *body, ""])

    def _pick(self, *options: str) -> str:
        return self._random.choice(options)

    def _name(self) -> str:
        return self._random.choice(_NAMES)

    def _string(self) -> str:
        return self._pick(
            "'a'", "'b'", "'c1'", "f'{first}'", "f'{first!r:>4}'", "f\"{'x'!a}\"", "'%s' % first", "str(12)"
        )

    def _list(self) -> str:
        return f"[{', '.join(self._string() for _ in range(self._random.randint(1, 3)))}]"

    def _value(self) -> str:
        makers: list[Callable[[], str]] = (
            [self._string, self._string, self._list, lambda: f"({self._string()}, {self._string()})", self._name,
             lambda: "None", lambda: f"{{{self._string()}, {self._string()}}}", lambda: f"tuple({self._list()})",
             lambda: f"{self._string()} if flag else {self._string()}", lambda: f"{self._name()} or {self._string()}",
             lambda: f"tuple({{{self._string()}, {self._string()}}})", lambda: _IMPORTED_VALUE]
        )  # fmt: skip
        return self._random.choice(makers)()

    def _first_value(self) -> str:
        makers: list[Callable[[], str]] = [self._string, self._string, self._list, lambda: "many", lambda: "None"]
        return self._random.choice(makers)()

    def _statement(self, depth: int) -> list[str]:
        makers: list[Callable[[int], list[str]]] = [
            self._plain, self._walrus, self._global_in_class, self._function, self._dynamic, self._subscript,
            self._in_place, self._unpacking, self._delete_and_bind, self._captured, self._lambda, self._star,
        ]  # fmt: skip
        if depth > 0:
            makers += [self._if, self._try, self._with, self._loop, self._match, self._class]
        return self._random.choice(makers)(depth - 1)

    def _block(self, depth: int) -> list[str]:
        lines = [line for _ in range(self._random.randint(1, 2)) for line in self._statement(depth)]
        return [_INDENT + line for line in _split(lines)]

    def _plain(self, _: int) -> list[str]:
        name, value = self._name(), self._value()
        return [
            self._pick(
                f"{name} = {value}", f"{name}: str = {value}", f"{name} = {self._name()} = {value}",
                f"({name}, {self._name()}) = {value}, {self._value()}", f"{name} += {value}",
                f"import contextlib as {name}", f"{name}: typing.Any", f"def {name}(): pass",
                f"assert {name} or True", f"{name} = {self._name()}", "pass", f"any(()) or {name}",
            )
        ]  # fmt: skip

    def _walrus(self, _: int) -> list[str]:
        walrus = f"({self._name()} := {self._string()})"
        return self._random.choice(
            [
                [f"def helper(x={walrus}): pass"], [f"@({walrus} and (lambda f: f))", "def helper(): pass"],
                [f"def helper(x: {walrus}): pass"], [f"class Helper({walrus} and object): pass"],
                [f"helper = lambda x={walrus}: x"], [f"[{walrus} for _ in (1,)]"], [f"flag.append({walrus})"],
                [f"helper: {walrus} = 1"], [f"if {walrus}: pass"], [f"f'{{{walrus}}}'"], [f"assert {walrus}"],
                [f"del [{walrus}][0]"],
            ]
        )  # fmt: skip

    def _global_in_class(self, _: int) -> list[str]:
        name = self._name()
        return ["class Helper:", f"    global {name}", f"    {name} = {self._string()}"]

    def _function(self, depth: int) -> list[str]:
        self._functions += 1
        function, name = f"function_{self._functions}", self._name()
        body = self._random.choice(
            [
                [f"global {name}", f"{name} = {self._string()}"], [f"global {name}", f"del {name}"],
                [f"{name} = {self._string()}"], [f"{name}[:1] = ['z']"], [f"many.append({self._string()})"],
                [f"globals()['{name}'] = {self._string()}"], [f"def inner():\n        {self._inner(name)}", "inner()"],
                ["first_local = locals()"], [f"global {name}", f"for {name} in 'xy': pass"],
            ]
        )  # fmt: skip
        use = self._random.choice(
            [[], [], [f"{function}()"], [f"flag.append({function})", "flag[-1]()"], [f"x = {function}", "x()"],
             [f"def other(): {function}()", "other()"], [f"[*map(lambda _: {function}(), 'x')]"],
             [f"class Caller:\n    {function}()"]]
        )  # fmt: skip
        decorator = [self._pick("@(lambda f: f() or f)", "@contextlib.contextmanager")] if depth % 3 == 0 else []
        return [*decorator, f"def {function}():", *(_INDENT + line for line in body), *_split(use)]

    def _inner(self, name: str) -> str:
        return f"global {name}\n        {name} = {self._string()}"

    def _dynamic(self, _: int) -> list[str]:
        name, value = self._name(), self._string()
        return [
            self._pick(
                f"globals()['{name}'] = {value}", f"vars()['{name}'] = {value}", f'exec("{name} = 1")',
                f"locals().update({name}={value})", f'eval("globals()").update({name}={value})',
                f"(lambda: 0).__globals__['{name}'] = {value}", f"__import__('builtins').globals()['{name}'] = {value}",
                f"__import__('sys')._getframe().f_globals['{name}'] = {value}",
            )
        ]  # fmt: skip

    def _subscript(self, _: int) -> list[str]:
        name = self._name()
        return self._random.choice(
            [[f"{name}[0] = {self._string()}"], [f"for {name}[0] in 'xy': pass"], [f"del {name}[0]"],
             [f"with contextlib.nullcontext('x') as {name}[0]: pass"], [f"first, {name}[0] = 'x', 'y'"]]
        )  # fmt: skip

    def _in_place(self, _: int) -> list[str]:
        name = self._name()
        return self._random.choice(
            [[f"{name}.append({self._string()})"], [f"other = {name}", f"other += {self._list()}"],
             [f"flag = [{name}]", "flag[0].clear()"], [f"other = {name}", "other.extend('x')"],
             [f"map({name}.append, 'x')"], [f"any(map({name}.append, 'x'))"], [f"{name} += {self._list()}"],
             [f"later = ({name}.append(x) for x in 'y')", f"{self._name()} = {self._list()}", "any(later)"],
             [f"x = (y, z) = [{self._list()}, {self._list()}]", f"{self._name()} = y", "x[0].append('q')"],
             [f"{name} = many if flag else many", "many.append('x')"]]
        )  # fmt: skip

    def _unpacking(self, _: int) -> list[str]:
        name, other = self._random.sample(_NAMES, 2)
        return [
            self._pick(
                f"{name}, {other} = tuple({{'p', 'q'}})", f"{name}, *{other} = {self._list()}",
                f"{name}, {other} = 'pq'", f"({name}, {other}), first = ('p', 'q'), 'r'", f"[{name}, {other}] = many",
                f"{name} = '%s%s' % tuple({{'p', 'q'}})", f"{name} = (*{{'p', 'q'}}, 'x')",
            )
        ]  # fmt: skip

    def _delete_and_bind(self, _: int) -> list[str]:
        name = self._name()
        return [f"del {name}", f"{self._pick(name, name, self._name())} = {self._value()}"]

    def _captured(self, _: int) -> list[str]:
        name = self._name()
        return self._random.choice(
            [["try: raise ValueError", f"except ValueError as {name}: pass"],
             ["try:", f"    {name} = {self._string()}", "    import does_not_exist", f"    {name} = {self._string()}",
              "except ImportError: pass"],
             ["with contextlib.suppress(ValueError):", f"    {name} = {self._string()}", "    raise ValueError"],
             ["with contextlib.suppress(ValueError):", "    raise ValueError", f"{name} = {self._value()}"]]
        )  # fmt: skip

    def _lambda(self, _: int) -> list[str]:
        return [
            f"f = lambda: {self._name()}.append('l')",
            f"{self._name()} = {self._list()}",
            self._pick("f()", "pass"),
        ]

    def _star(self, _: int) -> list[str]:
        return [f"from {_IMPORTED} import *"] if self._random.random() < 0.3 else ["from typing import Any"]

    def _if(self, depth: int) -> list[str]:
        test = self._pick("True", "False", "flag", "not flag", "first", "many", f"{self._name()} == 'a'", "len(many)")
        other = ["else:", *self._block(depth)] if self._random.random() < 0.5 else []
        return [f"if {test}:", *self._block(depth), *other]

    def _try(self, depth: int) -> list[str]:
        risk = [f"    {self._pick('pass', 'import does_not_exist', 'flag[7]')}"]
        handler = [f"except Exception{self._pick('', f' as {self._name()}')}:", *self._block(depth)]
        end = [
            line
            for word in ("else", "finally")
            if self._random.random() < 0.3
            for line in (f"{word}:", *self._block(depth))
        ]
        return ["try:", *self._block(depth), *risk, *self._block(depth), *handler, *end]

    def _with(self, depth: int) -> list[str]:
        manager = self._pick("suppress(Exception)", f"nullcontext('x') as {self._name()}", "nullcontext()")
        return [f"with contextlib.{manager}:", *self._block(depth)]

    def _loop(self, depth: int) -> list[str]:
        head = self._pick(f"for {self._name()} in ('a', 'b')", f"for {self._name()} in ()", "while not flag")
        end = ["    flag.append(1)"] if head.startswith("while") else []
        return [f"{head}:", *self._block(depth), *end]

    def _match(self, depth: int) -> list[str]:
        name = self._name()
        pattern = self._pick(
            name, f"[*{name}]", f"str() as {name}", f"[_, {name}]", f"{{'x': {name}}}", f"{{**{name}}}"
        )
        subject = self._pick("'m'", "['p', 'q']", "{'x': 'y'}")
        return [f"match {subject}:", f"    case {pattern}:", *(_INDENT + line for line in self._block(depth))]

    def _class(self, depth: int) -> list[str]:
        return ["class Other:", *self._block(depth)]


_IMPORTED_VALUE = f"__import__('{_IMPORTED}').LABEL"


def _split(lines: list[str]) -> list[str]:
    return [part for line in lines for part in line.split("\n")]
