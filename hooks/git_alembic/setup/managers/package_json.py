"""Shows the lines to add to a package.json with the git hooks of husky 4 or simple-git-hooks. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from git_alembic.setup.hook_script import COMMANDS
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice
from git_alembic.setup.planned_file_changes import Paste, SetupPlan

FILE = "package.json"


class PackageHooks(NamedTuple):
    """The hooks of a package.json by name, the manager that reads them, and the keys above them."""

    manager: str
    keys: tuple[str, ...]
    commands: Mapping[str, str]


def find_package_hooks(text: str) -> PackageHooks | None:
    """Return the hooks; None if the file has none, or isn't JSON."""
    try:
        package = json.loads(text)
    except ValueError:
        return None
    for manager, keys in (("husky 4", ("husky", "hooks")), ("simple-git-hooks", ("simple-git-hooks",))):
        value = package
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, dict):
            return PackageHooks(manager, keys, {hook: str(command) for hook, command in value.items()})
    return None


def plan_package_json(existing: PackageHooks, choice: HookChoice) -> SetupPlan:
    """Return the plan: the entries to paste, each with the project's existing command."""
    entries = {}
    for hook in choice.git_hooks:
        present = existing.commands.get(hook, "")
        lacking = [command for command in _commands(hook, existing.manager, choice) if command not in present]
        if lacking and "git-alembic" not in present:
            # Before the other commands of a push, because the first command that reads the refs consumes them.
            parts = [*lacking, present] if hook == "pre-push" else [present, *lacking]
            entries[hook] = " && ".join(part for part in parts if part)
    lines = ",\n".join(f"{json.dumps(hook)}: {json.dumps(command)}" for hook, command in entries.items())
    where = f"in {' and '.join(map(json.dumps, existing.keys))}, in place of the entries with these names"
    install = "npx simple-git-hooks" if existing.manager == "simple-git-hooks" else "npm install"
    pastes = (Paste(FILE, lines, where),) if lines else ()
    return SetupPlan(existing.manager, (), pastes, (f"{install}    # once in every clone",))


def _commands(hook: str, manager: str, choice: HookChoice) -> list[str]:
    command = f"git alembic {COMMANDS[hook]}"
    if manager == "husky 4":  # husky puts the arguments and the input into variables
        command = command.replace('"$@"', "$HUSKY_GIT_PARAMS")
        if hook in ("pre-push", "post-rewrite"):
            command = f'echo "$HUSKY_GIT_STDIN" | {command}'
    more = ["git alembic drift", "git alembic roundtrip"] if choice.drift and hook == "pre-push" else []
    return [command, *more]
