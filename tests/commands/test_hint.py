"""`git alembic hint` as a hook that git runs."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.commands.hint import called_by
from tests.support.project import Project

HINT = """\
import sys
from git_alembic.commands.hint import main
raise SystemExit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ("post-merge", ["0"])),
        (
            {"PRE_COMMIT_FROM_REF": "x", "PRE_COMMIT_TO_REF": "y", "PRE_COMMIT_CHECKOUT_TYPE": "1"},
            ("post-checkout", ["x", "y", "1"]),
        ),
        ({"PRE_COMMIT_IS_SQUASH_MERGE": "1"}, ("post-merge", ["1"])),
        ({"PRE_COMMIT_SQUASH_MERGE": "1"}, ("post-merge", ["1"])),
        ({"PRE_COMMIT_REWRITE_COMMAND": "rebase"}, ("post-rewrite", ["rebase"])),
    ],
)  # fmt: skip
def test_called_by(environ: dict[str, str], expected: tuple[str, list[str]]) -> None:
    assert called_by(environ) == expected


@pytest.fixture
def hooked(project: Project) -> Project:
    """The hooks append the hint to the file `said`. topic has a <- b <- d, and main (checked out) a <- b <- c."""
    project.switch("topic", "HEAD")
    project.revision("d", "b")
    project.commit("d")
    project.switch("main")
    project.revision("c", "b")
    project.commit("c")
    for hook in ("post-checkout", "post-merge", "post-rewrite"):
        file = project.path / ".git" / "hooks" / hook
        file.parent.mkdir(exist_ok=True)
        command = shlex.join([sys.executable, "-c", HINT, hook])
        file.write_text(f'#!/bin/sh\nexec {command} "$@" >>"$(git rev-parse --git-path said)" 2>&1\n')
        file.chmod(0o755)
    return project


def output(project: Project) -> str:
    """Return the hints since the last call."""
    file = project.path / project.git("rev-parse", "--git-path", "said").strip()
    text = file.read_text() if file.exists() else ""
    file.unlink(missing_ok=True)
    return text


def short(project: Project, name: str) -> str:
    return project.git("rev-parse", "--short", name).strip()


def switched(gone: str, came: str) -> str:
    return (
        f"git-alembic: migrations: 1 new revision ('{came}'); '{gone}' is not in this checkout: "
        f"run `alembic upgrade head`, or `git alembic sync` if '{gone}' was applied to your database\n"
    )


FORKED = "git-alembic: migrations: there are now 2 heads: run `git alembic fix` first\n"
CAME = "git-alembic: migrations: 1 new revision ('c'): run `alembic upgrade head`\n"


class TestCheckout:
    def test_from_a_subfolder_in_a_linked_worktree(self, hooked: Project, tmp_path: Path) -> None:
        hooked.git("worktree", "add", "-q", "--detach", str(tmp_path / "linked"), "topic")
        linked = Project(tmp_path / "linked")
        assert output(linked) == ""  # a new worktree starts without an old commit, like a clone
        linked.git("-C", "migrations", "checkout", "-q", "--detach", "main")
        assert output(linked) == switched("d", "c")

    def test_no_relevant_change(self, hooked: Project) -> None:
        hooked.switch("docs", "main")
        hooked.write("README", "words\n")
        hooked.commit()
        hooked.switch("main")
        hooked.revision("c", "b", body="edited()")
        hooked.commit()
        hooked.switch("docs")
        assert output(hooked) == ""

    def test_a_checkout_of_files(self, hooked: Project) -> None:
        hooked.git("checkout", "-q", "topic", "--", "migrations")
        assert output(hooked) == ""

    def test_new_clone(self, hooked: Project, tmp_path: Path) -> None:
        template = tmp_path / "template"
        (template / "hooks").mkdir(parents=True)
        (template / "hooks" / "post-checkout").write_bytes((hooked.path / ".git/hooks/post-checkout").read_bytes())
        (template / "hooks" / "post-checkout").chmod(0o755)
        hooked.git("clone", "-q", "--template", str(template), str(hooked.path), str(tmp_path / "clone"))
        clone = Project(tmp_path / "clone")
        assert (clone.path / ".git/said").read_text() == ""

    def test_to_a_tree_without_the_environment(self, hooked: Project) -> None:
        hooked.git("checkout", "-q", "--orphan", "pages")
        hooked.git("rm", "-rqf", ".")
        hooked.commit("empty")
        hooked.switch("main")
        assert output(hooked) == (
            "git-alembic: migrations: 3 new revisions ('a', 'b' and 'c'): run `alembic upgrade head`\n"
        )
        hooked.switch("pages")
        assert output(hooked) == ""

    def test_controls_of_a_revision_id_are_escaped(self, hooked: Project) -> None:
        hooked.switch("hostile", "main")
        hooked.write("migrations/versions/x.py", 'revision = "\\x1b[31m"\ndown_revision = "c"\n')
        hooked.commit()
        hooked.switch("main")
        output(hooked)
        hooked.switch("hostile")
        assert output(hooked) == ("git-alembic: migrations: 1 new revision ('\\x1b[31m'): run `alembic upgrade head`\n")

    def test_a_broken_configuration_is_silent(self, hooked: Project) -> None:
        hooked.switch("broken", "topic")
        output(hooked)
        hooked.write("pyproject.toml", "[tool.git-alembic\n")
        hooked.commit()
        hooked.switch("main")
        output(hooked)
        hooked.switch("broken")
        assert output(hooked) == ""


class TestMerge:
    def test_pull(self, hooked: Project) -> None:
        hooked.switch("behind", "main~1")
        output(hooked)
        hooked.git("pull", "-q", "--ff-only", ".", "main")
        assert output(hooked) == CAME

    def test_squash(self, hooked: Project) -> None:
        hooked.switch("behind", "main~1")
        output(hooked)
        hooked.git("merge", "-q", "--squash", "main")
        assert output(hooked) == CAME

    def test_without_revisions(self, hooked: Project) -> None:
        hooked.switch("docs", "main")
        hooked.write("app.py", "words = 1\n")
        hooked.commit()
        hooked.switch("main")
        hooked.git("merge", "-q", "docs")
        assert output(hooked) == ""


class TestRewrite:
    def test_rebase_with_nothing_to_replay(self, hooked: Project) -> None:
        hooked.switch("behind", "main~1")
        output(hooked)
        hooked.git("rebase", "-q", "main")
        assert output(hooked) == CAME

    def test_rebase_of_a_detached_head(self, hooked: Project) -> None:
        hooked.git("checkout", "-q", "--detach", "topic")
        output(hooked)
        hooked.git("rebase", "-q", "main")
        assert output(hooked) == FORKED

    def test_squash_inside_a_rebase_says_it_once(self, hooked: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        hooked.switch("topic")
        hooked.revision("e", "d")
        hooked.commit("fixup! d")
        output(hooked)
        monkeypatch.setenv("GIT_SEQUENCE_EDITOR", "true")
        hooked.git("rebase", "-q", "-i", "--autosquash", "main")
        assert output(hooked) == FORKED

    def test_re_parented_in_the_rebase(self, hooked: Project) -> None:
        hooked.switch("topic")
        output(hooked)
        old = short(hooked, "topic")
        hooked.git("rebase", "-q", "main")
        output(hooked)
        hooked.revision("d", "c")
        hooked.git("commit", "-q", "-a", "--amend", "--no-edit")
        hooked.git("update-ref", "ORIG_HEAD", old)
        done = subprocess.run(
            [sys.executable, "-c", HINT, "post-rewrite", "rebase"],
            cwd=hooked.path,
            capture_output=True,
            check=True,
            text=True,
        )
        assert done.stdout == (
            "git-alembic: migrations: 1 new revision ('c'); 'd' now comes after a new revision: "
            "run `alembic upgrade head`, or if 'd' was applied to your database:\n"
            f"    git checkout {old} && alembic downgrade b && git checkout - && alembic upgrade head\n"
        )

    @pytest.mark.parametrize("lines", ["hook", "reflog"])
    def test_amend(self, hooked: Project, lines: str) -> None:
        hooked.git("rm", "-q", "migrations/versions/c_x.py")
        if lines == "reflog":
            hook = hooked.path / ".git/hooks/post-rewrite"
            hook.write_text(hook.read_text().replace("2>&1", "2>&1 </dev/null"))
        hooked.git("commit", "-q", "--amend", "-m", "without", "--allow-empty")
        assert output(hooked) == (
            "git-alembic: migrations: 'c' is not in this checkout: "
            "run `git alembic sync` if 'c' was applied to your database\n"
        )


class TestFrameworks:
    """The frameworks pass variables instead of arguments."""

    def hint(self, project: Project, *arguments: str, **variables: str) -> tuple[int, str, str]:
        command = [sys.executable, "-c", HINT, *arguments]
        environ = {**os.environ, **variables}
        done = subprocess.run(
            command,
            cwd=project.path,
            env=environ,
            capture_output=True,
            check=False,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode, done.stdout, done.stderr

    def test_checkout(self, hooked: Project) -> None:
        variables = {"PRE_COMMIT_FROM_REF": "main~1", "PRE_COMMIT_TO_REF": "main"}
        assert self.hint(hooked, **variables, PRE_COMMIT_CHECKOUT_TYPE="1") == (0, CAME, "")
        assert self.hint(hooked, **variables, PRE_COMMIT_CHECKOUT_TYPE="0") == (0, "", "")

    def test_rewrite(self, hooked: Project) -> None:
        hooked.git("update-ref", "ORIG_HEAD", "main~1")
        assert self.hint(hooked, PRE_COMMIT_REWRITE_COMMAND="rebase") == (0, CAME, "")

    def test_merge(self, hooked: Project) -> None:
        hooked.git("update-ref", "ORIG_HEAD", "main~1")
        assert self.hint(hooked, PRE_COMMIT_IS_SQUASH_MERGE="0") == (0, CAME, "")
        assert self.hint(hooked, PRE_COMMIT_IS_SQUASH_MERGE="1") == (0, "", "")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("post-checkout",),
            ("post-checkout", "nonsense", "HEAD", "1"),
            ("post-checkout", "-x", "--", "1"),
            ("post-checkout", "", "", ""),
            ("post-checkout", "1" * 40, "HEAD", "1"),
            ("post-rewrite", "amend"),
            ("post-merge",),
        ],
    )
    def test_never_fails(self, empty: Project, arguments: tuple[str, ...]) -> None:
        assert self.hint(empty, *arguments) == (0, "", "")

    def test_bad_usage_does_not_fail_a_checkout(self, empty: Project) -> None:
        assert self.hint(empty, "pre-push")[0] == 0

    def test_not_a_repository(self, tmp_path: Path) -> None:
        assert self.hint(Project(tmp_path), "post-merge", "0", GIT_CEILING_DIRECTORIES=str(tmp_path.parent)) == (
            0,
            "",
            "",
        )


def test_the_printed_commands_move_a_database(hooked: Project, tmp_path: Path) -> None:
    """With the real Alembic: at d on topic, switch to main and paste the commands."""
    env_py = (
        "from alembic import context\nfrom sqlalchemy import create_engine\n"
        f"with create_engine('sqlite:///{tmp_path}/db.sqlite').connect() as connection:\n"
        "    context.configure(connection=connection)\n"
        "    with context.begin_transaction():\n        context.run_migrations()\n"
    )
    for branch in ("topic", "main"):
        hooked.switch(branch)
        hooked.write("migrations/env.py", env_py)
        hooked.write(".gitignore", "__pycache__\n")
        hooked.commit("run for real")
    hooked.switch("topic")
    # Python confuses the bytecode of two files with the same size and the same second of change.
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }

    def shell(line: str) -> str:
        done = subprocess.run(
            ["sh", "-c", line], cwd=hooked.path, env=environ, capture_output=True, check=False, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    shell("alembic upgrade head")
    assert shell("alembic current") == "d (head)\n"
    output(hooked)
    hooked.switch("main")
    assert "`git alembic sync` if 'd' was applied to your database" in output(hooked)
    shell("git alembic sync --yes")
    assert shell("alembic current") == "c (head)\n"

    # d is on top of c instead of b, as after a rebase. sync can't help, because the database is at a known revision.
    shell("alembic downgrade b")
    hooked.switch("topic")
    shell("alembic upgrade head")
    output(hooked)
    hooked.switch("rebased", "main")
    hooked.revision("d", "c")
    hooked.commit()
    output(hooked)
    hooked.switch("topic")
    output(hooked)
    hooked.switch("rebased")
    (_, command) = output(hooked).splitlines()
    assert " && alembic downgrade b && " in command
    shell(command)
    assert shell("alembic current") == "d (head)\n"
