"""The names of a module while its statements are followed: what is known, and what hidden code can change."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property

from git_alembic.revisions.static_evaluation.builtins_and_operators_on_constants import NotConstant, is_same
from git_alembic.revisions.static_evaluation.constant_expressions import STAR, Binding
from git_alembic.revisions.static_evaluation.import_time_effects import Effects, find_effects, is_suspicious

Changes = dict[str, "Binding | None"]  # the bindings of a branch; None for a name that it deletes


class Namespace:
    """Bindings by name. The cost of a branch depends only on the names that it changes."""

    def __init__(self, body: Sequence[ast.stmt], source: bytes) -> None:
        """`source` are the bytes that the statements of `body` were parsed from."""
        self._body = body
        self.effects = self._all_effects if is_suspicious(source) else Effects({}, frozenset(), None)
        self.names: dict[str, Binding] = dict(self.effects.hidden)
        self._journal: Changes = {}  # the bindings at the start of the branch
        self._since_star = set(self.names)
        self._holders: dict[int, set[str]] = {}  # id of a list or set -> the names that are bound to it
        self._escaped: dict[int, object] = {}  # lists and sets that unknown code can change, by id

    @cached_property
    def _all_effects(self) -> Effects:
        return find_effects(self._body)

    def bind(self, name: str, binding: Binding) -> None:
        """Bind a name. Hidden effects override the binding."""
        if isinstance(binding.value, (list, set)):
            if name in self.effects.hidden or name in self._all_effects.shared:
                self.escape(binding.value, binding.line)
            if id(binding.value) in self._escaped:
                binding = Binding(NotConstant("is changed in place", binding.line), binding.line)
        self._set(name, self.effects.hidden.get(name, binding))

    def bind_unknown(self, name: str, why: str, line: int) -> None:
        """Bind a name that may keep its list or set, so a later change of the name may change other names, too."""
        self._escape_binding(self.names.get(name), line)
        self.bind(name, Binding(NotConstant(why, line), line))

    def _escape_binding(self, binding: Binding | None, line: int) -> None:
        if binding is not None and isinstance(binding.value, (list, set)):
            self.escape(binding.value, line)

    def unbind(self, name: str) -> None:
        if name not in self.effects.hidden:
            self._set(name, None)

    def import_star(self, line: int, kept: Collection[str] = ()) -> None:
        """Mark all bound names except `kept` as possibly replaced, and all others as possibly bound."""
        bound, self._since_star = self._since_star, {STAR}
        for name in sorted(bound & self.names.keys() - set(kept)):
            self.bind_unknown(name, "may be replaced by `import *`", line)
        self._since_star = {STAR, *(name for name in kept if name in bound)}
        self.bind_unknown(STAR, "may come from `import *`", line)

    def _set(self, name: str, binding: Binding | None) -> None:
        before = self.names.get(name)
        self._journal.setdefault(name, before)
        if before is not None and isinstance(before.value, (list, set)):
            self._holders[id(before.value)].discard(name)
        if binding is None:
            self.names.pop(name, None)
            return
        self.names[name] = binding
        self._since_star.add(name)
        if isinstance(binding.value, (list, set)):
            self._holders.setdefault(id(binding.value), set()).add(name)

    def escape(self, value: object, line: int) -> None:
        """Mark a list or set as changeable by unknown code. Its names are no longer constant."""
        self._escaped[id(value)] = value
        for name in tuple(self._holders.get(id(value), ())):
            self._set(name, Binding(NotConstant("is changed in place", line), line))

    def escape_mentioned(self, parts: Iterable[ast.AST], line: int) -> None:
        """Call `escape` for every list and set that an expression or a statement names."""
        if not self._holders:
            return
        for node in (node for part in parts for node in ast.walk(part)):
            if isinstance(node, ast.Name) and node.id in self.names:
                value = self.names[node.id].value
                if isinstance(value, (list, set)):
                    self.escape(value, line)

    @contextmanager
    def branch(self) -> Iterator[Callable[[], Changes]]:
        """Undo the bindings at the end of the context. The yielded function returns them."""
        outer, self._journal = self._journal, {}
        inner = self._journal
        try:
            yield lambda: {name: self.names.get(name) for name in inner}
        finally:
            self._journal = {}  # undoing is no change for the outer branch
            for name, before in inner.items():
                self._set(name, before)
            self._journal = outer

    def join(self, ends: Sequence[Mapping[str, Binding | None]], statement: str, line: int) -> None:
        """Bind the names that have the same value in all branches. The other changed names become unknown."""
        for name in dict.fromkeys(name for end in ends for name in end):
            first, *others = [end[name] if name in end else self.names.get(name) for end in ends]
            if first is None and not any(others):
                self.unbind(name)
            elif first is not None and all(other and is_same(first.value, other.value) for other in others):
                self.bind(name, first)
            else:
                for binding in (first, *others):
                    self._escape_binding(binding, line)
                self.bind_unknown(name, f"depends on {statement}", line)
