"""Suggests the name that a user probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str], quote: str = "'") -> str:
    """Return " (did you mean 'NAME'?)" with the known name that is most like `word`, or "" if none is similar."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(word.replace("_", "-"), names, 1) or get_close_matches(word, names, 1)
    return f" (did you mean {quote}{near[0]}{quote}?)" if near else ""
