"""Runs in the project's interpreter: python -I -S revision_syntax_check.py < QUESTION > ANSWER

QUESTION is JSON, {name: content}, with each byte of a content as a character. ANSWER is JSON too, {"version": [3, 13],
"problems": {name: null or [message, line]}}. Compiles the contents and never runs them. Python 3.8 or newer, standard
library only.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Mapping
from typing import Any


def _problem(content: str) -> list[object] | None:
    try:
        compile(content.encode("latin-1"), "<revision>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return [error.msg, error.lineno or 0]
    except (ValueError, LookupError, OverflowError, RecursionError, MemoryError) as error:
        return [str(error) or type(error).__name__, 0]
    return None


def compile_contents(contents: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer to a question."""
    warnings.simplefilter("ignore")
    problems = {name: _problem(content) for name, content in contents.items()}
    return {"version": sys.version_info[:2], "problems": problems}


if __name__ == "__main__":
    json.dump(compile_contents(json.load(sys.stdin)), sys.stdout)
