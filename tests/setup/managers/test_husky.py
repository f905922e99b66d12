"""Commands are added to husky's scripts. If an existing line could interfere, the user gets them to paste."""

from __future__ import annotations

from git_alembic.setup.managers.husky import plan_folder, plan_husky
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice

CHECK, PUSH = "git alembic check\n", 'git alembic pre-push "$@"\n'


def changed(scripts: dict[str, str], choice: HookChoice | None = None) -> dict[str, str]:
    return {change.path: change.new for change in plan_husky(".husky", scripts, choice or HookChoice()).changes}


def test_no_script_yet() -> None:
    plan = plan_husky(".husky", {}, HookChoice())
    assert changed({}) == {
        ".husky/pre-commit": CHECK,
        ".husky/pre-merge-commit": CHECK,
        ".husky/pre-push": PUSH,
    }
    assert all(change.is_executable for change in plan.changes)


def test_a_script_that_ends_without_a_newline() -> None:
    assert changed({"pre-commit": "npx lint-staged"})[".husky/pre-commit"] == f"npx lint-staged\n{CHECK}"


def test_the_head_of_old_husky() -> None:
    head = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n'
    found = changed({"pre-commit": f"{head}npx lint-staged\n"})
    assert found[".husky/pre-commit"] == f"{head}npx lint-staged\n{CHECK}"
    assert found[".husky/pre-merge-commit"] == head + CHECK


def test_scripts_with_the_command_stay() -> None:
    every = {"pre-commit": "npx x\nuv run git-alembic check\n", "pre-merge-commit": CHECK, "pre-push": PUSH}
    plan = plan_husky(".husky", every, HookChoice())
    assert (plan.changes, plan.pastes) == ((), ())


def test_lines_to_paste() -> None:
    scripts = {"pre-commit": "exec npx lint-staged\n", "pre-push": "git lfs pre-push\n"}
    plan = plan_husky(".husky", scripts, HookChoice())
    assert [change.path for change in plan.changes] == [".husky/pre-merge-commit"]
    assert [paste.text() for paste in plan.pastes] == [
        "Add this to .husky/pre-commit, above the line that ends the script:\n\n    git alembic check",
        (
            "Add this to .husky/pre-push, before every command that reads the refs from its input:\n\n"
            '    git alembic pre-push "$@"'
        ),
    ]


def test_drift_and_hint() -> None:
    found = changed({}, HookChoice(drift=True, hint=True))
    assert found[".husky/pre-push"] == f"{PUSH}git alembic drift\ngit alembic roundtrip\n"
    assert found[".husky/post-rewrite"] == 'git alembic hint post-rewrite "$@"\n'
    assert len(found) == 6


def test_a_folder_of_the_repository() -> None:
    plan = plan_folder(".githooks", {"pre-commit": "#!/bin/bash\nmake lint\n"}, HookChoice())
    assert {change.path: change.new for change in plan.changes} == {
        ".githooks/pre-commit": f"#!/bin/bash\nmake lint\n{CHECK}",
        ".githooks/pre-merge-commit": f"#!/bin/sh\n{CHECK}",
        ".githooks/pre-push": f"#!/bin/sh\n{PUSH}",
    }
    assert plan.next_steps == ("git config core.hooksPath .githooks    # once in every clone",)
