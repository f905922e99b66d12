"""Hooks are added to a prek.toml, and everything else stays."""

from __future__ import annotations

import subprocess
import sys

import pytest

from git_alembic.setup.managers.hook_entries import RepoEntry
from git_alembic.setup.managers.other_hooks import StageChanges
from git_alembic.setup.managers.prek_toml import add_hooks, lines_to_paste
from tests.support.project import Project

ENTRY = RepoEntry({"repo": "local"}, ({"id": "one", "name": "1", "entry": "ours", "language": "system"},))
GIT_HOOKS = ("pre-commit", "pre-push")
STAGES = StageChanges(("pre-commit", "manual"))
KEYS = 'default_install_hook_types = ["pre-commit", "pre-push"]\ndefault_stages = ["pre-commit", "manual"]\n'
TABLE = '[[repos]]\nrepo = "local"\nhooks = [\n  { id = "one", name = "1", entry = "ours", language = "system" },\n]\n'
THEIRS = '[[repos]]\nrepo = "builtin"\nhooks = [{ id = "trailing-whitespace" }]\n'
CASES = {
    "empty": ("", f"{KEYS}\n{TABLE}"),
    "a repository": (f"# ours\n{THEIRS}", f"# ours\n{KEYS}{THEIRS}\n{TABLE}"),
    "the key": (
        f'default_install_hook_types = [\n  "pre-commit",\n]\nfail_fast = true\n\n{THEIRS}',
        (
            f'default_install_hook_types = ["pre-commit", "pre-push"]\nfail_fast = true\n\n'
            f'default_stages = ["pre-commit", "manual"]\n{THEIRS}\n{TABLE}'
        ),
    ),
    "no newline": ("fail_fast = true", f"fail_fast = true\n{KEYS}\n{TABLE}"),
}


@pytest.mark.parametrize("case", CASES)
def test_added(empty: Project, case: str) -> None:
    before, after = CASES[case]
    assert add_hooks(before, ENTRY, GIT_HOOKS, STAGES) == after
    assert add_hooks(after, ENTRY, GIT_HOOKS, StageChanges()) == after
    empty.write("prek.toml", after)
    command = [sys.executable, "-m", "prek", "validate-config", "prek.toml"]
    subprocess.run(command, cwd=empty.path, check=True, capture_output=True)


def test_a_static_list_is_left_to_the_user() -> None:
    assert add_hooks('repos = [{ repo = "local", hooks = [] }]\n', ENTRY, GIT_HOOKS, STAGES) is None
    assert lines_to_paste(ENTRY, GIT_HOOKS, STAGES) == f"{KEYS}\n{TABLE}".rstrip("\n")
