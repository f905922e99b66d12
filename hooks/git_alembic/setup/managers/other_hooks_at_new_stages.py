"""Finds the project's other hooks that would run at more git hooks after the installation.

pre-commit and prek run a hook at the stages of its entry, else at those of its repository's manifest, else at
`default_stages`, else at every stage. So a newly installed git hook runs all hooks that name no stages.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from glob import glob
from typing import Any, NamedTuple

_OLD_NAMES = {"commit": "pre-commit", "push": "pre-push", "merge-commit": "pre-merge-commit"}
# The hooks of https://github.com/pre-commit/pre-commit-hooks that name stages, and prek's own copies.
_USUAL = ("https://github.com/pre-commit/pre-commit-hooks", "builtin")
_USUAL_STAGES = dict.fromkeys(
    (
        "check-added-large-files",
        "check-executables-have-shebangs",
        "check-shebang-scripts-are-executable",
        "destroyed-symlinks",
        "end-of-file-fixer",
        "trailing-whitespace",
    ),
    ("pre-commit", "pre-push", "manual"),
)
Manifest = Mapping[str, tuple[str, ...]]  # the stages of each hook; () if it names none


class StageChanges(NamedTuple):
    """The changes that keep the other hooks at their stages.

    `default_stages` is () if it isn't needed. `pinned` has the stages for each (repo, id) whose manifest names a new
    git hook. `notes` say what can't be kept.
    """

    default_stages: tuple[str, ...] = ()
    pinned: Mapping[tuple[str, str], tuple[str, ...]] = {}
    notes: tuple[str, ...] = ()


class _OtherHook(NamedTuple):
    """A hook of the project. `stages` are its own, or those of its manifest, () for none."""

    repo: str
    id: str
    stages: tuple[str, ...]
    names_stages: bool  # in the project's configuration
    is_known: bool  # this machine has the manifest, or the hook names its stages


def plan_stages(
    config: Mapping[str, Any], own_ids: Collection[str], installed: Iterable[str], wanted: Iterable[str]
) -> StageChanges:
    """Return the changes for a configuration. `installed` are the git hooks that run its hooks in this clone now."""
    now = dict.fromkeys([*stage_names(config.get("default_install_hook_types") or ["pre-commit"]), *installed])
    new = [stage for stage in wanted if stage not in now]
    if not new:
        return StageChanges()
    hooks = list(_list_hooks(config, own_ids))
    moving = [hook for hook in hooks if not set(new).isdisjoint(hook.stages)]
    stages_now = {hook: tuple(stage for stage in hook.stages if stage not in new) for hook in moving}
    pinned = [hook for hook in moving if not hook.names_stages and not set(now).isdisjoint(stages_now[hook])]
    with_new_stages = [hook.id for hook in moving if hook not in pinned]
    unknown = [hook.id for hook in hooks if not hook.is_known]
    default = () if config.get("default_stages") or all(hook.stages for hook in hooks) else (*now, "manual")
    notes = tuple(_notes(config, new, with_new_stages, unknown))
    return StageChanges(default, {(hook.repo, hook.id): stages_now[hook] for hook in pinned}, notes)


def stage_names(stages: Iterable[str]) -> tuple[str, ...]:
    """Return the stages with their names since pre-commit 3.2."""
    return tuple(_OLD_NAMES.get(stage, stage) for stage in stages)


def _notes(config: Mapping[str, Any], new: list[str], with_new_stages: list[str], unknown: list[str]) -> Iterable[str]:
    if set(stage_names(config.get("default_stages") or ())) & set(new):
        yield (
            "`default_stages` lists stages whose git hooks aren't installed yet. Once they are, hooks without `stages` "
            f"will also run at {' and '.join(new)}."
        )
    if with_new_stages:
        yield (
            f"These hooks have {' or '.join(new)} in their `stages`, so they will run at that stage too: "
            f"{', '.join(with_new_stages)}."
        )
    if unknown:
        yield (
            f"git-alembic can't see the stages of hooks that are not installed on this machine: {', '.join(unknown)}. "
            f"If one of them should not run at {' or '.join(new)}, set `stages` for it."
        )


def _list_hooks(config: Mapping[str, Any], own_ids: Collection[str]) -> Iterator[_OtherHook]:
    for repo in config.get("repos") or ():
        hooks = [hook for hook in repo.get("hooks") or () if hook["id"] not in own_ids]
        manifest = _manifest(repo) if not all(hook.get("stages") for hook in hooks) else {}
        for hook in hooks:
            own_stages = stage_names(hook.get("stages") or ())
            stages = own_stages or (manifest or {}).get(hook["id"], ())
            yield _OtherHook(
                repo["repo"], hook["id"], stages, bool(own_stages), bool(own_stages) or manifest is not None
            )


def _manifest(repo: Mapping[str, Any]) -> Manifest | None:
    """Return the stages of the hooks in the repository's manifest, or None if this machine doesn't have it."""
    url = repo["repo"]
    if url in ("local", "meta"):
        return {}
    for folder in (*_pre_commit_copies(url, repo.get("rev", "")), *_prek_copies(url, repo.get("rev", ""))):
        import yaml

        try:
            with open(os.path.join(folder, ".pre-commit-hooks.yaml"), encoding="utf-8") as stream:
                hooks = yaml.safe_load(stream)
            return {hook["id"]: stage_names(hook.get("stages") or ()) for hook in hooks}
        except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError):
            continue
    return {**_USUAL_STAGES} if url.removesuffix("/").removesuffix(".git") in _USUAL else None


def _pre_commit_copies(url: str, rev: str) -> list[str]:
    store = os.path.join(_home("PRE_COMMIT_HOME", "pre-commit"), "db.db")
    if not os.path.exists(store):
        return []
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
            rows = database.execute("SELECT path FROM repos WHERE repo = ? AND ref = ?", (url, rev)).fetchall()
    except sqlite3.Error:
        return []
    return [row[0] for row in rows]


def _prek_copies(url: str, rev: str) -> list[str]:
    folders = []
    for path in glob(os.path.join(_home("PREK_HOME", "prek"), "repos", "*", ".prek-repo.json")):
        try:
            with open(path, encoding="utf-8") as stream:
                copy = json.load(stream)
        except (OSError, ValueError):
            continue
        if (copy.get("repo"), copy.get("rev")) == (url, rev):
            folders.append(os.path.dirname(path))
    return folders


def _home(variable: str, name: str) -> str:
    caches = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.environ.get(variable) or os.path.join(caches, name)
