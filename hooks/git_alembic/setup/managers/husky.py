"""Adds git-alembic's commands to the hooks of husky, which are shell scripts in `.husky/`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from git_alembic.setup.file_changes import FileChange, Paste, SetupPlan
from git_alembic.setup.hook_script import COMMANDS
from git_alembic.setup.managers.hook_entries import HookChoice

FOLDER = ".husky"
_OLD_HEAD = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n'
_ENDS_EARLY = re.compile(r"(?m)^\s*(?:exec|exit|return)\b")
_NEXT = ("npx husky    # or the project's `prepare` script; once in every clone",)


def plan_husky(scripts: Mapping[str, str], choice: HookChoice) -> SetupPlan:
    """Return the plan for the scripts by name. A new script looks like those that are there."""
    old_style = any("_/husky.sh" in text for text in scripts.values())
    changes, pastes = [], []
    for hook in choice.git_hooks:
        text = scripts.get(hook, "")
        lines = [line for line in _commands(hook, choice) if line not in text]
        if not lines or re.search(rf"git[- ]alembic {COMMANDS[hook].split()[0]}\b", text):
            continue
        path, added = f"{FOLDER}/{hook}", "\n".join(lines) + "\n"
        if hook not in scripts:
            changes.append(FileChange(path, "", (_OLD_HEAD if old_style else "") + added, executable=True))
        elif hook == "pre-push":
            pastes.append(Paste(path, added, "before every command that reads the refs from its input"))
        elif _ENDS_EARLY.search(text):
            pastes.append(Paste(path, added, "above the line that ends the script"))
        else:
            end = "" if text.endswith("\n") or not text else "\n"
            changes.append(FileChange(path, text, text + end + added, executable=True))
    return SetupPlan("husky", tuple(changes), tuple(pastes), _NEXT)


def _commands(hook: str, choice: HookChoice) -> list[str]:
    more = ["git alembic drift", "git alembic roundtrip"] if choice.drift and hook == "pre-push" else []
    return [f"git alembic {COMMANDS[hook]}", *more]
