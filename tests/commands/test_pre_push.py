"""`git alembic pre-push` as the hook of real pushes between clones and a bare remote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.git.remotes.network_commands import run_network_command
from tests.support.condition_waiting import comes_true
from tests.support.project import GIT, Project

FORM = "<local ref> <local id> <remote ref> <remote id>"
HOOK = '#!/bin/sh\nexec "{python}" -m git_alembic pre-push --format json "$@" >>"{out}"\n'


class Clone(Project):
    """A clone with the hook. `report` is the hook's report on the last push."""

    def hook(self) -> Clone:
        hook = self.path / ".git" / "hooks" / "pre-push"
        hook.write_text(HOOK.format(python=sys.executable, out=self.out))
        hook.chmod(0o755)
        return self

    @property
    def out(self) -> Path:
        return self.path.parent / f"{self.path.name}.json"

    def push(self, *arguments: str, parse: bool = True) -> tuple[int, list[str], str]:
        """Push. Return (exit code, slugs of errors, output of git and the hook on stderr)."""
        self.out.unlink(missing_ok=True)
        done = subprocess.run(
            ["git", "push", "-q", *arguments], cwd=self.path, capture_output=True, check=False, text=True
        )
        if not parse:
            return done.returncode, [], done.stderr
        return (
            done.returncode,
            [finding["rule"] for finding in self.report()["findings"] if finding["severity"] == "error"],
            done.stderr,
        )

    def report(self) -> dict[str, Any]:
        text = self.out.read_text() if self.out.exists() else ""
        return json.loads(text) if text else {"findings": [], "verdict": "clean"}


@pytest.fixture
def origin(project: Project, tmp_path: Path) -> Path:
    path = tmp_path / "origin.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(project.path), str(path)], check=True)
    return path


def clone(origin: Path, name: str) -> Clone:
    path = origin.parent / name
    subprocess.run(["git", "clone", "-q", str(origin), str(path)], check=True)
    return Clone(path)


@pytest.fixture
def mine(origin: Path) -> Clone:
    return clone(origin, "mine").hook()


@pytest.fixture
def theirs(origin: Path) -> Clone:
    return clone(origin, "theirs")


def publish(theirs: Clone, id_: str, down: str, **more: str) -> None:
    """Push a revision to main from their clone."""
    theirs.revision(id_, down, **more)
    theirs.commit(f"add {id_}")
    theirs.git("push", "-q", "origin", "main")


class TestBranches:
    @pytest.mark.parametrize("name", [b"a\xc2\xa0b", b"a\xe2\x80\xa8b", b"a\xc2\x85b", b"l\xff", b"-x", b"--help"])
    def test_any_name_that_git_takes(self, mine: Clone, name: bytes) -> None:
        """The names contain spaces and Unicode line endings, are in no encoding, or look like an option."""
        mine.revision("c", "a")
        mine.commit()
        assert mine.push("origin", os.fsdecode(b"HEAD:refs/heads/" + name))[:2] == (1, ["multiple-heads"])
        assert mine.push("origin", os.fsdecode(b"HEAD~1:refs/heads/" + name)) == (0, [], "")

    def test_an_expression_with_spaces(self, mine: Clone) -> None:
        mine.revision("c", "a")
        mine.commit("add the third")
        assert mine.push("origin", "HEAD^{/add the third}:refs/heads/topic")[:2] == (1, ["multiple-heads"])
        assert mine.push("origin", "HEAD^{/start}:refs/heads/topic") == (0, [], "")

    def test_a_push_without_revisions_contacts_no_remote(self, mine: Clone) -> None:
        mine.switch("topic", "main")
        mine.write("README", "x")
        mine.commit()
        assert mine.push("origin", "topic") == (0, [], "")

    def test_the_repair_of_an_edit_restores_the_merge_base(self, mine: Clone, theirs: Clone) -> None:
        """On main, the file has a parent that the branch lacks."""
        theirs.revision("n", "a")
        publish(theirs, "b", "n")
        mine.switch("topic", "main")
        mine.revision("b", "a", body="op.execute('another')")
        mine.commit()
        mine.git("fetch", "-q")
        mine.push("origin", "topic")
        (finding,) = mine.report()["findings"]
        assert finding["rule"] == "edited-revision"
        base = mine.git("rev-parse", "--short=12", "main").strip()
        (fix,) = finding["fixes"]
        assert fix["command"] == ["git", "checkout", base, "--", "migrations/versions/b_x.py"]

    def test_fork_with_a_main_that_was_not_fetched(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        refs = mine.git("for-each-ref")
        code, rules, _ = mine.push("origin", "topic")
        assert (code, rules) == (1, ["divergent-heads"])
        assert mine.report()["findings"][0]["fixes"][0]["command"] == ["git", "fetch", "origin"]
        assert mine.git("for-each-ref") == refs
        assert not (mine.path / ".git" / "FETCH_HEAD").exists() or GIT < (2, 29)

    def test_fetch_never(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.write("pyproject.toml", '[tool.git-alembic]\nfetch = "never"\n')
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        assert mine.push("origin", "topic") == (0, [], "")

    @pytest.mark.parametrize("way", ["fix", "merge"])
    def test_the_printed_commands_make_the_push_go_through(self, mine: Clone, theirs: Clone, way: str) -> None:
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        assert mine.push("origin", "topic")[0] == 1
        fixes = mine.report()["findings"][0]["fixes"]
        chosen = {"fix": 0, "merge": 1}[way]
        for program, *rest in (fix["command"] for fix in fixes if fix["alternative"] == chosen):
            assert program == "git"
            if rest[0] == "alembic":
                assert mine.run(*rest[1:]).returncode == 0
            else:
                mine.git(*rest)
        assert mine.push("origin", "topic") == (0, [], "")

    def test_several_push_urls(self, mine: Clone, theirs: Clone, origin: Path) -> None:
        """git runs the hook once for each URL."""
        subprocess.run(["git", "clone", "-q", "--bare", str(origin), str(origin.parent / "mirror.git")], check=True)
        for url in (origin, origin.parent / "mirror.git"):
            mine.git("remote", "set-url", "--add", "--push", "origin", str(url))
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        code, _, _ = mine.push("origin", "topic", parse=False)
        assert code == 1
        assert mine.out.read_text().count('"rule": "divergent-heads"') >= 1

    def test_merge_revision_goes_through(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        mine.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
        assert mine.push("origin", "topic")[1] == ["multiple-heads"]
        mine.revision("m", ["c", "d"])
        mine.commit()
        assert mine.push("origin", "topic") == (0, [], "")

    def test_a_dirty_tree_and_another_branch_do_not_matter(self, mine: Clone) -> None:
        mine.switch("topic", "main")
        mine.revision("c", "b")
        mine.commit()
        mine.switch("main")
        mine.revision("x", "nowhere")
        mine.git("add", "-A")
        assert mine.push("origin", "topic") == (0, [], "")

    def test_only_the_tip_counts(self, mine: Clone) -> None:
        mine.switch("topic", "main")
        mine.revision("c", "a")
        mine.commit("fork")
        mine.revision("c", "b")
        mine.commit("repaired")
        assert mine.push("origin", "topic") == (0, [], "")

    def test_an_old_fork_of_the_target_is_not_reported(self, mine: Clone, theirs: Clone) -> None:
        mine.switch("topic", "main")
        mine.write("README", "x")
        mine.commit()
        assert mine.push("origin", "topic")[0] == 0
        publish(theirs, "c", "a")
        mine.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
        mine.revision("d", "b")
        mine.commit()
        assert mine.push("origin", "topic") == (0, [], "")


class TestRefs:
    def test_several(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.switch("good", "main")
        mine.commit()
        mine.switch("bad", "main")
        mine.revision("d", "b")
        mine.commit()
        assert mine.push("origin", "good", "bad")[:2] == (1, ["divergent-heads"])

    def test_other_name_for_head(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.revision("d", "b")
        mine.commit()
        assert mine.push("origin", "HEAD:refs/heads/other")[:2] == (1, ["divergent-heads"])
        assert mine.push("origin", f"{mine.git('rev-parse', 'HEAD').strip()}:refs/heads/third")[:2] == (
            1,
            ["divergent-heads"],
        )

    def test_tags_and_deletions_pass(self, mine: Clone) -> None:
        mine.revision("d", "a")
        mine.commit()
        mine.git("tag", "-a", "v1", "-m", "v1")
        assert mine.push("origin", "v1") == (0, [], "")
        assert mine.push("--no-verify", "origin", "HEAD:refs/heads/x")[0] == 0
        assert mine.push("origin", ":x") == (0, [], "")

    def test_forced_push_of_a_rebased_branch(self, mine: Clone, theirs: Clone) -> None:
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        assert mine.push("origin", "topic")[0] == 0
        publish(theirs, "c", "b")
        mine.git("fetch", "-q")
        mine.git("reset", "-q", "--hard", "origin/main")
        mine.revision("e", "c")
        mine.commit()
        assert mine.push("--force", "origin", "topic") == (0, [], "")

    def test_remote_branch_that_is_not_known_here(self, mine: Clone, theirs: Clone) -> None:
        mine.switch("topic", "main")
        mine.write("README", "x")
        mine.commit()
        assert mine.push("origin", "topic")[0] == 0
        theirs.git("fetch", "-q")
        theirs.git("checkout", "-q", "topic")
        theirs.revision("c", "b")
        theirs.commit()
        theirs.git("push", "-q", "origin", "topic")
        mine.revision("d", "b")
        mine.commit()
        code, rules, output = mine.push("origin", "topic")
        assert (code, rules) == (1, ["divergent-heads"])
        assert "origin/topic has changed since it was last fetched" in output

    def test_first_push_of_a_whole_history(self, project: Project, tmp_path: Path) -> None:
        mine = Clone(project.path).hook()
        subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "new.git")], check=True)
        mine.git("remote", "add", "origin", str(tmp_path / "new.git"))
        assert mine.push("origin", "main") == (0, [], "")

    def test_nothing_to_push(self, mine: Clone) -> None:
        assert mine.push("origin", "main") == (0, [], "")


class TestUnreachableRemote:
    def test_checked_against_the_known_commit(self, mine: Clone, theirs: Clone, origin: Path) -> None:
        publish(theirs, "c", "b")
        mine.git("fetch", "-q")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        commit = mine.commit()
        mine.git("remote", "set-url", "origin", str(origin.parent / "gone.git"))
        line = f"refs/heads/topic {commit} refs/heads/topic {'0' * 40}\n"
        done = subprocess.run(
            [sys.executable, "-m", "git_alembic", "pre-push", "origin", "x"],
            cwd=mine.path,
            input=line,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 1
        assert "divergent-heads" in done.stdout
        assert "checked against origin/main as fetched a moment ago" in done.stderr


class TestWithoutLines:
    def test_framework_variables(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        commit = mine.commit()
        variables = {
            "PRE_COMMIT_REMOTE_NAME": "origin",
            "PRE_COMMIT_REMOTE_URL": "x",
            "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/topic",
            "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/topic",
        }
        for more in ({}, {"PRE_COMMIT_TO_REF": commit}):
            found = mine.check(command="pre-push", env={**variables, **more})
            assert [finding["rule"] for finding in found["findings"]] == ["divergent-heads"]

    def framework(self, mine: Clone, branch: str) -> dict[str, str]:
        refs = {f"PRE_COMMIT_{side}_BRANCH": f"refs/heads/{branch}" for side in ("LOCAL", "REMOTE")}
        to = mine.git("rev-parse", branch).strip()
        return {"PRE_COMMIT_REMOTE_NAME": "origin", "PRE_COMMIT_REMOTE_URL": "x", "PRE_COMMIT_TO_REF": to, **refs}

    def test_main_rewritten_that_moved_on_unseen(self, mine: Clone, theirs: Clone) -> None:
        """A framework does not pass main's commit, and the push would drop it. So the hook asks the remote."""
        publish(theirs, "c", "b")
        mine.git("commit", "-q", "--amend", "-m", "rewritten")
        done = mine.run("pre-push", "--format", "json", env=self.framework(mine, "main"))
        assert done.stderr == "git-alembic: origin/main has changed since it was last fetched\n"
        (finding,) = json.loads(done.stdout)["findings"]
        assert (finding["rule"], finding["revisions"]) == ("deleted-revision", ["c"])

    def test_a_branch_that_moved_on_unseen(self, mine: Clone, theirs: Clone) -> None:
        mine.switch("topic", "main")
        mine.write("README", "x")
        mine.commit()
        mine.git("push", "-q", "--no-verify", "origin", "topic")
        theirs.git("fetch", "-q")
        theirs.git("checkout", "-q", "topic")
        theirs.revision("c", "b")
        theirs.commit()
        theirs.git("push", "-q", "origin", "topic")
        mine.revision("d", "b")
        mine.commit()
        found = mine.check(command="pre-push", env=self.framework(mine, "topic"))
        assert [finding["message"] for finding in found["findings"]] == [
            "merging origin/topic would create 2 heads: 'c' (origin/topic), 'd' (topic)"
        ]

    def test_a_branch_that_is_gone_from_the_remote(self, mine: Clone, theirs: Clone) -> None:
        mine.switch("topic", "main")
        mine.revision("c", "b")
        mine.commit()
        mine.git("push", "-q", "--no-verify", "origin", "topic")
        theirs.git("push", "-q", "origin", ":topic")
        mine.git("reset", "-q", "--hard", "main")
        mine.revision("d", "b")
        mine.commit()
        assert mine.check(command="pre-push", env=self.framework(mine, "topic"))["findings"] == []

    def test_fetch_never_uses_the_last_fetch(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.write("pyproject.toml", '[tool.git-alembic]\nfetch = "never"\n')
        mine.git("add", "-A")
        mine.git("commit", "-q", "--amend", "-m", "rewritten")
        done = mine.run("pre-push", env=self.framework(mine, "main"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_a_remote_that_cannot_be_asked(self, mine: Clone, origin: Path) -> None:
        origin.rename(origin.parent / "gone.git")
        mine.git("commit", "-q", "--amend", "-m", "rewritten")
        done = mine.run("pre-push", env=self.framework(mine, "main"))
        assert (done.returncode, done.stdout) == (0, "")
        assert "; origin/main was checked as of the last fetch" in done.stderr

    def test_one_question_for_both_branches(self, mine: Clone, theirs: Clone, tmp_path: Path) -> None:
        """One request asks for the target and the pushed branch if the remote has both."""
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        done = mine.run("pre-push", env={**self.framework(mine, "topic"), "GIT_TRACE": str(tmp_path / "trace")})
        assert done.returncode == 1
        calls = [line for line in (tmp_path / "trace").read_text().splitlines() if " git ls-remote" in line]
        assert [line.rpartition(" -- ")[2] for line in calls] == ["origin refs/heads/main refs/heads/topic"]

    def test_current_branch(self, mine: Clone, theirs: Clone) -> None:
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit()
        found = mine.check(command="pre-push")
        assert [finding["rule"] for finding in found["findings"]] == ["divergent-heads"]


@pytest.mark.parametrize(
    ("line", "output"),
    [
        (
            "garbage",
            f"expected lines of the form {FORM} on standard input, not 'garbage'",
        ),
        ("refs/heads/x abc refs/heads/x def", "'def' on standard input isn't an object id"),
        (f"refs/heads/x {'1' * 40} refs/heads/x {'0' * 40}", f"{'1' * 40} isn't a commit in this repository"),
    ],
)
def test_garbage(mine: Clone, line: str, output: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "git_alembic", "pre-push", "--format", "json", "origin", "x"],
        cwd=mine.path,
        input=line,
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (2, output)


class TestShapesOfHistory:
    """Only the tip of the push is checked, whatever made it."""

    @pytest.fixture
    def forked(self, mine: Clone, theirs: Clone) -> Clone:
        """Theirs put c on b on main, which is known here. topic has d on b."""
        publish(theirs, "c", "b")
        mine.switch("topic", "main")
        mine.revision("d", "b")
        mine.commit("add d")
        mine.git("fetch", "-q")
        return mine

    def test_rebase_runs_no_commit_hook(self, forked: Clone) -> None:
        forked.git("rebase", "-q", "origin/main")
        assert forked.push("origin", "topic")[:2] == (1, ["multiple-heads"])

    def test_cherry_pick(self, forked: Clone) -> None:
        forked.switch("other", "origin/main")
        forked.git("cherry-pick", "topic")
        assert forked.push("origin", "other")[:2] == (1, ["multiple-heads"])

    def test_revert_of_the_unpublished(self, forked: Clone) -> None:
        forked.git("revert", "--no-edit", "HEAD")
        assert forked.push("origin", "topic") == (0, [], "")

    def test_revert_of_a_merge(self, forked: Clone) -> None:
        forked.switch("again", "origin/main")
        forked.git("merge", "-q", "--no-ff", "--no-verify", "--no-edit", "topic")
        forked.git("revert", "--no-edit", "-m", "1", "HEAD")
        assert forked.push("origin", "again") == (0, [], "")

    def test_octopus(self, mine: Clone) -> None:
        for name in ("one", "two", "three"):
            mine.switch(name, "origin/main")
            mine.revision(name, "b")
            mine.commit(name)
        mine.switch("all", "origin/main")
        mine.git("merge", "-q", "--no-verify", "--no-edit", "one", "two", "three")
        code, rules, _ = mine.push("origin", "all")
        assert (code, rules) == (1, ["multiple-heads"])
        assert mine.report()["findings"][0]["revisions"] == ["one", "three", "two"]

    def test_unrelated_history(self, forked: Clone) -> None:
        forked.git("checkout", "-q", "--orphan", "fresh")
        forked.git("rm", "-q", "-r", "-f", ".")
        forked.revision("z")
        forked.commit("another beginning")
        assert forked.push("origin", "fresh")[1] == ["divergent-heads"]

    def test_shallow_clone_says_what_it_lacks(self, forked: Clone, origin: Path) -> None:
        path = origin.parent / "shallow"
        subprocess.run(
            ["git", "clone", "-q", "--depth=1", "--no-single-branch", f"file://{origin}", str(path)], check=True
        )
        shallow = Clone(path).hook()
        shallow.git("fetch", "-q", "--depth=1", str(forked.path), "topic:topic")
        code, _, _ = shallow.push("origin", "topic")
        assert code == 1
        assert "shallow clone doesn't contain the merge base of topic and origin/main" in shallow.report()["reason"]


def test_over_ssh(mine: Clone, theirs: Clone, origin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replacement for ssh runs the command here. Its arguments show that it can't prompt."""
    publish(theirs, "c", "b")
    log, ssh = origin.parent / "ssh.log", origin.parent / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$@" >>{log}\nfor last; do :; done\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    mine.git("remote", "set-url", "origin", f"example.org:{origin}")
    mine.switch("topic", "main")
    mine.revision("d", "b")
    mine.commit()
    assert mine.push("origin", "topic")[:2] == (1, ["divergent-heads"])
    calls = [line for line in log.read_text().splitlines() if "BatchMode=yes" in line]
    assert len(calls) == 2  # ls-remote and fetch


def ended(process: int) -> bool:
    """Return whether a killed process is gone, including its entry in the process table."""
    return comes_true(lambda: not exists(process))


def exists(process: int) -> bool:
    """Return whether a process runs. A zombie doesn't count."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_remote_that_hangs_is_killed(mine: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\necho $$ >{tmp_path}/pid\nread line <{tmp_path}/never\n")
    ssh.chmod(0o755)
    os.mkfifo(tmp_path / "never")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
    mine.git("remote", "set-url", "origin", "example.org:x")
    with pytest.raises(CannotCheck, match="git ls-remote took longer than 1 seconds"):
        run_network_command(Repository(str(mine.path)), "ls-remote", "--", "origin", "refs/heads/main", seconds=1)
    assert ended(int((tmp_path / "pid").read_text()))


def test_a_replaced_commit_is_checked_as_git_pushes_it(mine: Clone, theirs: Clone) -> None:
    """`git replace` makes git show another commit, but a push sends the commit itself."""
    publish(theirs, "c", "b")
    mine.git("fetch", "-q")
    mine.switch("topic", "main")
    mine.revision("d", "b")
    forked = mine.commit()
    mine.git("checkout", "-q", "-b", "repaired", "origin/main")
    mine.revision("d", "c")
    repaired = mine.commit()
    mine.git("replace", forked, repaired)
    assert mine.push("origin", f"{forked}:refs/heads/topic")[:2] == (1, ["divergent-heads"])
    assert mine.push("origin", "repaired")[:2] == (0, [])


class TestForks:
    """A clone of a fork, which has its own copy of the original repository's branch."""

    def test_the_push_says_how_to_set_the_target(self, mine: Clone) -> None:
        mine.git("update-ref", "refs/remotes/upstream/main", "HEAD")
        mine.switch("topic", "main")
        mine.revision("c", "b")
        mine.commit()
        code, rules, output = mine.push("origin", "topic")
        assert (code, rules) == (0, [])
        assert "`git config alembic.target upstream/main` sets the target for this clone" in output
        mine.git("config", "alembic.target", "upstream/main")
        assert mine.push("origin", "topic:other") == (0, [], "")

    def test_a_committed_target_of_another_remote_is_a_warning(self, mine: Clone) -> None:
        mine.write("pyproject.toml", '[tool.git-alembic]\ntarget = "upstream/main"\n')
        mine.switch("topic", "main")
        mine.revision("c", "b")
        mine.commit()
        code, rules, output = mine.push("origin", "topic")
        assert (code, rules) == (0, [])
        assert output.count("this clone has no remote for the target upstream/main, so origin/main is the target") == 1
