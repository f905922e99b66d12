"""Writes and removes plain git hooks, and finds which hooks run git-alembic. An existing hook stays and runs first."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.setup.hook_managers import MANAGERS, has_husky_files, named_configurations
from git_alembic.setup.hook_script import COMMANDS, KEPT, hook_script, is_ours
from git_alembic.setup.planned_file_changes import is_within_real_path, read_bytes
from git_alembic.temporary_files import discard

if TYPE_CHECKING:
    from git_alembic.database.diagnosis import InstalledHooks

_OURS = (b"git-alembic", b"git alembic", b"alembic-check", b"alembic-push", b"alembic-hint")


@dataclass(frozen=True)
class HookStep:
    """One hook to write: its path, its line in the report, and the path where the existing hook goes ("": nowhere)."""

    hook: str
    path: str
    report: str
    keep: str = ""
    is_change: bool = True


def plan_hooks(repository: Repository, *, force: bool) -> tuple[str, list[HookStep]]:
    """Return the hooks folder and a step per hook. Raise CannotCheck if hooks in this folder would not work."""
    folder = repository.hooks_folder()
    if not force:
        _refuse_foreign_folder(folder, repository)
    return folder, [_plan_hook(folder, hook) for hook in COMMANDS]


def write_hooks(folder: str, steps: Sequence[HookStep]) -> None:
    """Write every hook or none. An existing hook keeps its bytes and its mode."""
    try:
        os.makedirs(folder, exist_ok=True)
        _replace_hooks([step for step in steps if step.is_change])
    except OSError as error:
        raise CannotCheck(f"{error.filename or folder} could not be written: {error.strerror}") from error


def remove_hook(folder: str, hook: str, *, dry_run: bool) -> str:
    """Remove one hook, or restore the earlier hook. Return a line for the report. Hooks of other tools stay."""
    path, earlier = hook_path(folder, hook), os.path.join(folder, f"{hook}.{KEPT}")
    exists, has_kept = os.path.lexists(path), os.path.lexists(earlier)
    if exists and not is_ours(path):
        return f"not git-alembic's, left alone{f'; so is {hook}.{KEPT}' if has_kept else ''}"
    if has_kept:
        if not dry_run:
            os.replace(earlier, path)
        return "restored"
    if exists and not dry_run:
        os.unlink(path)
    return "removed" if exists else "not installed"


def describe_hooks(folder: str, steps: Sequence[HookStep], *, done: bool) -> str:
    """Return the report: one line per hook, and notes on the hooks that stay."""
    head = f"git-alembic: hooks in {folder}{'' if done else ' (nothing was changed)'}"
    return "\n".join(
        [head, *(f"  {step.hook}: {step.report}" for step in steps), *_notes_on_kept_hooks(steps, done=done)]
    )


def hook_status(repository: Repository, hooks: Sequence[str]) -> InstalledHooks:
    """Return which of these hooks run git-alembic, in the given order."""
    from git_alembic.database.diagnosis import InstalledHooks

    folder = repository.hooks_folder()
    installers = {hook: _installer(repository.top or "", folder, hook) for hook in hooks}
    return InstalledHooks(
        {hook: name for hook, name in installers.items() if name},
        tuple(hook for hook, name in installers.items() if not name),
    )


def _notes_on_kept_hooks(steps: Sequence[HookStep], *, done: bool) -> list[str]:
    """Return a sentence on each existing hook that belongs to a framework or reads its own name."""
    notes = {}
    for step in steps:
        content = read_bytes((step.keep if done else step.path) if step.keep else "")
        for name, mark, files in MANAGERS:
            if mark in content:
                notes[name] = (
                    f"These are {name}'s hooks: it is better to add git-alembic to {files[0]} (run `git alembic init`)."
                )
        if b"basename" in content and b"$0" in content:
            notes[step.hook] = (
                f"{step.hook}.{KEPT} seems to use its own file name, which has changed: check that it still works."
            )
    return list(notes.values())


def hook_path(folder: str, hook: str) -> str:
    """Return the path of our hook.

    If pre-commit or prek is installed later, it moves the hook to `<hook>.legacy` and calls it.
    """
    path = os.path.join(folder, hook)
    legacy = f"{path}.legacy"
    return legacy if is_ours(legacy) and not is_ours(path) else path


def _refuse_foreign_folder(folder: str, repository: Repository) -> None:
    """Raise CannotCheck if the hooks would run in other repositories, or disable husky's hooks."""
    if repository.top is None:
        raise CannotCheck(
            "this is a bare repository, where commit hooks never run; on a server, use `git alembic pre-receive`"
        )
    homes = [repository.top, repository.common_dir]
    if os.path.basename(repository.common_dir) == ".git":
        homes.append(os.path.dirname(repository.common_dir))  # the main worktree
    if not any(is_within_real_path(folder, home) for home in homes):
        from shlex import quote

        raise CannotCheck(
            f"git runs the hooks in {folder} (core.hooksPath), which is outside this repository and may be shared. "
            f"To install there, use --force. To give this repository its own hooks: "
            f"git config --local core.hooksPath {quote(os.path.join(repository.common_dir, 'hooks'))}"
        )
    if os.path.basename(folder) == "_" and has_husky_files(folder):
        raise CannotCheck(
            f"husky manages the hooks in {folder} and overwrites them; add `git alembic check` to "
            f"{os.path.join(os.path.dirname(folder), 'pre-commit')} instead (`git alembic init` does)"
        )


def _plan_hook(folder: str, hook: str) -> HookStep:
    path, keep = hook_path(folder, hook), os.path.join(folder, f"{hook}.{KEPT}")
    if is_ours(path):
        if read_bytes(path) == hook_script(hook) and os.access(path, os.X_OK):
            return HookStep(hook, path, "already installed", is_change=False)
        return HookStep(hook, path, "updated")
    if not os.path.lexists(path):
        return HookStep(hook, path, "written")
    if os.path.lexists(keep):
        raise CannotCheck(
            f"{path} is not git-alembic's, and {keep} is left over from an earlier install: remove one of the two"
        )
    return HookStep(hook, path, f"written; the existing hook runs first, as {hook}.{KEPT}", keep)


def _replace_hooks(steps: Sequence[HookStep]) -> None:
    partial = {step.path: f"{step.path}.{os.getpid()}" for step in steps}
    try:
        for step in steps:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(partial[step.path], flags, 0o777), "wb") as stream:  # the umask still applies
                stream.write(hook_script(step.hook))
        for step in steps:
            if step.keep:
                os.rename(step.path, step.keep)
            os.replace(partial.pop(step.path), step.path)
    finally:
        discard(partial.values())


def _installer(top: str, folder: str, hook: str) -> str:
    """Return what makes this hook run git-alembic, or ""."""
    if has_husky_files(folder) and _names_us(read_bytes(os.path.join(os.path.dirname(folder), hook))):
        return "husky"
    for name in (hook, f"{hook}.legacy"):
        path = os.path.join(folder, name)
        content = read_bytes(path) if os.access(path, os.X_OK) else b""
        for manager, mark, files in MANAGERS:
            configurations = (*files, *named_configurations(content)) if mark in content else ()
            if any(_names_us(read_bytes(os.path.join(top, file))) for file in configurations):
                return manager
        if _names_us(content):
            return "git-alembic" if b"# git-alembic hook" in content else "this repository"
    return ""


def _names_us(content: bytes) -> bool:
    return any(mark in content for mark in _OURS)
