"""Reads TOML with the standard library, or with tomli before Python 3.11."""

from __future__ import annotations

import re
import sys
from typing import Any

from git_alembic.errors import CannotCheck

_DEEP_KEY = re.compile(r"""(?<![\w.-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){100}""")


def load_toml(path: str, text: str) -> dict[str, Any]:
    """Return the document. CannotCheck names file and line if it isn't valid TOML."""
    from importlib import import_module

    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    if deep := _DEEP_KEY.search(text):  # the parsers need quadratic time
        line = text.count("\n", 0, deep.start()) + 1
        raise CannotCheck(f"{path}:{line}: a key is nested more than 100 deep")
    try:
        document: dict[str, Any] = toml.loads(text)
    except RecursionError:
        raise CannotCheck(f"{path}: a value is nested too deeply") from None
    except ValueError as error:  # the common base class of both parsers' errors
        position = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(position[1]) if position else text.count("\n") + 1
        reason = str(error)[: position.start()] if position else str(error)
        raise CannotCheck(f"{path}:{line}: invalid TOML: {reason}") from None
    return document
