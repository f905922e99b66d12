"""`git alembic uninstall`: what it removes, what it brings back, and what it leaves."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NoReturn

import pytest

from git_alembic.commands import uninstall
from git_alembic.commands.install import main as install
from git_alembic.errors import CannotCheck
from tests.support.project import Project

THEIRS = "#!/bin/sh\nexit 0\n"
NAMES = ("pre-commit", "pre-merge-commit", "pre-push", "post-checkout", "post-merge", "post-rewrite")


@pytest.fixture
def hooks(empty: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the empty folder of the hooks of the current repository."""
    monkeypatch.chdir(empty.path)
    folder = empty.path / ".git" / "hooks"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    return folder


def printed(hooks: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """Return the lines below the name of the folder."""
    capsys.readouterr()
    assert uninstall.main(arguments) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"git-alembic: hooks in {hooks}{' (nothing was changed)' if arguments else ''}"
    return lines


def content(hooks: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in hooks.iterdir()}


def test_nothing_is_installed(hooks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(hooks, capsys) == [f"  {name}: not installed" for name in NAMES]


def test_our_hooks_go_and_the_earlier_ones_come_back(hooks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (hooks / "pre-push").write_text(THEIRS)
    (hooks / "pre-push").chmod(0o755)
    install([])
    before = content(hooks)
    lines = [
        "  pre-commit: removed",
        "  pre-merge-commit: removed",
        "  pre-push: restored",
        "  post-checkout: removed",
        "  post-merge: removed",
        "  post-rewrite: removed",
    ]
    assert printed(hooks, capsys, "--dry-run") == lines
    assert content(hooks) == before
    assert printed(hooks, capsys) == lines
    assert content(hooks) == {"pre-push": THEIRS}


@pytest.mark.parametrize(("file", "name"), [("pre-push", "pre-push"), (None, "")])
def test_a_folder_that_cannot_be_changed(
    hooks: Path, monkeypatch: pytest.MonkeyPatch, file: str | None, name: str
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied", file)

    monkeypatch.setattr(uninstall, "remove_hook", refuse)
    with pytest.raises(CannotCheck) as refusal:
        uninstall.main([])
    assert str(refusal.value) == f"{name or hooks} could not be changed: Permission denied"
