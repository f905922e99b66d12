"""The project's other hooks that would run at newly installed git hooks, and the changes that prevent it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from git_alembic.setup.managers.other_hooks_at_new_stages import StageChanges, plan_stages

WANTED = ("pre-commit", "pre-merge-commit", "pre-push")
OURS = ("alembic-check",)
URL = "https://example.org/hooks"
KEEP = ("pre-commit", "manual")


@pytest.fixture(autouse=True)
def _no_copies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.setenv("PREK_HOME", str(tmp_path / "prek"))


def config(*hooks: dict[str, Any], repo: str = "local", **keys: object) -> dict[str, Any]:
    return {"repos": [{"repo": repo, "rev": "v1", "hooks": list(hooks)}], **keys}


def plan(found: dict[str, Any], *installed: str) -> StageChanges:
    return plan_stages(found, OURS, installed, WANTED)


@pytest.mark.parametrize(
    ("found", "default"),
    [
        (config({"id": "x"}), KEEP),
        (config({"id": "identity"}, repo="meta"), KEEP),
        (config({"id": "x"}, default_install_hook_types=["commit", "push"]), ("pre-commit", "pre-push", "manual")),
        (config({"id": "x"}, default_stages=["commit"]), ()),
        (config({"id": "x", "stages": ["pre-commit"]}), ()),
        (config({"id": "alembic-check"}), ()),
        (config({"id": "x"}, default_install_hook_types=["push", "commit", "merge-commit"]), ()),
        ({}, ()),
        ({"repos": None}, ()),
    ],
)
def test_default_stages(found: dict[str, Any], default: tuple[str, ...]) -> None:
    assert plan(found) == StageChanges(default)


def test_hooks_installed_in_this_clone_count() -> None:
    assert plan(config({"id": "x"}), "commit-msg").default_stages == ("pre-commit", "commit-msg", "manual")
    assert plan(config({"id": "x"}), "pre-push", "pre-merge-commit") == StageChanges()


class TestManifests:
    @pytest.mark.parametrize("ending", ["", "/", ".git"])
    def test_the_usual_hooks(self, ending: str) -> None:
        address = f"https://github.com/pre-commit/pre-commit-hooks{ending}"
        usual = config({"id": "trailing-whitespace"}, repo=address)
        assert plan(usual).pinned == {(usual["repos"][0]["repo"], "trailing-whitespace"): KEEP}
        assert plan(usual).default_stages == ()

    @pytest.mark.parametrize("manager", ["pre-commit", "prek"])
    def test_copies_of_the_managers(self, tmp_path: Path, manager: str) -> None:
        copy = tmp_path / manager / "repos" / "1"
        copy.mkdir(parents=True)
        (copy / ".pre-commit-hooks.yaml").write_text("- {id: x, stages: [commit, push]}\n- {id: y}\n")
        if manager == "prek":
            (copy / ".prek-repo.json").write_text(json.dumps({"repo": URL, "rev": "v1"}))
        else:
            with sqlite3.connect(tmp_path / manager / "db.db") as database:
                database.execute("CREATE TABLE repos (repo TEXT, ref TEXT, path TEXT)")
                database.execute("INSERT INTO repos VALUES (?, 'v1', ?)", (URL, str(copy)))
        assert plan(config({"id": "x"}, {"id": "y"}, repo=URL)) == StageChanges(KEEP, {(URL, "x"): ("pre-commit",)})
        other = config({"id": "x"}, repo=URL)
        other["repos"][0]["rev"] = "v2"
        assert plan(other).pinned == {}

    def test_an_unknown_manifest_is_named(self) -> None:
        found = plan(config({"id": "black"}, {"id": "z"}, repo=URL))
        assert found == StageChanges(
            KEEP,
            notes=(
                (
                    "git-alembic can't see the stages of hooks that are not installed on this machine: black, z. If "
                    "one of them should not run at pre-merge-commit or pre-push, set `stages` for it."
                ),
            ),
        )


def test_stages_that_the_project_named() -> None:
    """They stay, and a note names them."""
    assert plan(config({"id": "x", "stages": ["push"]})).notes == (
        "These hooks have pre-merge-commit or pre-push in their `stages`, so they will run at that stage too: x.",
    )
    assert plan(config({"id": "x"}, default_stages=["pre-commit", "pre-push"])).notes == (
        (
            "`default_stages` lists stages whose git hooks aren't installed yet. Once they are, hooks without `stages` "
            "will also run at pre-merge-commit and pre-push."
        ),
    )
