"""Hooks in a package.json are shown with the commands that the project has there."""

from __future__ import annotations

import json

import pytest

from git_alembic.setup.managers.package_json import find_package_hooks, plan_package_json
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice
from git_alembic.setup.planned_file_changes import SetupPlan

SIMPLE = {"simple-git-hooks": {"pre-commit": "npx lint-staged", "pre-push": "npm test"}}
HUSKY = {"husky": {"hooks": {"commit-msg": "commitlint -E HUSKY_GIT_PARAMS"}}}


def plan(package: object, choice: HookChoice | None = None) -> SetupPlan:
    found = find_package_hooks(json.dumps(package))
    assert found is not None
    return plan_package_json(found, choice or HookChoice())


def entries(plan: SetupPlan) -> object:
    assert plan.changes == ()
    (paste,) = plan.pastes
    return json.loads("{" + paste.lines + "}")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"husky": "^4"}', '{"husky": {}}', '{"simple-git-hooks": null, "lint-staged": {}}']
)
def test_no_hooks(text: str) -> None:
    assert find_package_hooks(text) is None


def test_simple_git_hooks() -> None:
    found = plan(SIMPLE, HookChoice(drift=True))
    assert entries(found) == {
        "pre-commit": "npx lint-staged && git alembic check",
        "pre-merge-commit": "git alembic check",
        "pre-push": 'git alembic pre-push "$@" && git alembic drift && git alembic roundtrip && npm test',
    }
    assert (found.manager, found.next_steps) == ("simple-git-hooks", ("npx simple-git-hooks    # once in every clone",))


def test_husky_4() -> None:
    found = plan(HUSKY, HookChoice(hint=True))
    assert entries(found) == {
        "pre-commit": "git alembic check",
        "pre-merge-commit": "git alembic check",
        "pre-push": 'echo "$HUSKY_GIT_STDIN" | git alembic pre-push $HUSKY_GIT_PARAMS',
        "post-checkout": "git alembic hint post-checkout $HUSKY_GIT_PARAMS",
        "post-merge": "git alembic hint post-merge $HUSKY_GIT_PARAMS",
        "post-rewrite": 'echo "$HUSKY_GIT_STDIN" | git alembic hint post-rewrite $HUSKY_GIT_PARAMS',
    }
    assert found.pastes[0].where == 'in "husky" and "hooks", in place of the entries with these names'


def test_hooks_that_run_it_stay() -> None:
    every = {"pre-commit": "uv run git-alembic check", "pre-merge-commit": "git alembic check"}
    assert plan({"simple-git-hooks": {**every, "pre-push": 'git alembic pre-push "$@"'}}).pastes == ()
