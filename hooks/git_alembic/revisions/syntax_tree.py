"""A source file as Python sees it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from git_alembic.revisions.revision import PYTHON, REFUSED, Problem

# An unterminated string ends at its line or file, so that no text makes the scan quadratic.
STRING_OR_COMMENT = (
    r'(?s)#[^\n]*|"{3}(?:[^\\]|\\.)*?(?:"{3}|\Z)|'
    r"'{3}(?:[^\\]|\\.)*?(?:'{3}|\Z)|"
    r'"(?:[^"\\\n]|\\.)*"?|'
    r"'(?:[^'\\\n]|\\.)*'?"
)
_MOST_SCOPES = 3_000  # the compiler needs quadratic time for similar functions
_SCOPE = rb"\b(?:def|class|lambda|for)\b"
MOST_TOKENS = 500_000  # a syntax tree takes about 300 bytes per token
_T = TypeVar("_T")


def parse(text: bytes | str) -> ast.Module | Problem:
    """Return the syntax tree of a module, or the reason why Python rejects it."""
    if text[MOST_TOKENS:] and _has_too_many_tokens(text):  # a token has at least one character
        return Problem(f"too large to parse (more than {MOST_TOKENS:,} tokens outside strings)", 0)
    return _try_python(lambda: ast.parse(text))


def find_compile_problem(data: bytes) -> Problem | None:
    """Return the reason why Python can't compile a module although it parses. Nothing is run."""
    code = _try_python(lambda: compile(data, "<revision>", "exec", dont_inherit=True))
    return code if isinstance(code, Problem) else None


def find_compile_limit(data: bytes) -> Problem | None:
    """Return the reason why a module is not compiled here although it may be valid."""
    if sum(1 for _ in re.finditer(_SCOPE, data)) <= _MOST_SCOPES:
        return None
    return Problem(f"not compiled here, since it has more than {_MOST_SCOPES:,} functions, classes and loops", 0)


def _try_python(action: Callable[[], _T]) -> _T | Problem:
    with warnings.catch_warnings():  # a git hook should not report "\d" in a revision
        warnings.simplefilter("ignore")
        try:
            return action()
        except SyntaxError as error:
            return Problem(f"{REFUSED}{error.msg}", max(error.lineno or 0, 0))
        except (RecursionError, MemoryError):
            return Problem(f"nested too deeply for {PYTHON}", 0)
        except (ValueError, LookupError, OverflowError) as error:
            return Problem(f"{REFUSED}{error}", 0)


def _has_too_many_tokens(text: bytes | str) -> bool:
    """Estimate whether a text has more than MOST_TOKENS tokens."""
    decoded = text if isinstance(text, str) else text.decode("latin-1")
    matches = re.finditer(rf"{STRING_OR_COMMENT}|\w+|[^\w\s]", decoded)
    tokens = (token for token in matches if not token[0].startswith("#"))
    return any(islice(tokens, MOST_TOKENS, None))


def decode(data: bytes) -> tuple[str, str]:
    """Return a source file's text and encoding as Python sees them, or latin-1 if Python rejects the file."""
    import io
    import tokenize

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
            return data.decode(encoding), encoding
        except (SyntaxError, ValueError, LookupError):
            return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), "latin-1"
