"""The identifiers of revision files that compute them, or the reason why a file gives none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from git_alembic.scratch.probe.computed_revision_ids import answer

HEAD = "revision = 'a'\ndown_revision = None\n"


@pytest.fixture(autouse=True)
def _settings_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)


def identifiers(folder: Path, *texts: str) -> list[dict[str, object]]:
    """Return the answers to files with these texts."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.py")
        paths[-1].write_text(text)
    return answer({"files": list(map(str, paths)), "cwd": str(folder)})


def read(revision: str, *down: str, **others: Any) -> dict[str, object]:
    """Return the answer for a readable file."""
    values = {"revision": revision, "down_revision": list(down), "message": "", "depends_on": [], "branch_labels": []}
    return {**values, **others}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, read("a")),
        ("revision = '%04d' % 7\ndown_revision = '%04d' % 6\n", read("0007", "0006")),
        ("revision = ['a']\ndown_revision = ('c', 'b')\n", read("a", "c", "b")),
        ("revision = 'a'\ndown_revision = {'c', 'b'}\n", read("a", "b", "c")),
        ("revision = 'a'\ndown_revision = frozenset({'c', 'b'})\n", read("a", "b", "c")),
        (f"{HEAD}depends_on = ['c']\nbranch_labels = 'x'\n", read("a", depends_on=["c"], branch_labels=["x"])),
        (f"{HEAD}depends_on = None\nbranch_labels = ()\n", read("a")),
        (f"'''\n\n  add users\nmore\n'''\n{HEAD}", read("a", message="add users")),
        (f"'''   '''\n{HEAD}", read("a")),
        (f"__doc__ = 'late'\n{HEAD}", read("a", message="late")),
        ("from prefix import P\nrevision = P + '1'\ndown_revision = P\n", read("shop1", "shop")),
    ],
)
def test_identifiers(tmp_path: Path, text: str, expected: dict[str, object]) -> None:
    (tmp_path / "prefix.py").write_text("P = 'shop'\n")
    assert identifiers(tmp_path, text) == [expected]
    sys.modules.pop("prefix", None)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("revision = 7\ndown_revision = None\n", "TypeError: an identifier is not a string: 7"),
        ("revision = 'a'\ndown_revision = ('b', 3)\n", "TypeError: an identifier is not a string: ('b', 3)"),
        ("revision = 'a', 'b'\ndown_revision = None\n", "ValueError: too many values to unpack (expected 1"),
        ("revision = None\ndown_revision = None\n", "ValueError: not enough values to unpack (expected 1, got 0)"),
        ("raise SystemExit(3)\n", "SystemExit: 3"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt: "),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
    ],
)
def test_the_other_files_are_still_read(tmp_path: Path, text: str, error: str) -> None:
    first, failed, last = identifiers(tmp_path, HEAD, text, HEAD)
    assert (first, list(failed), last) == (read("a"), ["error"], read("a"))
    assert str(failed["error"]).startswith(error)


@pytest.mark.parametrize("name", ["revision", "down_revision"])
def test_a_missing_name(tmp_path: Path, name: str) -> None:
    (found,) = identifiers(tmp_path, HEAD.replace(f"{name} =", "other ="))
    assert found == {"error": f"AttributeError: module 'revision_0' has no attribute '{name}'"}


def test_files_that_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    missing, text = answer({"files": [str(tmp_path / "gone.py"), str(tmp_path / "notes.txt")], "cwd": str(tmp_path)})
    assert str(missing["error"]).startswith("FileNotFoundError: ")
    assert text == {"error": "ImportError: no Python file"}


def test_no_bytecode_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    identifiers(tmp_path, HEAD)
    assert [path.name for path in tmp_path.iterdir()] == ["0.py"]
