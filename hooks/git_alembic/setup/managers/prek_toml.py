"""Adds hooks to the text of a `prek.toml`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.config.toml_reader import load_toml
from git_alembic.errors import CannotCheck
from git_alembic.setup.hook_managers import PREK_TOML
from git_alembic.setup.managers.other_hooks_at_new_stages import StageChanges, stage_names
from git_alembic.setup.managers.pre_commit_config import STAGES, TYPES, present_ids
from git_alembic.setup.managers.pre_commit_repo_entry import RepoEntry
from git_alembic.setup.managers.yaml_edits import append_text, newline_of


def add_hooks(text: str, entry: RepoEntry, git_hooks: Sequence[str], stages: StageChanges) -> str | None:
    """Add the missing hooks. None if lines can't be added in this style of TOML."""
    old = load_toml(PREK_TOML, text)
    entry = entry.without(present_ids(old))
    present = stage_names(old.get(TYPES) or ())
    keys = {}
    if not {*git_hooks} <= {*present}:
        keys[TYPES] = [*(old.get(TYPES) or ()), *(name for name in git_hooks if name not in present)]
    if stages.default_stages:
        keys[STAGES] = list(stages.default_stages)
    new = _with_stages(_with_keys(text, keys), stages)
    if entry.hooks:
        new = append_text(new, f"\n{_table(entry)}\n")
    return new if _differs_only_so(_pin_stages(old, stages), new, keys, entry) else None


def lines_to_paste(entry: RepoEntry, git_hooks: Sequence[str], stages: StageChanges) -> str:
    """Return the same as lines to paste: the keys, and the table of the hooks."""
    keys = [f"{TYPES} = {json.dumps(list(git_hooks))}"]
    if stages.default_stages:
        keys.append(f"{STAGES} = {json.dumps(list(stages.default_stages))}")
    return "\n".join([*keys, "", _table(entry)])


def _with_keys(text: str, keys: Mapping[str, list[str]]) -> str:
    """Replace each existing key, or insert it above the first table."""
    for key, names in keys.items():
        line = f"{key} = {json.dumps(names)}"
        if existing := re.search(rf"(?ms)^{key}\s*=\s*\[.*?\]", text):
            text = text[: existing.start()] + line + text[existing.end() :]
        else:
            table = re.search(r"(?m)^[ \t]*\[", text)
            position = table.start() if table else len(text)
            newline = newline_of(text)
            before = newline if position and not text[:position].endswith("\n") else ""
            text = f"{text[:position]}{before}{line}{newline}{text[position:]}"
    return text


def _with_stages(text: str, stages: StageChanges) -> str:
    """Add `stages` to each hook that needs its own, if its id occurs once in the text."""
    for (_, id_), stages_now in stages.pinned.items():
        ids = list(re.finditer(rf"""\bid\s*=\s*(["']){re.escape(id_)}\1""", text))
        if len(ids) == 1:
            position = ids[0].end()
            is_inline = "{" in text[text.rfind("\n", 0, position) + 1 : position]
            before = ", " if is_inline else newline_of(text)
            text = f"{text[:position]}{before}stages = {json.dumps(list(stages_now))}{text[position:]}"
    return text


def _pin_stages(config: Mapping[str, Any], stages: StageChanges) -> dict[str, Any]:
    """Return the configuration in which each hook that needs `stages` has them."""

    def pin(address: str, hook: Mapping[str, Any]) -> dict[str, Any]:
        stages_now = stages.pinned.get((address, hook["id"]))
        return {**hook, **({"stages": list(stages_now)} if stages_now else {})}

    if not stages.pinned:
        return dict(config)
    repos = [{**repo, "hooks": [pin(repo["repo"], hook) for hook in repo.get("hooks", ())]} for repo in config["repos"]]
    return {**config, "repos": repos}


def _table(entry: RepoEntry) -> str:
    lines = ["[[repos]]", *(f"{key} = {json.dumps(value)}" for key, value in entry.keys.items()), "hooks = ["]
    for hook in entry.hooks:
        pairs = ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in hook.items())
        lines.append(f"  {{ {pairs} }},")
    return "\n".join([*lines, "]"])


def _differs_only_so(old: Mapping[str, Any], text: str, keys: Mapping[str, list[str]], entry: RepoEntry) -> bool:
    try:
        new = load_toml(PREK_TOML, text)
    except CannotCheck:
        return False
    repos = [*old.get("repos", ()), *([{**entry.keys, "hooks": list(entry.hooks)}] if entry.hooks else ())]
    return new == {**old, **keys, "repos": repos}
