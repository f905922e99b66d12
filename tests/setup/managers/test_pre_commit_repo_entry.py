"""The hooks for pre-commit and prek, from the manifest."""

from __future__ import annotations

import pytest

from git_alembic import __version__
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice, RepoEntry, manifest, repo_entry
from git_alembic.setup.source_of_this_installation import Installation

EVERYTHING = HookChoice(drift=True, hint=True)


@pytest.mark.parametrize(
    ("choice", "ids", "git_hooks"),
    [
        (HookChoice(), "alembic-check alembic-push", "pre-commit pre-merge-commit pre-push"),
        (
            HookChoice(drift=True),
            "alembic-check alembic-push alembic-drift alembic-roundtrip",
            "pre-commit pre-merge-commit pre-push",
        ),
        (
            HookChoice(hint=True),
            "alembic-check alembic-push alembic-hint",
            "pre-commit pre-merge-commit pre-push post-checkout post-merge post-rewrite",
        ),
    ],
)
def test_choice(choice: HookChoice, ids: str, git_hooks: str) -> None:
    assert (choice.ids, choice.git_hooks) == (tuple(ids.split()), tuple(git_hooks.split()))
    assert set(choice.ids) <= manifest().keys()


def test_an_installation_from_git_needs_only_ids() -> None:
    entry = repo_entry(Installation("git", "https://x/y", "1234"), EVERYTHING)
    assert entry == RepoEntry(
        {"repo": "https://x/y", "rev": "1234"},
        (
            {"id": "alembic-check"},
            {"id": "alembic-push"},
            {"id": "alembic-hint"},
            {"id": "alembic-drift", "stages": ["pre-push", "manual"]},
            {"id": "alembic-roundtrip", "stages": ["pre-push", "manual"]},
        ),
    )
    assert entry.without(["alembic-push", "alembic-hint", "gone"]).ids == (
        "alembic-check",
        "alembic-drift",
        "alembic-roundtrip",
    )


def test_a_local_hook_has_everything_that_the_manifest_says() -> None:
    entry = repo_entry(Installation("index"), EVERYTHING)
    assert (entry.keys, entry.ids) == ({"repo": "local"}, EVERYTHING.ids)
    for hook in entry.hooks:
        known = manifest()[hook["id"]]
        assert (hook["name"], hook["entry"], hook["language"]) == (known["name"], known["entry"], "python")
        drift = hook["id"] in ("alembic-drift", "alembic-roundtrip")
        assert hook["additional_dependencies"] == [f"git-alembic{'[drift]' if drift else ''}=={__version__}"]
        assert hook["stages"] == (["pre-push", "manual"] if drift else known["stages"])
