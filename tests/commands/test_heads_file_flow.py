"""`heads-file = true` from end to end: real git, real Alembic on SQLite, and every command that reads the file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.commands import fix as fix_command
from tests.support import forked_programs as forked
from tests.support.project import INI, Project

PATH = "migrations/heads.txt"
VERSIONS = "migrations/versions"
SETTING = "[tool.git-alembic]\nheads-file = true\n"
SQLITE = INI + "sqlalchemy.url = sqlite:///shop.db\n"
RUNNING_ENV_PY = """\
from alembic import context
from sqlalchemy import create_engine

with create_engine(context.config.get_main_option("sqlalchemy.url")).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def shop(cloned: Project) -> Project:
    """origin/main and main have a <- b and the file. The current branch topic has d on b, and main has c on b."""
    cloned.write("alembic.ini", SQLITE)
    cloned.write("migrations/env.py", RUNNING_ENV_PY)
    cloned.write("migrations/script.py.mako", "")
    cloned.write(".gitignore", "*.db\n__pycache__\n")
    cloned.write("pyproject.toml", SETTING)
    commit(cloned, "b")
    cloned.git("branch", "topic")
    cloned.revision("c", "b")
    commit(cloned, "c")
    cloned.git("push", "-q", "origin", "HEAD:main")
    cloned.git("fetch", "-q", "origin")
    cloned.switch("topic")
    cloned.revision("d", "b")
    commit(cloned, "d")
    return cloned


def commit(project: Project, *heads: str) -> str:
    project.write(PATH, "".join(f"{head}\n" for head in heads))
    return project.commit(f"heads {' '.join(heads)}")


def text(project: Project, where: str = "") -> str:
    return project.git("show", f"{where}:{PATH}") if where else (project.path / PATH).read_text()


def fixed(project: Project, *arguments: str, code: int = 0) -> str:
    done = project.run("fix", "--yes", *arguments)
    assert (done.returncode, done.stderr) == (code, ""), done.stdout + done.stderr
    return done.stdout


def upgraded(project: Project) -> str:
    """Return the revision of a new database after `alembic upgrade head`."""
    for arguments in (["upgrade", "head"], ["current"]):
        done = forked.run(["alembic", *arguments], project.path, with_program())
        assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def status(project: Project) -> list[str]:
    return project.git("status", "--short").splitlines()


class TestAdoption:
    def test_every_environment_needs_it(self, project: Project) -> None:
        project.write("more/alembic.ini", "[alembic]\nscript_location = scripts\n")
        project.write("more/scripts/env.py", "")
        project.revision("m", folder="more/scripts/versions")
        project.commit()
        project.write("pyproject.toml", SETTING)
        project.git("add", "-A")
        assert [found["path"] for found in project.check()["findings"]] == [PATH, "more/scripts/heads.txt"]
        fixed(project)
        assert project.rules() == []
        project.commit()
        project.git("rm", "-rq", "more")
        project.git("checkout", "HEAD", "--", "more/scripts/heads.txt")
        left = next(found for found in project.check()["findings"] if found["rule"] == "deleted-revision")
        assert [under["rule"] for under in left["consequences"]] == ["heads-file"]
        (finding,) = project.check(env={"GIT_ALEMBIC_ALLOW": "deleted-revision"})["findings"]
        assert (finding["path"], finding["fixes"][0]["command"]) == (
            "more/scripts/heads.txt",
            ["git", "rm", "more/scripts/heads.txt"],
        )
        project.git(*finding["fixes"][0]["command"][1:])
        assert project.rules(env={"GIT_ALEMBIC_ALLOW": "deleted-revision"}) == []

    def test_by_git_config_and_for_one_environment(self, project: Project) -> None:
        project.git("config", "alembic.heads-file", "true")
        assert project.rules() == ["heads-file"]
        project.git("config", "alembic.heads-file", "false")
        assert project.rules() == []
        entry = '[[tool.git-alembic.environments]]\nname = "shop"\nconfig = "alembic.ini"\nheads-file = true\n'
        project.write("pyproject.toml", entry)
        project.git("add", "-A")
        assert project.rules() == ["heads-file"]
        for key, value in (("config", "alembic.ini"), ("heads-file", "false")):
            project.git("config", f"alembic.environments.shop.{key}", value)
        assert project.rules() == []

    @pytest.mark.parametrize("home", ["migrations", "migrations/versions"])
    def test_without_a_configuration_file(self, project: Project, home: str) -> None:
        """For an environment that was found by content, the file is beside env.py or beside the folder `versions`."""
        (project.path / "alembic.ini").unlink()
        if home != "migrations":
            (project.path / "migrations/env.py").unlink()
        project.write("pyproject.toml", SETTING)
        project.commit()
        fixed(project)
        project.commit()
        assert (text(project), project.rules()) == ("b\n", [])
        project.write(PATH, "a\n")
        project.git("add", "-A")
        assert project.rules() == ["heads-file"]

    def test_sections_that_share_env_py(self, project: Project) -> None:
        sections = "\n".join(
            f"[{name}]\nscript_location = migrations\nversion_locations = migrations/{name}\n"
            for name in ("one", "two")
        )
        project.write("alembic.ini", sections)
        project.git("rm", "-rq", VERSIONS)
        project.revision("x", folder="migrations/one")
        project.revision("y", folder="migrations/two")
        project.write("pyproject.toml", SETTING)
        project.git("add", "-A")
        fixed(project, code=1)  # the old revisions are gone
        assert (project.path / "migrations/one/heads.txt").read_text() == "x\n"
        assert (project.path / "migrations/two/heads.txt").read_text() == "y\n"
        project.commit()
        assert project.rules("--rev", "HEAD") == []


class TestMerge:
    def test_with_a_merge_revision(self, shop: Project) -> None:
        shop.git("merge", "-q", "origin/main", code=1)
        fixed(shop, "--strategy", "merge")
        (merged,) = set(re.findall(r"[0-9a-f]{12}", text(shop)))
        assert text(shop) == f"{merged}\n"
        assert shop.rules() == []
        shop.git("commit", "-q", "--no-edit")
        assert upgraded(shop) == f"{merged} (head) (mergepoint)"

    def test_resolved_by_hand_with_the_fork_left(self, shop: Project) -> None:
        shop.git("merge", "-q", "origin/main", code=1)
        shop.write(PATH, "d\n")
        shop.git("add", PATH)
        assert shop.rules() == ["multiple-heads"]
        fixed(shop)
        assert (text(shop), shop.rules()) == ("d\n", [])

    def test_the_markers_of_a_conflict_were_staged(self, shop: Project) -> None:
        shop.git("merge", "-q", "origin/main", code=1)
        shop.git("add", PATH)
        assert shop.rules() == ["multiple-heads"]
        fixed(shop)
        assert (text(shop), shop.rules()) == ("d\n", [])

    @pytest.mark.git(2, 38)
    @pytest.mark.parametrize("first", ["merge", "rebase"])
    def test_the_printed_way(self, shop: Project, first: str) -> None:
        """Paste the commands as one block into a shell that stops at the first failure."""
        out = fixed(shop, code=1)
        (block,) = (line.strip() for line in out.splitlines() if line.startswith(f"    (git {first} "))
        assert "; git alembic fix --yes) && git " in block
        done = subprocess.run(
            ["bash", "-euc", block], cwd=shop.path, env=with_program(), check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert (status(shop), text(shop), shop.rules("--rev", "HEAD"), upgraded(shop)) == ([], "d\n", [], "d (head)")

    def test_a_failure_puts_the_conflict_back(self, shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        shop.git("merge", "-q", "origin/main", code=1)
        before = (shop.git("ls-files", "--stage"), text(shop), status(shop))
        monkeypatch.chdir(shop.path)
        monkeypatch.setattr(fix_command, "is_better", lambda *_: False)
        with pytest.raises(Exception, match="the repair did not resolve the findings, so it was undone"):
            fix_command.main(["--yes"])
        assert (shop.git("ls-files", "--stage"), text(shop), status(shop)) == before

    def test_one_per_label(self, empty: Project) -> None:
        empty.write("alembic.ini", SQLITE)
        empty.write("migrations/env.py", RUNNING_ENV_PY)
        empty.write("pyproject.toml", SETTING + 'heads = "one-per-label"\n')
        empty.revision("s1", labels="shop")
        empty.revision("a1", labels="auth")
        empty.git("add", "-A")
        fixed(empty)
        assert text(empty) == "auth@a1\nshop@s1\n"
        empty.commit()
        for branch, id_, down in (("one", "s2", "s1"), ("two", "s3", "s1")):
            empty.switch(branch, "main")
            empty.revision(id_, down)
            empty.git("add", "-A")
            fixed(empty)
            empty.commit()
        assert text(empty) == "auth@a1\nshop@s3\n"
        empty.git("merge", "-q", "one", code=1)
        fixed(empty)
        assert empty.rules() == []
        assert text(empty) in ("auth@a1\nshop@s2\n", "auth@a1\nshop@s3\n")


def with_program() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


class TestRebase:
    def test_stops_once_and_goes_on(self, shop: Project) -> None:
        shop.revision("e", "d")
        commit(shop, "e")
        shop.git("rebase", "-q", "origin/main", code=1)
        assert status(shop) == [f"UU {PATH}", f"A  {VERSIONS}/d_x.py"]
        fixed(shop)
        assert text(shop) == "d\n"
        shop.git("-c", "core.editor=true", "rebase", "--continue")
        assert [text(shop, revision) for revision in ("HEAD", "HEAD~1", "HEAD~2")] == ["e\n", "d\n", "c\n"]
        assert [shop.rules("--rev", revision) for revision in ("HEAD", "HEAD~1")] == [[], []]
        assert upgraded(shop) == "e (head)"

    def test_cherry_pick(self, shop: Project) -> None:
        shop.git("checkout", "-q", "main")
        shop.git("cherry-pick", "topic", code=1)
        fixed(shop)
        shop.git("-c", "core.editor=true", "cherry-pick", "--continue")
        assert (text(shop), shop.rules("--rev", "HEAD"), upgraded(shop)) == ("d\n", [], "d (head)")

    def test_stash(self, shop: Project) -> None:
        shop.git("reset", "-q", "--soft", "HEAD~1")
        shop.git("stash", "-q")
        shop.git("checkout", "-q", "main")
        shop.git("stash", "pop", "-q", code=1)
        fixed(shop)
        assert (text(shop), shop.rules()) == ("d\n", [])


class TestEveryView:
    """The rule compares values from trees, so every checking command gives the same findings."""

    @pytest.fixture
    def stale(self, shop: Project) -> Project:
        shop.git("merge", "-q", "-X", "ours", "origin/main")
        fixed(shop)
        shop.write(PATH, "c\n")
        shop.commit("stale")
        return shop

    def test_check_and_push(self, stale: Project) -> None:
        found = {
            "branch": stale.rules(),
            "rev": stale.rules("--rev", "HEAD"),
            "range": stale.rules("--from-ref", "origin/main", "--to-ref", "HEAD"),
            "push": sorted(finding["rule"] for finding in stale.check(command="pre-push")["findings"]),
        }
        assert found == {view: ["heads-file"] for view in found}

    def test_only_the_file_is_staged(self, stale: Project) -> None:
        fixed(stale)
        stale.commit()
        assert stale.rules() == []
        stale.write(PATH, "b\n")
        stale.git("add", PATH)
        (finding,) = stale.check()["findings"]
        assert (finding["message"], finding["line"]) == ("it lists 'b', which isn't a head; the head is 'd'", 1)
        stale.git("rm", "-q", "--cached", PATH)
        (finding,) = stale.check()["findings"]
        assert finding["message"] == "the file does not exist yet; the head is 'd'"

    def test_a_server(self, stale: Project, tmp_path: Path) -> None:
        """Also for a ref that is not checked out anywhere."""
        origin = Project(tmp_path / "origin.git")
        stale.git("push", "-q", "--no-verify", "origin", "HEAD:refs/heads/topic")
        old, new = origin.git("rev-parse", "main", "topic").split()
        done = subprocess.run(
            [sys.executable, "-m", "git_alembic", "pre-receive", "--format", "json"],
            cwd=origin.path,
            input=f"{old} {new} refs/heads/main\n",
            capture_output=True,
            check=False,
            text=True,
        )
        assert (done.returncode, [finding["rule"] for finding in json.loads(done.stdout)["findings"]]) == (
            1,
            ["heads-file"],
        )

    def test_audit(self, stale: Project) -> None:
        lines = stale.run("audit", "--format", "json", "HEAD").stdout.splitlines()
        found = {
            stale.git("log", "-1", "--format=%s", line["commit"]).strip(): [
                finding["rule"] for finding in line["findings"]
            ]
            for line in map(json.loads, lines)
        }
        assert found["stale"] == ["heads-file"]
        assert found["heads b"] == found["heads c"] == found["heads d"] == []

    def test_an_old_offense_blocks_no_other_commit(self, stale: Project) -> None:
        stale.write(f"{VERSIONS}/d_x.py", (stale.path / VERSIONS / "d_x.py").read_text() + "\n# a comment\n")
        stale.git("add", "-A")
        assert stale.rules() == []
        stale.revision("e", "d")
        stale.git("add", "-A")
        assert stale.rules() == ["heads-file"]

    def test_the_cost(self, shop: Project, tmp_path: Path) -> None:
        """The setting adds no git process to a commit with a revision."""
        shop.revision("e", "d")
        shop.write(PATH, "e\n")
        shop.git("add", "-A")
        counts = {}
        for value in ("true", "false"):
            trace = tmp_path / f"trace-{value}"
            shop.git("config", "alembic.heads-file", value)
            done = shop.run("check", env={"GIT_TRACE": str(trace), "GIT_INDEX_FILE": ".git/index"})
            assert done.returncode == 0, done.stdout
            shop.git("reset", "-q", PATH)  # without the setting, no command changes the file
            counts[value] = len([line for line in trace.read_text().splitlines() if "trace: built-in:" in line])
        assert counts["true"] == counts["false"]


class TestOddFiles:
    def test_line_ends(self, shop: Project) -> None:
        (shop.path / PATH).write_bytes(b"d\r\n")
        shop.commit()
        assert shop.rules("--rev", "HEAD") == []
        shop.revision("e", "d")
        shop.git("add", "-A")
        fixed(shop, code=1)  # a merge with the target would fork
        assert (shop.path / PATH).read_bytes() == b"e\r\n"

    def test_attributes_that_keep_the_conflict(self, shop: Project) -> None:
        shop.write(".gitattributes", "* text=auto eol=crlf\n")
        shop.commit()
        shop.git("merge", "-q", "origin/main", code=1)
        fixed(shop)
        assert shop.git("show", f":{PATH}") == "d\n"
        assert shop.rules() == []

    def test_union(self, project: Project) -> None:
        project.write(".gitattributes", "*.txt merge=union\n")
        project.write("pyproject.toml", SETTING)
        commit(project, "b")
        (finding,) = project.check()["findings"]
        assert (finding["rule"], finding["severity"]) == ("heads-file", "warning")
        assert "`merge=union`" in finding["message"]
        project.write(".gitattributes", f"*.txt merge=union\n{PATH} merge=text\n")
        project.commit()
        assert project.rules() == []

    def test_ignored(self, project: Project) -> None:
        project.write(".gitignore", "*.txt\n")
        project.write("pyproject.toml", SETTING)
        project.commit()
        fixed(project)
        assert status(project) == [f"A  {PATH}"]

    @pytest.mark.parametrize("is_staged", [False, True])
    def test_a_foreign_file(self, project: Project, *, is_staged: bool) -> None:
        project.write("pyproject.toml", SETTING)
        project.git("add", "-A")
        project.write(PATH, "Heads of departments\n")
        if is_staged:
            project.git("add", "-A")
            assert f"{PATH} has lines that aren't heads, so it is left unchanged" in fixed(project, code=1)
        else:
            done = project.run("fix", "--yes")
            reason = f"{PATH} already exists where the heads file belongs: move it, then run `git alembic fix` again"
            assert (done.returncode, done.stderr) == (2, f"git-alembic: {reason}\n")
        assert text(project) == "Heads of departments\n"

    def test_a_link(self, project: Project) -> None:
        project.write("pyproject.toml", SETTING)
        project.write("other.txt", "b\n")
        (project.path / PATH).symlink_to("../other.txt")
        project.commit()
        assert project.rules("--rev", "HEAD") == ["heads-file"]
        assert project.run("fix", "--yes").returncode == 2
        assert (project.path / PATH).is_symlink()

    def test_a_file_that_disagrees_and_unstaged_work(self, shop: Project) -> None:
        """Only the file itself is written and staged."""
        shop.revision("e", "d")
        shop.git("add", "-A")
        shop.revision("f", "e")
        shop.write("notes.py", "x = 1\n")
        fixed(shop, code=1)  # a merge with the target would fork
        assert status(shop) == [f"M  {PATH}", f"A  {VERSIONS}/e_x.py", f"?? {VERSIONS}/f_x.py", "?? notes.py"]
        assert text(shop) == "e\n"

    def test_the_table_in_the_index_counts(self, project: Project) -> None:
        """`fix` reads its settings from the index."""
        project.write("pyproject.toml", SETTING + '[tool.git-alembic.rules]\nheads-file = "warning"\n')
        project.git("add", "-A")
        assert fixed(project).endswith(f"repaired and staged: {PATH}\n")
        assert project.run("fix", "--yes", "--dry-run").stdout == "git-alembic: nothing to repair\n"


class TestRestore:
    @pytest.mark.parametrize("is_staged", [False, True])
    def test_says_that_the_file_lacks_it(self, project: Project, *, is_staged: bool) -> None:
        project.write("pyproject.toml", SETTING)
        project.revision("c", "b")
        commit(project, "c")
        project.git("rm", "-q", f"{VERSIONS}/c_x.py")
        commit(project, "b")
        done = project.run("restore", "c", *(["--stage"] if is_staged else []))
        add = "" if is_staged else f"`git add {VERSIONS}/c_x.py`, then "
        assert (done.returncode, done.stdout.splitlines()[-1]) == (
            1,
            f"git-alembic: {PATH} doesn't have the head 'c' yet: {add}`git alembic fix`",
        )
        project.git("add", VERSIONS)
        fixed(project)
        assert (text(project), project.rules()) == ("c\n", [])

    def test_a_revision_below_the_heads(self, project: Project) -> None:
        project.write("pyproject.toml", SETTING)
        commit(project, "b")
        project.git("rm", "-q", f"{VERSIONS}/a_x.py")
        done = project.run("restore", "a", "--stage")
        assert (done.returncode, done.stdout.splitlines()[-1]) == (
            0,
            "git-alembic: the history is complete, with the head 'b'",
        )


class TestConflicts:
    def collisions(self, project: Project) -> set[tuple[str, str, str | None, tuple[str, ...]]]:
        found = json.loads(project.run("conflicts", "--local", "--format", "json").stdout)["collisions"]
        return {
            (collision["kind"], collision["branch"], collision["other"], tuple(collision["paths"]))
            for collision in found
        }

    def test_with_the_target_and_with_each_other(self, shop: Project) -> None:
        shop.switch("other", "topic~1")
        shop.revision("e", "b")
        commit(shop, "e")
        shop.switch("stacked", "topic")
        shop.revision("f", "d")
        commit(shop, "f")
        shop.switch("code", "origin/main")
        shop.write("app.py", "")
        shop.commit()
        found = self.collisions(shop)
        conflicts = {
            collision[1:3] for collision in found if collision[0] == "conflicting-file" and collision[3] == (PATH,)
        }
        forks = {collision[1:3] for collision in found if collision[0] == "fork"}
        assert conflicts == forks
        assert {("topic", None), ("other", None), ("stacked", None)} <= conflicts
        assert ("other", "topic") in conflicts
        assert ("stacked", "topic") not in conflicts

    def test_the_order_of_merges(self, shop: Project) -> None:
        """The printed commands resolve the conflicts, one merge after the other."""
        shop.switch("other", "topic~1")
        shop.revision("e", "b")
        commit(shop, "e")
        shop.switch("integration", "origin/main")
        found = json.loads(shop.run("conflicts", "--local", "--format", "json").stdout)
        assert [step["collisions"] for step in found["order"]] == [[], []]
        for step in found["order"]:
            (command,) = step["commands"]
            done = subprocess.run(["bash", "-euc", command], cwd=shop.path, env=with_program(), check=False)
            assert done.returncode == 0, command
        assert (status(shop), shop.rules("--rev", "HEAD"), len(text(shop).split())) == ([], [], 1)

    def test_a_given_order(self, shop: Project) -> None:
        found = json.loads(shop.run("conflicts", "--order", "main", "topic", "--format", "json").stdout)
        kinds = [[collision["kind"] for collision in step["collisions"]] for step in found["order"]]
        assert kinds == [[], ["fork", "conflicting-file"]]

    def test_one_branch(self, shop: Project) -> None:
        """One line on the fork is enough. The annotations name the file."""
        lines = shop.run("conflicts", "--local", "--branch", "topic").stdout.splitlines()
        assert [line for line in lines if "will collide" in line] == [
            "topic will collide with origin/main: a fork with the heads 'c' and 'd'"
        ]
        assert (
            f"topic and origin/main conflict in '{PATH}'"
            in shop.run("conflicts", "--local", "--format", "github").stdout
        )

    def test_off(self, shop: Project) -> None:
        shop.git("config", "alembic.heads-file", "false")
        assert {collision[0] for collision in self.collisions(shop)} == {"fork"}
