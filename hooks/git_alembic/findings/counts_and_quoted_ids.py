"""Formats ids and numbers for messages."""

from __future__ import annotations

from collections.abc import Iterable


def format_count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 revision", "2,000 revisions"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def quote_ids(ids: Iterable[str]) -> str:
    """Return ids as a list in a sentence: 'a', 'b' and 'c'. More than ten are only counted."""
    texts = [f"'{id_}'" for id_ in ids]
    if len(texts) > 10:
        return f"{', '.join(texts[:9])} and {len(texts) - 9} more"
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))
