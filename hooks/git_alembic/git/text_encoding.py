"""Converts between git's bytes and text. Git's paths are UTF-8 in any locale; other bytes become surrogates."""

from __future__ import annotations

import os


def decode(data: bytes) -> str:
    """Return the bytes as text."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """Return the bytes of a text that `decode` returned."""
    return text.encode("utf-8", "surrogateescape")


def as_argument(text: str) -> str:
    """Return the text that makes Python pass UTF-8 to git. Python encodes arguments for the locale."""
    return text if text.isascii() else os.fsdecode(encode(text))
