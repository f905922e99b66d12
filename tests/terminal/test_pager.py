"""Text in the user's pager, or on standard output without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_alembic.terminal.pager import show


@pytest.mark.parametrize(
    ("text", "command", "shown"),
    [
        ("a\nä\n\n", "cat >", "a\nä\n"),
        ("a", 'printf "%s %s " "$LESS" "$LV" >', "FRX -c "),
        ("a\n", "LESS=x; cat >", "a\n"),
    ],
)
def test_a_pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, command: str, shown: str) -> None:
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.delenv("LV", raising=False)
    show(text, f"{command} '{tmp_path}/shown'")
    assert (tmp_path / "shown").read_text(encoding="utf-8") == shown


def test_the_users_own_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESS", "R")
    show("a", f"printf %s \"$LESS\" > '{tmp_path}/shown'")
    assert (tmp_path / "shown").read_text() == "R"


@pytest.mark.parametrize("command", ["", "exit 127", "no-such-pager-here"])
def test_no_pager(capfd: pytest.CaptureFixture[str], command: str) -> None:
    show("a\nb", command)
    assert capfd.readouterr().out == "a\nb\n"


def test_a_pager_that_fails_otherwise_has_shown_the_text(capfd: pytest.CaptureFixture[str]) -> None:
    show("a", "cat; exit 1")
    assert capfd.readouterr().out == "a\n"
