"""In a hostile repository, read-only commands run nothing of it, and read or write nothing outside it."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.project import Project

FILTERS = ("filter.marked.clean", "filter.marked.smudge", "filter.marked.process")
PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "diff.external", "diff.marked.textconv", "diff.marked.command", "gpg.program",
    "gpg.ssh.program", "credential.helper", "uploadpack.packObjectsHook", "interactive.diffFilter", "pager.log",
    "pager.grep", "pager.diff", "sequence.editor", "merge.marked.driver", "remote.origin.uploadpack",
    "remote.origin.receivepack", "remote.origin.vcs", "trailer.x.command",
    *(f"alias.{name}" for name in ("alembic", "rev-parse", "log", "diff-tree", "cat-file", "ls-files", "merge-tree")),
)  # fmt: skip
HOOKS = (
    "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout", "pre-push",
    "pre-receive", "update", "pre-auto-gc",
)  # fmt: skip


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    return tmp_path / "marker"


@pytest.fixture
def hostile(cloned: Project, tmp_path: Path, marker: Path) -> Project:
    """a <- b is published. c and a deletion are committed, and a fork is staged. Every file would act if it ran."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >>{marker}\ncat\n')
    program.chmod(0o755)
    acts = f"__import__('pathlib').Path({str(marker)!r}).touch()\n"
    for name in ("sitecustomize", "usercustomize", "git", "alembic", "json", "argparse", "migrations/env"):
        cloned.write(f"{name}.py", acts)
    for id_, down in (("c", "b"), ("c2", "c")):
        path = cloned.path / cloned.revision(id_, down)
        path.write_text(acts + path.read_text())
    cloned.write(".gitattributes", "* diff=marked filter=marked merge=marked\n")
    cloned.commit("acting")
    cloned.switch("topic", "HEAD")
    (cloned.path / "migrations/versions/c2_x.py").unlink()
    cloned.commit("c2 is gone")
    cloned.revision("d", "b", name="--upload-pack=x.py")
    cloned.revision("e", "c", name="-x.py")
    cloned.git("add", "-A")
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in HOOKS:
        shutil.copy(program, hooks / hook)
        shutil.copy(program, cloned.path / ".git" / "hooks" / hook)
    for key in PROGRAMS:
        cloned.git("config", key, f"!{program}" if key.startswith("alias.") else str(program))
    for key, value in (
        ("core.hooksPath", str(hooks)), ("protocol.ext.allow", "always"), ("remote.origin.url", f"ext::{program} x"),
        ("log.showSignature", "true"), ("core.attributesFile", str(cloned.path / ".gitattributes")),
    ):  # fmt: skip
        cloned.git("config", key, value)
    marker.unlink(missing_ok=True)
    return cloned


def armed(project: Project, tmp_path: Path, *keys: str) -> None:
    """Set programs that would disturb the creation of the repository itself."""
    for key in keys:
        project.git("config", key, str(tmp_path / "program"))


def pushed(project: Project) -> str:
    (new, old) = project.git("rev-parse", "HEAD", "HEAD~2").split()
    return f"refs/heads/topic {new} refs/heads/topic {old}\n"


COMMANDS: dict[str, tuple[list[str], int]] = {
    "check": (["check"], 1),
    "check, a commit": (["check", "--rev", "HEAD"], 0),
    "check, against": (["check", "--against", "main"], 1),
    "audit": (["audit", "--all"], 0),
    "graph": (["graph"], 0),
    "graph, since": (["graph", "--since", "main", "--format", "svg"], 0),
    "hint": (["hint", "HEAD~1", "HEAD", "1"], 0),
    "pre-push": (["pre-push", "origin", "ext::sh -c x"], 0),
    "pre-receive": (["pre-receive", "--protect", "*"], 0),
    "explain": (["explain", "multiple-heads"], 0),
}


@pytest.mark.parametrize(("arguments", "code"), COMMANDS.values(), ids=COMMANDS.keys())
def test_no_code_of_the_repository_runs(
    hostile: Project, tmp_path: Path, marker: Path, arguments: list[str], code: int
) -> None:
    hostile.write("pyproject.toml", "[tool.git-alembic]\nfetch = 'never'\n")
    hostile.commit("settings", all_=True) if "push" in arguments[0] else None
    output = pushed(hostile)
    if arguments[0] == "pre-receive":
        _, new, ref, old = output.split()
        output = f"{old} {new} {ref}\n"
    armed(hostile, tmp_path, *FILTERS)
    marker.unlink(missing_ok=True)
    command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-I", "-m", "git_alembic", *arguments]
    done = subprocess.run(command, cwd=hostile.path, input=output, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in (code, 1 - code), done.stdout + done.stderr
    assert not marker.exists(), marker.read_text()


@pytest.mark.parametrize("arguments", [["restore", "c2"], ["fix", "--dry-run"]])
def test_writing_commands_run_only_gits_filters(
    hostile: Project, tmp_path: Path, marker: Path, arguments: list[str]
) -> None:
    """`git checkout` and `git add` would run the same filters, as docs/security.md says."""
    assert "Traceback" not in hostile.run(*arguments).stderr
    assert not marker.exists(), marker.read_text()
    (hostile.path / "migrations/versions/c2_x.py").unlink(missing_ok=True)
    armed(hostile, tmp_path, "filter.marked.smudge", "filter.marked.clean")
    hostile.run(*arguments)
    lines = marker.read_text().splitlines() if marker.exists() else []
    assert {line.split()[0] for line in lines} <= {str(tmp_path / "program")}


def test_no_merge_driver_runs(hostile: Project, tmp_path: Path, marker: Path) -> None:
    """Even in the forecast of a merge of files that both sides changed."""
    hostile.git("config", "core.attributesFile", os.devnull)
    for branch, id_ in (("left", "x"), ("right", "y")):
        hostile.git("-c", "core.hooksPath=", "checkout", "-q", "-f", "-b", branch, "main")
        hostile.write("notes.txt", id_)
        hostile.revision(id_, "c2")
        hostile.commit()
    armed(hostile, tmp_path, *FILTERS)
    marker.unlink(missing_ok=True)
    done = hostile.run("check", "--against", "left", "--rev", "HEAD", "--format", "json")
    assert not marker.exists(), marker.read_text()
    assert "divergent-heads" in done.stdout


def test_the_marker_can_appear(hostile: Project, marker: Path) -> None:
    """The tests above can detect the marker."""
    hostile.git("-c", "core.pager=cat", "diff", "HEAD~1", "HEAD", code=None)
    assert marker.exists()


class TestLinks:
    """Nothing outside the tree is read or written."""

    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        place = tmp_path / "outside"
        place.mkdir()
        (place / "c_x.py").write_text("revision = 'secret'\ndown_revision = 'b'\n")
        return place

    def test_restore_writes_nothing_behind_a_link(self, project: Project, outside: Path) -> None:
        project.revision("c", "b")
        project.commit()
        project.git("rm", "-q", "-r", "migrations/versions")
        project.commit()
        (project.path / "migrations/versions").symlink_to(outside)
        (outside / "c_x.py").unlink()
        done = project.run("restore", "c")
        assert done.returncode == 2, done.stdout
        assert list(outside.iterdir()) == []

    def test_fix_writes_nothing_behind_a_link(self, cloned: Project, outside: Path) -> None:
        """The folder of the staged revisions is now a link to another folder with the same files."""
        for id_ in "cd":
            cloned.revision(id_, "b")
        cloned.git("add", "-A")
        versions = cloned.path / "migrations/versions"
        shutil.rmtree(outside)
        versions.rename(outside)
        versions.symlink_to(outside)
        before = {path.name: path.read_bytes() for path in outside.iterdir()}
        done = cloned.run("fix", "--yes")
        assert (done.returncode, "symbolic link" in done.stdout + done.stderr) == (2, True)
        assert {path.name: path.read_bytes() for path in outside.iterdir()} == before

    def test_check_reads_nothing_behind_a_link(self, project: Project, outside: Path) -> None:
        (project.path / "migrations/versions/c_x.py").symlink_to(outside / "c_x.py")
        project.git("add", "-A")
        done = project.run("check", "--format", "json")
        assert "secret" not in done.stdout
        assert done.returncode == 1

    def test_the_cache_s_folder_is_a_link(self, project: Project, outside: Path) -> None:
        """Only complete files with our own names appear there. No other file is changed or lost."""
        (project.path / ".git" / "git-alembic").symlink_to(outside)
        (outside / "x.tmp").write_text("theirs")
        project.revision("c", "b")
        project.git("add", "-A")
        assert project.rules() == []
        assert (outside / "c_x.py").exists()
        assert (outside / "x.tmp").read_text() == "theirs"


class Acting:
    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.marker),)


def test_a_cache_of_another_user_is_never_run(project: Project, marker: Path) -> None:
    """Pickles, bytecode and modules in the places that we read."""
    project.revision("c", "b")
    project.git("add", "-A")
    assert project.rules() == []
    home = project.path / ".git" / "git-alembic"
    content = pickle.dumps(Acting(marker))
    for place in [*home.iterdir(), home / "revisions.pickle"]:
        place.write_bytes(content)
    for name in ("bytecode/json.py", "scratch/00000001-x/entry.json", "scratch/00000001-x/state/x.py", "run-x/main.py"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(f"__import__('os').mkdir({str(marker)!r})\n")
    assert project.rules() == []
    assert project.run("graph").returncode == 0
    assert not marker.exists()


@pytest.mark.parametrize("name", ["--upload-pack=touch marker", "-x", "--output=marker"])
def test_names_that_look_like_options(project: Project, name: str) -> None:
    """Names of branches and remotes, wherever git receives them."""
    head = project.git("rev-parse", "HEAD").strip()
    project.git("update-ref", f"refs/heads/{name.replace(' ', '_')}", head)
    project.write(".git/config", (project.path / ".git/config").read_text() + f'[remote "{name}"]\n\turl = {name}\n')
    for arguments in (
        ["check", f"--against={name}"], ["check", f"--rev={name}"], ["check", f"--published={name}"],
        ["graph", f"--since={name}"], ["audit", "--", name], ["hint", name, name, "1"], ["fix", f"--against={name}"],
        ["restore", "--", name], ["pre-push", "--", name, name],
    ):  # fmt: skip
        done = project.run(*arguments)
        assert "Traceback" not in done.stderr, arguments
        assert done.returncode in (0, 1, 2), arguments
        assert not (project.path / "marker").exists(), arguments
