"""What a terminal makes of text: how many columns it takes, and in which letters it can be shown."""

from __future__ import annotations

DOTS = "…"
_PLAIN = dict(zip("●○◆◌⋮│─├┼┬┴╮╯…", "*o+.:|-|+.'.'~", strict=True))  # what drawings are made of


def readable(drawing: str, encoding: str) -> str:
    """The drawing in what an encoding has, in the same columns: glyphs all or none, other letters one by one."""
    if _encodes(drawing, encoding):
        return drawing
    glyphs = {} if all(_encodes(glyph, encoding) for glyph in _PLAIN if glyph in drawing) else _PLAIN
    return "".join(glyphs.get(letter) or _nearest(letter, encoding) for letter in drawing)


def _nearest(letter: str, encoding: str) -> str:
    """The letter, or without its accents, or as many question marks as it is wide."""
    if _encodes(letter, encoding):
        return letter
    from unicodedata import normalize

    base = normalize("NFKD", letter)[0]
    return base if columns(base) == columns(letter) and _encodes(base, encoding) else "?" * columns(letter)


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def shortened(text: str, room: int) -> str:
    """The text in at most so many columns, with dots where something is left off."""
    if columns(text) <= room:
        return text
    while text and columns(text) > room - len(DOTS):
        text = text[:-1]
    return text.rstrip() + DOTS


def columns(text: str) -> int:
    """How wide a terminal shows it: East Asian letters take two columns, combining marks none."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 1 + (east_asian_width(letter) in "WF") for letter in text)


def strip_controls(text: str) -> str:
    """One line without control characters: what a file says must not steer the terminal."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
