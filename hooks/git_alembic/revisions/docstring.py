"""Reads what the docstring of a revision says about it."""

from __future__ import annotations

import re

REVISION_ID = r"(?im)^[ \t]*revision[ \t]+id[ \t]*:(.*)$"
REVISES = r"(?im)^[ \t]*revises[ \t]*:(.*)$"

_ID = r"[`'\"]*(\w[\w.]*?)[`'\"]*\.?(?:\s*\([^()]*\))?"
_LONGEST = 1000


def find_ids(pattern: str, document: str) -> tuple[str, ...] | None:
    """Return the ids on the line that REVISION_ID or REVISES matches. None if the line is missing or contains prose."""
    match = re.search(pattern, document)
    if match is None or len(match[1]) > _LONGEST:
        return None
    text = match[1].strip()
    if text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip().removesuffix(",")
    if text.strip("`'\"<>.").lower() in ("", "none", "base"):
        return ()
    for separator in (r"\s*,\s*|\s+and\s+", r"\s+"):
        ids = [re.fullmatch(_ID, part) for part in re.split(separator, text)]
        if all(ids) and (separator != r"\s+" or all(re.search(r"\d", match[1]) for match in ids if match)):
            return tuple(escape_surrogates(match[1]) for match in ids if match)
    return None


def find_message(document: str) -> str:
    """Return the first line that is not empty, or "" if that line is one of the ids."""
    line = next((line.strip() for line in document.splitlines() if line.strip()), "")
    return "" if re.match(REVISION_ID, line) or re.match(REVISES, line) else escape_surrogates(line)


def escape_surrogates(text: str) -> str:
    """Escape lone surrogates, which cannot be printed or stored."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
