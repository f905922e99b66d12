"""Plain git hooks: the plan, the files and the report. Existing hooks stay. Which hooks run git-alembic."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from git_alembic.git import Repository
from git_alembic.setup.git_hooks import (
    HookStep,
    describe_hooks,
    hook_path,
    hook_status,
    plan_hooks,
    remove_hook,
    write_hooks,
)
from git_alembic.setup.hook_script import COMMANDS, hook_script
from tests.support.project import Project
from tests.support.refusal_message import refusal

HOOK = "pre-commit"
OURS = "#!/bin/sh\n# git-alembic hook: an older version\n"
THEIRS = "#!/bin/sh\necho theirs\n"
KEPT = f"{HOOK}.before-git-alembic"


@pytest.fixture
def folder(empty: Project) -> Path:
    """Return the folder of the hooks, without git's samples."""
    hooks = empty.path / ".git" / "hooks"
    for sample in hooks.glob("*"):
        sample.unlink()
    hooks.mkdir(exist_ok=True)
    return hooks


def write(folder: Path, name: str, text: str | bytes) -> None:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    (folder / name).chmod(0o755)


def step(project: Project) -> HookStep:
    """Return the step of one hook. The others are new."""
    folder, (first, *others) = plan_hooks(Repository(str(project.path)), force=False)
    assert [(each.hook, each.report) for each in others] == [(hook, "written") for hook in list(COMMANDS)[1:]]
    assert first.path.startswith(folder)
    return first


def tree(folder: Path) -> dict[str, str]:
    """Return the hooks: "ours", or the text."""
    return {
        path.name: "ours" if path.read_bytes() == hook_script(path.name.partition(".")[0]) else path.read_text()
        for path in sorted(folder.iterdir())
    }


class TestPlan:
    def test_a_new_hook(self, empty: Project, folder: Path) -> None:
        assert step(empty) == HookStep(HOOK, str(folder / HOOK), "written")

    def test_an_existing_hook_is_kept(self, empty: Project, folder: Path) -> None:
        write(folder, HOOK, THEIRS)
        assert step(empty) == HookStep(
            HOOK, str(folder / HOOK), f"written; the existing hook runs first, as {KEPT}", str(folder / KEPT)
        )

    def test_our_own_hook(self, empty: Project, folder: Path) -> None:
        write(folder, HOOK, OURS)
        assert step(empty) == HookStep(HOOK, str(folder / HOOK), "updated")
        write(folder, HOOK, hook_script(HOOK))
        assert step(empty) == HookStep(HOOK, str(folder / HOOK), "already installed", is_change=False)
        (folder / HOOK).chmod(0o644)
        assert step(empty).report == "updated"

    def test_our_hook_that_a_framework_moved(self, empty: Project, folder: Path) -> None:
        write(folder, HOOK, THEIRS)
        write(folder, f"{HOOK}.legacy", OURS)
        assert step(empty) == HookStep(HOOK, str(folder / f"{HOOK}.legacy"), "updated")
        write(folder, HOOK, OURS)
        assert hook_path(str(folder), HOOK) == str(folder / HOOK)

    def test_a_hook_of_an_earlier_install_is_left_over(self, empty: Project, folder: Path) -> None:
        write(folder, HOOK, THEIRS)
        write(folder, KEPT, THEIRS)
        assert refusal(lambda: step(empty)) == (
            f"{folder / HOOK} is not git-alembic's, and {folder / KEPT} is left over from an earlier install: "
            "remove one of the two"
        )


class TestFoldersThatAreRefused:
    def test_a_folder_outside_of_the_repository(self, empty: Project) -> None:
        shared = empty.path.parent / "shared hooks"
        empty.git("config", "core.hooksPath", str(shared))
        repository = Repository(str(empty.path))
        assert refusal(lambda: plan_hooks(repository, force=False)) == (
            f"git runs the hooks in {shared} (core.hooksPath), which is outside this repository and may be shared. "
            "To install there, use --force. To give this repository its own hooks: git config --local core.hooksPath "
            f"{empty.path}/.git/hooks"
        )
        assert plan_hooks(repository, force=True)[0] == str(shared)

    def test_a_folder_of_husky(self, empty: Project) -> None:
        empty.write(".husky/_/h", "")
        empty.git("config", "core.hooksPath", ".husky/_")
        assert refusal(lambda: plan_hooks(Repository(str(empty.path)), force=False)) == (
            f"husky manages the hooks in {empty.path}/.husky/_ and overwrites them; add `git alembic check` to "
            f"{empty.path}/.husky/pre-commit instead (`git alembic init` does)"
        )

    def test_a_bare_repository(self, empty: Project) -> None:
        empty.git("config", "core.bare", "true")
        repository = Repository(str(empty.path / ".git"))
        assert refusal(lambda: plan_hooks(repository, force=False)) == (
            "this is a bare repository, where commit hooks never run; on a server, use `git alembic pre-receive`"
        )

    def test_a_linked_worktree_has_the_hooks_of_the_main_one(self, empty: Project) -> None:
        empty.commit()
        other = empty.path.parent / "other"
        empty.git("worktree", "add", "-q", "--detach", str(other))
        empty.git("config", "core.hooksPath", str(empty.path / "tools"))
        assert plan_hooks(Repository(str(other)), force=False)[0] == str(empty.path / "tools")


class TestWriting:
    def test_existing_hooks_are_moved(self, empty: Project, folder: Path) -> None:
        write(folder, HOOK, THEIRS)
        write_hooks(*plan_hooks(Repository(str(empty.path)), force=False))
        assert tree(folder) == {**dict.fromkeys(sorted(COMMANDS), "ours"), KEPT: THEIRS}
        assert all(os.access(path, os.X_OK) for path in folder.iterdir())
        again = plan_hooks(Repository(str(empty.path)), force=False)
        assert {each.is_change for each in again[1]} == {False}

    def test_nothing_stays_of_a_hook_that_cannot_be_written(self, folder: Path) -> None:
        (folder / "folder").mkdir()
        steps = [HookStep(HOOK, str(folder / HOOK), ""), HookStep("pre-push", str(folder / "gone" / "pre-push"), "")]
        assert refusal(lambda: write_hooks(str(folder), steps)).endswith(
            "could not be written: No such file or directory"
        )
        assert [path.name for path in folder.iterdir()] == ["folder"]


class TestRemoving:
    @pytest.mark.parametrize(
        ("files", "report", "after"),
        [
            ({}, "not installed", {}),
            ({HOOK: OURS}, "removed", {}),
            ({HOOK: OURS, KEPT: THEIRS}, "restored", {HOOK: THEIRS}),
            ({KEPT: THEIRS}, "restored", {HOOK: THEIRS}),
            ({HOOK: THEIRS}, "not git-alembic's, left alone", {HOOK: THEIRS}),
            (
                {HOOK: THEIRS, KEPT: "x"},
                f"not git-alembic's, left alone; so is {KEPT}",
                {HOOK: THEIRS, KEPT: "x"},
            ),
            ({HOOK: THEIRS, f"{HOOK}.legacy": OURS}, "removed", {HOOK: THEIRS}),
        ],
    )
    def test_hook(self, folder: Path, files: dict[str, str], report: str, after: dict[str, str]) -> None:
        for name, text in files.items():
            write(folder, name, text)
        assert remove_hook(str(folder), HOOK, dry_run=True) == report
        assert tree(folder) == files
        assert remove_hook(str(folder), HOOK, dry_run=False) == report
        assert tree(folder) == after


class TestReport:
    def test_lines(self) -> None:
        steps = [HookStep("pre-commit", "/h/pre-commit", "written"), HookStep("pre-push", "/h/pre-push", "updated")]
        assert describe_hooks("/h", steps, done=True) == (
            "git-alembic: hooks in /h\n  pre-commit: written\n  pre-push: updated"
        )
        assert describe_hooks("/h", steps[:1], done=False) == (
            "git-alembic: hooks in /h (nothing was changed)\n  pre-commit: written"
        )

    def test_notes_on_hooks_that_stay(self, folder: Path) -> None:
        text = "# File generated by pre-commit: x\n"
        write(folder, "pre-commit", f"{text}echo $0\n")
        write(folder, "pre-push", f"{text}exec $(dirname $0)/$(basename $0).sh\n")
        steps = [
            HookStep(hook, str(folder / hook), "r", str(folder / f"{hook}.before-git-alembic"))
            for hook in ("pre-commit", "pre-push")
        ]
        notes = [
            (
                "These are pre-commit's hooks: it is better to add git-alembic to .pre-commit-config.yaml "
                "(run `git alembic init`)."
            ),
            "pre-push.before-git-alembic seems to use its own file name, which has changed: check that it still works.",
        ]
        assert describe_hooks("/h", steps, done=False).split("\n")[3:] == notes
        write_hooks(str(folder), steps)
        assert describe_hooks("/h", steps, done=True).split("\n")[3:] == notes


PRE_COMMIT = "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\nARGS=(hook-impl --config={})\n"
HUSKY = '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n'


def installed(project: Project) -> dict[str, str]:
    return dict(hook_status(Repository(str(project.path)), ["pre-commit", "pre-push"]).installed)


def write_hook(project: Project, path: str, text: str) -> None:
    (project.path / project.write(path, text)).chmod(0o755)


@pytest.mark.parametrize("file", [".pre-commit-config.yaml", "backend/.pre-commit-config.yaml", "tools/hooks.yaml"])
@pytest.mark.parametrize("text", ["repos: [{hooks: [{id: alembic-check}]}]\n", "repos: []\n"])
def test_the_configuration_that_a_hook_names(project: Project, file: str, text: str) -> None:
    write_hook(project, ".git/hooks/pre-commit", PRE_COMMIT.format(file))
    project.write(file, text)
    assert installed(project) == ({"pre-commit": "pre-commit"} if "alembic" in text else {})


@pytest.mark.parametrize("folder", [".husky", "web/.husky"])
def test_hooks_that_husky_runs(project: Project, folder: str) -> None:
    """Its hooks in `_` run the scripts in the folder above."""
    for name in ("h", "pre-commit", "pre-push"):
        write_hook(project, f"{folder}/_/{name}", HUSKY)
    project.git("config", "core.hooksPath", f"{folder}/_")
    project.write(f"{folder}/pre-commit", "npx lint-staged\ngit alembic check\n")
    project.write(f"{folder}/pre-push", "npm test\n")
    assert installed(project) == {"pre-commit": "husky"}
