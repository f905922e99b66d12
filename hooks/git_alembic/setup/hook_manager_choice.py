"""Finds the hook manager that the project uses, and where its configuration is."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from git_alembic.git import INDEX, Repository
from git_alembic.setup.hook_managers import LEFTHOOK, MANAGERS, PRE_COMMIT, PREK, has_husky_files, named_configurations
from git_alembic.setup.managers import package_json, pre_commit_config, prek_toml
from git_alembic.setup.managers.husky import FOLDER as HUSKY
from git_alembic.setup.working_tree_files import is_within_real_path, read_bytes

HOOKS_FOLDER = "a folder"  # of the repository; core.hooksPath names it
GIT_HOOKS = (
    *("pre-commit", "pre-merge-commit", "pre-push", "prepare-commit-msg", "commit-msg"),
    *("pre-rebase", "post-commit", "post-checkout", "post-merge", "post-rewrite"),
)


class FoundManager(NamedTuple):
    """A hook manager, and its configuration or its folder of scripts, relative to the top of the working tree."""

    name: str
    file: str


def find_manager(top: str, repository: Repository, locations: Sequence[str]) -> FoundManager:
    """Return the manager whose hooks are installed, else the first one with a configuration, else pre-commit.

    `locations` are the folders of the environments.
    """
    folder = repository.hooks_folder()
    managers = [*_used_by_hooks(top, folder), *_at_the_top(top), *_below_the_top(top, repository, locations)]
    if managers:
        installed = {name for name, mark, _ in MANAGERS if any(mark in content for content in hook_contents(folder))}
        if has_husky_files(folder) or HUSKY in folder.split(os.sep):
            installed.add(HUSKY)
        return min(managers, key=lambda manager: manager.name not in installed)
    if is_within_real_path(folder, top) and not is_within_real_path(folder, repository.common_dir):
        return FoundManager(HOOKS_FOLDER, _relative(folder, top))
    return FoundManager(PRE_COMMIT.name, pre_commit_config.FILE)


def hook_contents(folder: str) -> list[bytes]:
    """Return the contents of git's hooks, in the order of `GIT_HOOKS`."""
    return [read_bytes(os.path.join(folder, hook)) for hook in GIT_HOOKS]


def _used_by_hooks(top: str, folder: str) -> Iterator[FoundManager]:
    """Yield the configuration that the hooks of this clone name, and husky's folder of scripts."""
    for content in hook_contents(folder):
        for file in named_configurations(content):
            if os.path.isfile(os.path.join(top, file)) and not os.path.isabs(file):
                yield FoundManager(PREK.name if file.endswith(prek_toml.FILE) else PRE_COMMIT.name, file)
    scripts = os.path.dirname(folder) if os.path.basename(folder) == "_" else folder
    if has_husky_files(folder) and is_within_real_path(scripts, top):
        yield FoundManager(HUSKY, _relative(scripts, top))


def _at_the_top(top: str) -> Iterator[FoundManager]:
    for manager, files in ((PREK, (prek_toml.FILE,)), (PRE_COMMIT, PRE_COMMIT.files), (LEFTHOOK, LEFTHOOK.files)):
        present = [file for file in files if os.path.exists(os.path.join(top, file))]
        yield from (FoundManager(manager.name, file) for file in present[:1])
    if os.path.isdir(os.path.join(top, HUSKY)):
        yield FoundManager(HUSKY, HUSKY)
    package = read_bytes(os.path.join(top, package_json.FILE)).decode(errors="replace")
    if hooks := package_json.find_package_hooks(package):
        yield FoundManager(hooks.manager, package_json.FILE)


def _below_the_top(top: str, repository: Repository, locations: Sequence[str]) -> Iterator[FoundManager]:
    """Yield the managers in a folder of a monorepo: a configuration beside an environment, or husky's scripts."""
    files = dict.fromkeys(PRE_COMMIT.files, PRE_COMMIT.name) | {prek_toml.FILE: PREK.name}
    specs = [f":(glob)*/**/{name}" for name in (*files, f"{HUSKY}/*")]
    for path in sorted(repository.listing(INDEX, specs)):
        folder, _, name = path.rpartition("/")
        if name in files and any(f"{location}/".startswith(f"{folder}/") for location in locations):
            yield FoundManager(files[name], path)
        elif name in GIT_HOOKS and b"husky" in read_bytes(os.path.join(top, os.path.dirname(folder), "package.json")):
            yield FoundManager(HUSKY, folder)


def _relative(folder: str, top: str) -> str:
    return os.path.relpath(os.path.realpath(folder), os.path.realpath(top)).replace(os.sep, "/")
