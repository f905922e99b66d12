"""Hooks are added to a prek.toml, and everything else stays."""

from __future__ import annotations

import subprocess
import sys

import pytest

from git_alembic.setup.managers.other_hooks_at_new_stages import StageChanges
from git_alembic.setup.managers.pre_commit_repo_entry import RepoEntry
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


PINNED = StageChanges((), {("builtin", "trailing-whitespace"): ("pre-commit", "manual")})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('hooks = [{ id = "trailing-whitespace" }]', 'hooks = [{ id = "trailing-whitespace", STAGES }]'),
        (
            "hooks = [\n  {id = 'trailing-whitespace', args = []},\n]",
            "hooks = [\n  {id = 'trailing-whitespace', STAGES, args = []},\n]",
        ),
        (
            '\n[[repos.hooks]]\nid = "trailing-whitespace"\nargs = []',
            '\n[[repos.hooks]]\nid = "trailing-whitespace"\nSTAGES\nargs = []',
        ),
    ],
)
def test_stages_of_a_hook_whose_manifest_names_more(before: str, after: str) -> None:
    head = '[[repos]]\nrepo = "builtin"\n'
    new = add_hooks(f"{head}{before}\n", ENTRY, GIT_HOOKS, PINNED)
    assert new is not None
    after = after.replace("STAGES", 'stages = ["pre-commit", "manual"]')
    assert new.endswith(f"{head}{after}\n\n{TABLE}")


def test_a_hook_that_occurs_twice_is_left_to_the_user() -> None:
    assert add_hooks(f"{THEIRS}{THEIRS}", ENTRY, GIT_HOOKS, PINNED) is None


def test_a_static_list_is_left_to_the_user() -> None:
    assert add_hooks('repos = [{ repo = "local", hooks = [] }]\n', ENTRY, GIT_HOOKS, STAGES) is None
    assert lines_to_paste(ENTRY, GIT_HOOKS, STAGES) == f"{KEYS}\n{TABLE}".rstrip("\n")
