"""The library in the package postgast, which is not imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from git_alembic.scratch.libpg_query_path import find_parser


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([], None),
        (["other.py"], None),
        (["postgast.py"], None),
        (["postgast/__init__.py"], None),
        (["postgast/__init__.py", "postgast/other.so"], None),
        (["postgast/__init__.py", "postgast/libpg_query.so"], "postgast/libpg_query.so"),
        (["postgast/__init__.py", "postgast/libpg_query.dylib"], "postgast/libpg_query.dylib"),
        (["postgast/__init__.py", "postgast/pg_query.dll"], "postgast/pg_query.dll"),
        (["postgast/__init__.py", "postgast/libpg_query.dll"], "postgast/libpg_query.dll"),
    ],
)
def test_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], expected: str | None) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    for name in [name for name in sys.modules if name.partition(".")[0] == "postgast"]:
        monkeypatch.delitem(sys.modules, name)
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("raise ImportError\n")
    assert find_parser() == (expected and str(tmp_path / expected))
