"""Runs in the project's interpreter: python -I -S compile_files.py < QUESTION > ANSWER

QUESTION is JSON, {name: content}, with each byte of a content as a character. ANSWER is JSON as well,
{"version": [3, 13], "problems": {name: null or [message, line]}}. Compiles the contents and never runs them. Python 3.8
or newer, standard library only.
"""

from __future__ import annotations

import json
import sys
import warnings


def _problem(content: str) -> list[object] | None:
    try:
        compile(content.encode("latin-1"), "<revision>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return [error.msg, error.lineno or 0]
    except (ValueError, LookupError, OverflowError, RecursionError, MemoryError) as error:
        return [str(error) or type(error).__name__, 0]
    return None


def main() -> None:
    warnings.simplefilter("ignore")
    question = json.load(sys.stdin)
    problems = {name: _problem(content) for name, content in question.items()}
    json.dump({"version": sys.version_info[:2], "problems": problems}, sys.stdout)


if __name__ == "__main__":
    main()
