"""Finds the environments for `git alembic init`, and plans the hooks in the configuration of the hook manager."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from git_alembic.config.toml_reader import load_toml
from git_alembic.errors import CannotCheck
from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.git import INDEX, Repository
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.setup.hook_managers import (
    GIT_HOOKS,
    HOOKS_FOLDER,
    HUSKY,
    LEFTHOOK,
    PRE_COMMIT,
    PREK,
    PREK_TOML,
    find_manager,
    hook_contents,
)
from git_alembic.setup.managers import package_json, pre_commit_config, prek_toml
from git_alembic.setup.managers.husky import plan_folder, plan_husky
from git_alembic.setup.managers.lefthook import plan_lefthook
from git_alembic.setup.managers.other_hooks_at_new_stages import StageChanges, plan_stages
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice, RepoEntry, repo_entry
from git_alembic.setup.planned_file_changes import FileChange, Paste, SetupPlan, read_bytes, read_text
from git_alembic.setup.source_of_this_installation import NAME, Installation

_SILENT = (
    "pre-commit and prek show a hook's output only if it fails, so nobody sees warnings. To make a warning block the "
    'commit, set its rule to "error", or set `fail-on-warning = true` in [tool.git-alembic].'
)
_HINT = "`git alembic init --hint` also adds a hook that shows how a checkout, merge or rebase affects the database."
_NOISE = "{} prints a few lines about it on every run."
_FOLDER = (
    "git-alembic was installed from {}, which other clones do not have, so these hooks run the git-alembic on PATH: "
    "install it on every machine where you commit. To have the hooks install it, reinstall git-alembic from its git "
    "URL or an index, remove these lines, and run `git alembic init` again."
)
_OTHER_PIN = (
    "The hooks {} install {}, but this git-alembic was installed from {}. To change that, remove them and run "
    "`git alembic init` again."
)
_LOCAL_ADDRESS = "Other machines cannot reach {}; install git-alembic from an address that they can reach."
_NO_PATH = "git-alembic is not on PATH, where {} looks for it. Use its full path, or run it with `uv run`."


def find_environments(repository: Repository) -> Sequence[Snapshot]:
    """Return the staged environments. Raise CannotCheck if there are none."""
    reader = open_reader(repository)
    snapshots = reader.snapshots(*reader.trees.read_whole(INDEX, "staged"))
    reader.save()
    if not snapshots:
        raise CannotCheck(
            "no Alembic environment is staged or committed here, so nothing was written; "
            "`git add` one, or add it to `environments` in [tool.git-alembic]"
        )
    return snapshots


def describe_environments(snapshots: Sequence[Snapshot]) -> str:
    """Return one line per environment."""
    head = f"git-alembic found {format_count(len(snapshots), 'environment')}:"
    return "\n".join([head, *map(_describe_environment, snapshots)])


def _describe_environment(snapshot: Snapshot) -> str:
    environment, heads = snapshot.environment, snapshot.graph.heads
    count = len(snapshot.graph)
    head_names = f", head{'s' if len(heads) > 1 else ''} {', '.join(map(repr, heads[:4]))}" if heads else ""
    more = f" and {len(heads) - 4} more" if len(heads) > 4 else ""
    place = environment.script_location
    where = f"{environment.name} ({place})" if place != environment.name else place
    return f"  {where}: {format_count(count, 'revision')}{head_names}{more}"


def plan_setup(
    top: str, repository: Repository, locations: Sequence[str], choice: HookChoice, installation: Installation
) -> SetupPlan:
    """Return the plan for the manager that the project uses. `locations` are the folders of the environments."""
    name, file = find_manager(top, repository, locations)
    if name == LEFTHOOK.name:
        plan = plan_lefthook(file, read_text(os.path.join(top, file)), choice, _lefthook_program(top))
    elif name == HUSKY:
        plan = plan_husky(file, _scripts(os.path.join(top, file)), choice)
    elif file == package_json.FILE and (hooks := package_json.find_package_hooks(read_text(os.path.join(top, file)))):
        plan = package_json.plan_package_json(hooks, choice)
    elif name == HOOKS_FOLDER:
        plan = plan_folder(file, _scripts(os.path.join(top, file)), choice)
    else:
        return _plan_pre_commit(top, file, repository, choice, installation)
    if not (plan.changes or plan.pastes):
        return plan
    return plan._replace(notes=(*plan.notes, *_notes_on_path(plan.manager), *_offer(plan.manager, choice)))


def _plan_pre_commit(
    top: str, file: str, repository: Repository, choice: HookChoice, installation: Installation
) -> SetupPlan:
    """Return the plan for a `.pre-commit-config.yaml` or a `prek.toml`."""
    text = read_text(os.path.join(top, file))
    is_toml = file.endswith(PREK_TOML)
    config = load_toml(file, text) if is_toml else pre_commit_config.load_config(text)
    present = pre_commit_config.present_ids(config)
    entry = repo_entry(installation, choice)
    stages = plan_stages(config, entry.ids, _list_installed_hooks(repository.hooks_folder()), choice.git_hooks)
    add: Callable[[str, RepoEntry, Sequence[str], StageChanges], str | None]
    add, lines = (
        (prek_toml.add_hooks, prek_toml.lines_to_paste)
        if is_toml
        else (pre_commit_config.add_hooks, pre_commit_config.lines_to_paste)
    )
    new = add(text, entry, choice.git_hooks, stages)
    changes = (FileChange(file, text, new),) if new not in (None, text) else ()
    missing = entry.without(present)
    pastes = (Paste(file, lines(missing, choice.git_hooks, stages)),) if new is None and missing.hooks else ()
    written = "stages = {}" if is_toml else "stages: {}"
    by_hand = [
        f"Add `{written.format(json.dumps(pinned_stages))}` to the hook {id_}."
        for (_, id_), pinned_stages in stages.pinned.items()
    ]
    notes = (
        *stages.notes,
        *_notes_on_other_pins(config, entry, installation),
        *(by_hand if new is None else ()),
        *(_notes_on_installation(installation) if missing.hooks else ()),
        *((_SILENT, *_offer("The manager", choice, present)) if changes or pastes else ()),
    )
    return SetupPlan("prek" if is_toml else "pre-commit", changes, pastes, tuple(_next_steps(file)), notes)


def _list_installed_hooks(folder: str) -> list[str]:
    """Return the git hooks that pre-commit or prek have installed in this clone."""
    marks = (PRE_COMMIT.mark, PREK.mark)
    return [
        hook
        for hook, content in zip(GIT_HOOKS, hook_contents(folder), strict=True)
        if any(mark in content for mark in marks)
    ]


def _scripts(folder: str) -> dict[str, str]:
    if not os.path.isdir(folder):
        return {}
    names = [name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name))]
    return {name: read_text(os.path.join(folder, name)) for name in names if name in GIT_HOOKS}


def _lefthook_program(top: str) -> str:
    """Return the command that runs lefthook: npm's if the project has it from there."""
    if shutil.which(LEFTHOOK.name) or b"lefthook" not in read_bytes(os.path.join(top, "package.json")):
        return LEFTHOOK.name
    return f"npx {LEFTHOOK.name}"


def _next_steps(file: str) -> list[str]:
    missing = not any(map(shutil.which, ("pre-commit", "prek")))
    name = "prek" if file.endswith(PREK_TOML) else "pre-commit"
    option = f" --config {shlex.quote(file)}" if "/" in file else ""
    other = f"or: prek install{option}; " if name == "pre-commit" else ""
    get = [f"pip install {name}"] if missing else []
    return [*get, f"{name} install{option}    # {other}once in every clone"]


def _notes_on_installation(installation: Installation) -> list[str]:
    if installation.kind == "folder":
        return [_FOLDER.format(installation.address)]
    if installation.kind == "git" and installation.address.startswith("file:"):
        return [_LOCAL_ADDRESS.format(installation.address)]
    return []


def _notes_on_other_pins(config: Mapping[str, Any], entry: RepoEntry, installation: Installation) -> list[str]:
    """Return a note if some of our hooks install from an index but this installation doesn't."""
    pins = pre_commit_config.pinned_versions(config, entry.ids)
    if installation.requirement() or not pins:
        return []
    return [_OTHER_PIN.format(", ".join(pins), ", ".join(sorted(set(pins.values()))), installation.address)]


def _notes_on_path(manager: str) -> list[str]:
    return [] if shutil.which(NAME) else [_NO_PATH.format(manager)]


def _offer(manager: str, choice: HookChoice, present: Sequence[str] = ()) -> list[str]:
    if choice.hint or "alembic-hint" in present:
        return []
    return [_HINT if manager not in (LEFTHOOK.name, "The manager") else f"{_HINT} {_NOISE.format(manager)}"]
