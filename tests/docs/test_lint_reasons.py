"""Each comment that silences ruff or mypy has a reason on its line, as CONTRIBUTING says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = (".github", "benchmarks", "docs", "hooks", "tests")
SILENCED = re.compile(r"# (?:(?:ruff: )?noqa\b|type: ignore\b)(.*)")
WITH_REASON = re.compile(r"(?:: [A-Z]+\d+(?:, ?[A-Z]+\d+)* - |\[[a-z, -]+\]  # (?!noqa))\S")


def lacks_reason(line: str) -> bool:
    """True if a line silences a check, and the last comment on it is no reason."""
    match = SILENCED.search(line)
    return match is not None and not WITH_REASON.search(match[0])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1", False),
        ("x = 1  # noqa", True),
        ("x = 1  # noqa: S101", True),
        ("x = 1  # noqa: S101, E501 - the reason", False),
        ("# ruff: noqa: SLF001", True),
        ("# ruff: noqa: SLF001 - the reason", False),
        ("x = 1  # type: ignore[misc]", True),
        ("x = 1  # type: ignore[misc]  # the reason", False),
        ("x = 1  # type: ignore[misc]  # noqa: SLF001", True),
        ("x = 1  # type: ignore[misc]  # noqa: SLF001 - the reason", False),
    ],
)
def test_what_counts_as_a_reason(line: str, expected: bool) -> None:
    assert lacks_reason(line) is expected


def test_every_silenced_check_has_a_reason() -> None:
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    files += [ROOT / "noxfile.py"]
    lines = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if lacks_reason(line)
    ]
    assert lines == []
