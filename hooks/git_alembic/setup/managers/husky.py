"""Adds git-alembic's commands to hooks that are shell scripts in the repository, for husky or in a folder. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

from git_alembic.setup.hook_script import COMMANDS
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice
from git_alembic.setup.planned_file_changes import FileChange, Paste, SetupPlan

_OLD_HEAD = '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\n'
_ENDS_EARLY = re.compile(r"(?m)^\s*(?:exec|exit|return)\b")


def plan_husky(folder: str, scripts: Mapping[str, str], choice: HookChoice) -> SetupPlan:
    """Return the plan for the scripts by name. A new script looks like the existing ones."""
    head = _OLD_HEAD if any("_/husky.sh" in text for text in scripts.values()) else ""
    package = folder.rpartition("/")[0]
    program = "npx husky install" if head else "npx husky"
    install = f"npm --prefix {shlex.quote(package)} run prepare" if package else program
    again = "" if package else "or the project's `prepare` script; "
    return _plan("husky", folder, scripts, choice, head)._replace(
        next_steps=(f"{install}    # {again}once in every clone",)
    )


def plan_folder(folder: str, scripts: Mapping[str, str], choice: HookChoice) -> SetupPlan:
    """Return the plan for a folder of the repository that `core.hooksPath` names."""
    plan = _plan(folder, folder, scripts, choice, "#!/bin/sh\n")
    return plan._replace(next_steps=(f"git config core.hooksPath {shlex.quote(folder)}    # once in every clone",))


def _plan(name: str, folder: str, scripts: Mapping[str, str], choice: HookChoice, head: str) -> SetupPlan:
    changes, pastes = [], []
    for hook in choice.git_hooks:
        text = scripts.get(hook, "")
        lines = [line for line in _commands(hook, choice) if line not in text]
        if not lines or re.search(rf"git[- ]alembic {COMMANDS[hook].split()[0]}\b", text):
            continue
        path, added = f"{folder}/{hook}", "\n".join(lines) + "\n"
        if hook not in scripts:
            changes.append(FileChange(path, "", head + added, is_executable=True))
        elif hook == "pre-push":
            pastes.append(Paste(path, added, "before every command that reads the refs from its input"))
        elif _ENDS_EARLY.search(text):
            pastes.append(Paste(path, added, "above the line that ends the script"))
        else:
            end = "" if text.endswith("\n") or not text else "\n"
            changes.append(FileChange(path, text, text + end + added, is_executable=True))
    return SetupPlan(name, tuple(changes), tuple(pastes))


def _commands(hook: str, choice: HookChoice) -> list[str]:
    more = ["git alembic drift", "git alembic roundtrip"] if choice.drift and hook == "pre-push" else []
    return [f"git alembic {COMMANDS[hook]}", *more]
