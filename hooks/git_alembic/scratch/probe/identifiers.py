"""Runs in the project's interpreter: python identifiers.py QUESTION.json

QUESTION.json: {"files": [path, ...], "answer": path}. Writes to the answer a list with, for each file in order, either
{"revision": str, "down_revision": [str], "depends_on": [str], "branch_labels": [str], "message": str} or
{"error": str}. What the files print goes nowhere near the answer. Python 3.8 or newer, standard library only.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys


def _strings(value: object) -> list[str]:
    if value is None:
        return []
    values = list(value) if isinstance(value, (tuple, list, set, frozenset)) else [value]
    strings = [text for text in values if isinstance(text, str)]
    if len(strings) < len(values):
        raise TypeError(f"an identifier is no string: {value!r}")
    return sorted(strings) if isinstance(value, (set, frozenset)) else strings


def _identifiers(path: str, number: int) -> dict[str, object]:
    spec = importlib.util.spec_from_file_location(f"revision_{number}", path)
    if spec is None or spec.loader is None:
        raise ImportError("no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (revision,) = _strings(module.revision)
    lines = (getattr(module, "__doc__", None) or "").strip().splitlines()
    found = {
        "revision": revision,
        "down_revision": _strings(module.down_revision),
        "message": lines[0] if lines else "",
    }
    for name in ("depends_on", "branch_labels"):
        found[name] = _strings(getattr(module, name, None))
    return found


def _answer(path: str, number: int) -> dict[str, object]:
    try:
        return _identifiers(path, number)
    except BaseException as error:  # noqa: BLE001 - whatever the file does, exit included
        return {"error": f"{type(error).__name__}: {error}"}


def main(question_path: str) -> None:
    with open(question_path, encoding="utf-8") as stream:
        question = json.load(stream)
    sys.path[0] = os.getcwd()  # not our own folder: the project's imports are meant
    sys.dont_write_bytecode = True
    answers = [_answer(path, number) for number, path in enumerate(question["files"])]
    with open(question["answer"], "w", encoding="utf-8") as stream:
        json.dump(answers, stream)


if __name__ == "__main__":
    main(sys.argv[1])
