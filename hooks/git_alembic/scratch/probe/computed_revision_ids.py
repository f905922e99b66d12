"""Loads revision files, and returns the identifiers that their code computes.

The question has "files": [path], "top", "working_tree" and "bytecode" (see `main`), and "cwd": the folder that the
files import the project from. Standard library only.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from typing import Any


def _strings(value: object) -> list[str]:
    if value is None:
        return []
    values = list(value) if isinstance(value, (tuple, list, set, frozenset)) else [value]
    strings = [text for text in values if isinstance(text, str)]
    if len(strings) < len(values):
        raise TypeError(f"an identifier is not a string: {value!r}")
    return sorted(strings) if isinstance(value, (set, frozenset)) else strings


def _identifiers(path: str, number: int) -> dict[str, object]:
    spec = importlib.util.spec_from_file_location(f"revision_{number}", path)
    if spec is None or spec.loader is None:
        raise ImportError("no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (revision,) = _strings(module.revision)
    lines = (getattr(module, "__doc__", None) or "").strip().splitlines()
    identifiers = {
        "revision": revision,
        "down_revision": _strings(module.down_revision),
        "message": lines[0] if lines else "",
    }
    for name in ("depends_on", "branch_labels"):
        identifiers[name] = _strings(getattr(module, name, None))
    return identifiers


def _answer(path: str, number: int) -> dict[str, object]:
    try:
        return _identifiers(path, number)
    except BaseException as error:  # noqa: BLE001 - anything that the file does, including exit
        return {"error": f"{type(error).__name__}: {error}"}


def answer(question: Mapping[str, Any]) -> list[dict[str, object]]:
    """For each file in order {"revision": str, "down_revision": [str], "depends_on": [str], "branch_labels": [str],
    "message": str} or {"error": str}."""
    sys.path.insert(0, question["cwd"])
    sys.dont_write_bytecode = True
    return [_answer(path, number) for number, path in enumerate(question["files"])]
