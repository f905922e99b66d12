"""Fits text to a terminal: how many columns it takes, and which characters the encoding has."""

from __future__ import annotations

DOTS = "…"
_PLAIN = dict(zip("●○◆◌⋮│─├┼┬┴╮╯…", "*o+.:|-|+.'.'~", strict=True))  # the characters of drawings


def readable(drawing: str, encoding: str) -> str:
    """Return the drawing in an encoding, in the same columns. Replace all signs or none; replace letters singly."""
    if _encodes(drawing, encoding):
        return drawing
    glyphs = {} if all(_encodes(glyph, encoding) for glyph in _PLAIN if glyph in drawing) else _PLAIN
    return "".join(glyphs.get(letter) or _nearest(letter, encoding) for letter in drawing)


def _nearest(letter: str, encoding: str) -> str:
    """Return the letter, or the letter without accents, or as many question marks as it is wide."""
    if _encodes(letter, encoding):
        return letter
    from unicodedata import normalize

    base = normalize("NFKD", letter)[0]
    return (
        base
        if count_columns(base) == count_columns(letter) and _encodes(base, encoding)
        else "?" * count_columns(letter)
    )


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def shorten(text: str, room: int) -> str:
    """Return the text in at most `room` columns, with dots in place of its end.

    It ends after a whole word if that uses at least half of the room.
    """
    if count_columns(text) <= room:
        return text
    start = text
    while start and count_columns(start) > room - len(DOTS):
        start = start[:-1]
    words = start if text[len(start)].isspace() else start.rpartition(" ")[0].rstrip(" ,")
    return (words if 2 * count_columns(words) >= room else start.rstrip()) + DOTS


def count_columns(text: str) -> int:
    """Return the width on a terminal: East Asian letters take two columns, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in text)


def strip_controls(text: str) -> str:
    """Return one line without control characters, so that a file's text can't control the terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
