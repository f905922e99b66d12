"""A source file as Python sees it."""

from __future__ import annotations

import ast
import sys
import warnings
from typing import NamedTuple

PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
# A string that does not end goes to the end of its line or of the file, so that no text makes the scan quadratic.
STRING_OR_COMMENT = (
    r'(?s)#[^\n]*|"{3}(?:[^\\]|\\.)*?(?:"{3}|\Z)|'
    r"'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)|"
    r'"(?:[^"\\\n]|\\.)*"?|'
    r"'(?:[^'\\\n]|\\.)*'?"
)


class Broken(NamedTuple):
    """Why something cannot be read, as the predicate of a sentence about the file, and where."""

    why: str
    line: int


def parse(text: bytes | str) -> ast.Module | Broken:
    with warnings.catch_warnings():  # "\d" in a revision is no news from a git hook
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except SyntaxError as error:
            return Broken(f"not valid {PYTHON}: {error.msg}", max(error.lineno or 0, 0))
        except (RecursionError, MemoryError):
            return Broken(f"nested too deeply for {PYTHON}", 0)
        except (ValueError, LookupError) as error:
            return Broken(f"not valid {PYTHON}: {error}", 0)


def decode(data: bytes) -> tuple[str, str]:
    """A source file's text and encoding as Python sees them; latin-1 where Python refuses the file."""
    import io
    import tokenize

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            return data.decode(encoding), encoding
        except (SyntaxError, ValueError, LookupError):
            return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), "latin-1"
