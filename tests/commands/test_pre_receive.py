"""`git alembic pre-receive` as the hook of a real bare repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import Project

HOOK = '#!/bin/sh\nexec "{python}" -m git_alembic pre-receive {options}\n'


@pytest.fixture
def server(project: Project, tmp_path: Path) -> Project:
    path = tmp_path / "server.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(project.path), str(path)], check=True)
    guard(Project(path))
    return Project(path)


def guard(server: Project, options: str = "") -> None:
    hook = server.path / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable, options=options))
    hook.chmod(0o755)


def clone(server: Project, name: str) -> Project:
    path = server.path.parent / name
    subprocess.run(["git", "clone", "-q", str(server.path), str(path)], check=True)
    return Project(path)


def push(project: Project, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        ["git", "push", "-q", *arguments],
        cwd=project.path,
        capture_output=True,
        check=False,
        text=True,
        errors="surrogateescape",
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", [b"a\xc2\xa0b", b"a\xe2\x80\xa8b", b"l\xff", b"-x"])
def test_any_name_that_git_takes(server: Project, name: bytes) -> None:
    guard(server, "--protect '*'")
    client = clone(server, "one")
    client.revision("c", "a")
    client.commit()
    code, output = push(client, "origin", os.fsdecode(b"HEAD:refs/heads/" + name))
    assert (code, "multiple-heads" in output) == (1, True)
    assert push(client, "origin", os.fsdecode(b"HEAD~1:refs/heads/" + name)) == (0, "")


def test_only_protected_refs(server: Project) -> None:
    client = clone(server, "one")
    client.revision("c", "a")
    client.commit()
    assert push(client, "origin", "HEAD:refs/heads/topic") == (0, "")
    assert push(client, "origin", ":topic") == (0, "")
    guard(server, "--protect 'release/*'")
    assert push(client, "origin", "HEAD:refs/heads/topic") == (0, "")
    assert push(client, "origin", "HEAD:refs/heads/release/1")[0] == 1
    guard(server)
    assert push(client, "origin", "HEAD:main")[0] == 1


def test_new_branch_of_an_empty_server(project: Project, tmp_path: Path) -> None:
    project.git("init", "-q", "--bare", str(tmp_path / "empty.git"))
    server = Project(tmp_path / "empty.git")
    guard(server)
    assert push(project, str(server.path), "main") == (0, "")


@pytest.mark.parametrize(
    ("lines", "output"),
    [
        ("x", "expected lines of the form <old id> <new id> <ref> on standard input, not 'x'"),
        (f"{'0' * 40} {'1' * 40} refs/heads/main", f"{'1' * 40} isn't a commit in this repository"),
    ],
)
def test_garbage(server: Project, lines: str, output: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "git_alembic", "pre-receive"],
        cwd=server.path,
        input=lines,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 2
    assert " ".join(done.stdout.split()) == f"git-alembic: cannot check: {output}"


def forked(server: Project) -> Project:
    """A clone whose branch main has two heads."""
    clone_ = clone(server, "forked")
    clone_.git("checkout", "-q", "main")
    clone_.revision("c", "a")
    clone_.commit()
    return clone_


class TestProtectedBranches:
    def test_protect_adds_to_the_default(self, server: Project) -> None:
        guard(server, "--protect 'release/*'")
        project = forked(server)
        assert push(project, "origin", "HEAD:refs/heads/release/1")[0] == 1
        assert push(project, "origin", "HEAD:refs/heads/topic") == (0, "")
        assert push(project, "origin", "main")[0] == 1

    def test_a_tag_with_the_name_of_the_branch(self, server: Project) -> None:
        project = forked(server)
        assert push(project, "origin", "HEAD~1:refs/tags/main") == (0, "")
        assert push(project, "origin", "refs/heads/main:refs/heads/main")[0] == 1

    def test_a_detached_head_protects_every_branch(self, server: Project) -> None:
        server.git("update-ref", "--no-deref", "HEAD", server.git("rev-parse", "main").strip())
        project = forked(server)
        assert push(project, "origin", "HEAD:refs/heads/main")[0] == 1
        assert push(project, "origin", "HEAD:refs/heads/topic")[0] == 1
        assert push(project, "origin", "HEAD~1:refs/heads/topic") == (0, "")

    def test_a_head_without_a_commit_protects_every_branch(self, server: Project) -> None:
        server.git("symbolic-ref", "HEAD", "refs/heads/trunk")
        project = forked(server)
        assert push(project, "origin", "HEAD:refs/heads/trunk")[0] == 1
        assert push(project, "origin", "HEAD:refs/heads/main")[0] == 1
        assert push(project, "origin", "HEAD~1:refs/heads/trunk") == (0, "")
        assert push(project, "origin", "HEAD:refs/heads/topic") == (0, "")

    @pytest.mark.parametrize("alias", ["refs/heads/alias", "refs/aliases/main"])
    def test_a_symbolic_ref_to_the_branch(self, server: Project, alias: str) -> None:
        server.git("symbolic-ref", "refs/heads/middle", "refs/heads/main")
        server.git("symbolic-ref", alias, "refs/heads/middle")
        project = forked(server)
        assert push(project, "origin", f"HEAD:{alias}")[0] == 1
        project.git("reset", "-q", "--hard", "HEAD~1")
        project.revision("c", "b")
        project.commit()
        assert push(project, "origin", f"HEAD:{alias}") == (0, "")


def test_a_server_with_a_working_tree_runs_no_pushed_code(project: Project, tmp_path: Path) -> None:
    project.git("config", "receive.denyCurrentBranch", "updateInstead")
    guard(Project(project.path / ".git"))
    mine = clone(project, "mine")
    mine.write("pyproject.toml", f"[tool.git-alembic]\nunreadable = 'ask-project'\npython = '{sys.executable}'\n")
    text = f"open({str(tmp_path / 'ran')!r}, 'w').close()\nrevision = str.lower('C')\ndown_revision = 'b'\n"
    mine.write("migrations/versions/c_x.py", text)
    mine.commit()
    code, output = push(mine, "origin", "main")
    assert (code, "unreadable-revision" in output) == (1, True)
    assert not (tmp_path / "ran").exists()
