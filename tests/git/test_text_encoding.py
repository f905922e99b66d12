"""git's bytes as text, and text as an argument."""

from __future__ import annotations

import os

import pytest

from git_alembic.git.text_encoding import as_argument, decode, encode


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"a", "a"), ("größe".encode(), "größe"), (b"a\xff\xfeb", "a\udcff\udcfeb"), (b"", ""), (b"a\0b\n", "a\0b\n")],
)
def test_bytes_and_text(data: bytes, text: str) -> None:
    assert (decode(data), encode(text)) == (text, data)
    assert os.fsencode(as_argument(text)) == data
