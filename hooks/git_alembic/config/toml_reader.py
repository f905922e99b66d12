"""Reads TOML with the standard library, or with tomli before Python 3.11."""

from __future__ import annotations

import re
import sys
from typing import Any

from git_alembic.errors import CannotJudge


def load_toml(path: str, text: str) -> dict[str, Any]:
    """Return the document; CannotJudge names file and line if it isn't valid TOML."""
    from importlib import import_module

    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        document: dict[str, Any] = toml.loads(text)
    except ValueError as error:  # the common base of both parsers' errors
        position = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = position[1] if position else text.count("\n") + 1
        reason = str(error)[: position.start()] if position else str(error)
        raise CannotJudge(f"{path}:{line}: no valid TOML: {reason}") from None
    return document
