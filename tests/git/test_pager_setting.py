"""The pager that the user has set for git."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.git.pager_setting import find_pager


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"GIT_PAGER": "less -R", "PAGER": "more"}, "less -R"),
        ({"PAGER": "more"}, "more"),
        ({"GIT_PAGER": "cat"}, ""),
        ({"GIT_PAGER": ""}, ""),
        ({"PATH": "/nowhere"}, ""),
    ],
)
def test_pager(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variables: dict[str, str], expected: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAGER", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert find_pager() == expected
