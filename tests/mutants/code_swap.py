"""Swaps a mutant's code into the functions of an imported module, so that no new process must start."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from inspect import CO_OPTIMIZED
from itertools import zip_longest
from types import CodeType, FunctionType

FunctionKey = tuple[str, int, str]  # file, first line, name
Functions = Mapping[FunctionKey, list[FunctionType]]


def function_key(code: CodeType) -> FunctionKey:
    return code.co_filename, code.co_firstlineno, code.co_name


def live_functions(file_prefix: str) -> Functions:
    """Return every function of some files in this process."""
    found: dict[FunctionKey, list[FunctionType]] = {}
    for value in gc.get_objects():
        if isinstance(value, FunctionType) and value.__code__.co_filename.startswith(file_prefix):
            found.setdefault(function_key(value.__code__), []).append(value)
    return found


def changed_functions(before: CodeType, after: CodeType) -> dict[FunctionKey, CodeType] | None:
    """Return the new code of each changed function. None if the body of the module or of a class also differs."""
    try:
        return dict(_differences(before, after))
    except ValueError:
        return None


def _differences(before: CodeType, after: CodeType) -> Iterator[tuple[FunctionKey, CodeType]]:
    if (before.co_code, before.co_names) != (after.co_code, after.co_names):
        raise ValueError(before.co_name)
    for old, new in zip_longest(before.co_consts, after.co_consts):
        if not isinstance(old, CodeType) or not isinstance(new, CodeType):
            if type(old) is not type(new) or old != new:
                raise ValueError(before.co_name)
        elif not old.co_flags & CO_OPTIMIZED:  # the body of a class
            yield from _differences(old, new)
        elif old != new:
            if function_key(old) != function_key(new) or old.co_freevars != new.co_freevars:
                raise ValueError(old.co_name)
            yield function_key(old), new


def swap(functions: Functions, changed: Mapping[FunctionKey, CodeType]) -> None:
    """Give each function its new code."""
    for key, code in changed.items():
        for function in functions.get(key, ()):
            function.__code__ = code
