"""Every printed repair, executed with the real git, Alembic and Flask-Migrate, leaves no finding."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import forked_programs as forked
from tests.support.project import FLASK_APP, Project

VERSIONS = "migrations/versions"
FIX = ["git", "alembic", "fix"]  # this command has its own tests; here the other repairs are executed


def tool(project: Project, command: list[str], cwd: str = ".", code: int = 0) -> str:
    """Run a command as a user of the project would, with the environment's programs on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = forked.run(command, project.path / cwd, {**os.environ, "PATH": path})
    assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def stage(project: Project) -> None:
    project.git("add", "-A")


def findings(project: Project, *arguments: str) -> list[dict[str, Any]]:
    found = project.check(*arguments)
    assert found["verdict"] != "cannot-judge", found["reason"]
    result: list[dict[str, Any]] = found["findings"]
    return result


def repair(project: Project, *rules: str) -> list[list[str]]:
    """Execute the printed repairs of the staged findings, which are of these rules. Return the commands.

    Assert that no finding and no unstaged change is left, and that Alembic sees one head.
    """
    found = findings(project)
    assert [finding["rule"] for finding in found] == list(rules)
    executed: list[list[str]] = []
    for fix in (fix for finding in found for fix in by_hand(finding)):
        if fix["command"] not in executed:
            tool(project, [*fix["command"], *(["--yes"] if fix["command"] == FIX else [])], fix["cwd"])
            executed.append(fix["command"])
    assert findings(project) == []
    return executed


def by_hand(finding: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the commands of the first repair without `git alembic fix`, or with it if there is no other."""
    ways: dict[int, list[dict[str, Any]]] = {}
    for fix in finding["fixes"]:
        if fix["command"]:
            ways.setdefault(fix["alternative"], []).append(fix)
    others = [way for way in ways.values() if all(fix["command"][:3] != FIX for fix in way)]
    return next(iter([*others, *ways.values()]), [])


@pytest.fixture
def shop(empty: Project) -> Project:
    """Return a real, committed Alembic project on SQLite with the line a <- b."""
    tool(empty, ["alembic", "init", "migrations"])
    ini = empty.path / "alembic.ini"
    ini.write_text(ini.read_text().replace("driver://user:pass@localhost/dbname", "sqlite:///shop.db"))
    empty.write(".gitignore", "*.db\n__pycache__/\n")
    empty.revision("a")
    empty.revision("b", "a")
    empty.commit("start")
    return empty


def upgraded(project: Project, *options: str, cwd: str = ".") -> str:
    """Return the revision of a database that the real Alembic has upgraded to the only head."""
    tool(project, ["alembic", *options, "upgrade", "head"], cwd)
    return tool(project, ["alembic", *options, "current"], cwd).strip()


class TestMultipleHeads:
    def test_two(self, shop: Project) -> None:
        shop.revision("c", "b")
        shop.commit()
        shop.revision("d", "b")
        stage(shop)
        tool(shop, ["alembic", "upgrade", "head"], code=255)
        commands = repair(shop, "multiple-heads")
        assert commands == [["alembic", "merge", "-m", "merge heads", "c", "d"], ["git", "add", VERSIONS]]
        assert upgraded(shop).endswith("(head) (mergepoint)")

    def test_four(self, shop: Project) -> None:
        shop.revision("c", "b")
        shop.commit()
        for id_ in "def":
            shop.revision(id_, "b")
        stage(shop)
        repair(shop, "multiple-heads")
        assert upgraded(shop).endswith("(head) (mergepoint)")

    def test_in_a_merge(self, shop: Project) -> None:
        shop.switch("topic", "HEAD")
        shop.revision("d", "b")
        shop.commit()
        shop.switch("main")
        shop.revision("c", "b")
        shop.commit()
        shop.git("merge", "--no-commit", "--no-ff", "topic")
        repair(shop, "multiple-heads")
        shop.git("commit", "-q", "--no-edit")
        assert shop.rules("--rev", "HEAD") == []
        assert upgraded(shop).endswith("(head) (mergepoint)")

    def test_ini_in_a_subfolder(self, empty: Project) -> None:
        """Its paths are relative to its folder, so the command must run there."""
        service = Project(empty.path / "services" / "billing api")
        service.path.mkdir(parents=True)
        tool(service, ["alembic", "init", "migrations"])
        ini = service.path / "alembic.ini"
        text = ini.read_text().replace("driver://user:pass@localhost/dbname", "sqlite:///shop.db")
        ini.write_text(text.replace("%(here)s/migrations", "migrations"))
        folder = "services/billing api/migrations/versions"
        empty.revision("a", folder=folder)
        empty.commit()
        empty.revision("b", "a", folder=folder)
        empty.revision("c", "a", folder=folder)
        stage(empty)
        (merge, add) = repair(empty, "multiple-heads")
        assert (merge, add) == (["alembic", "merge", "-m", "merge heads", "b", "c"], ["git", "add", folder])
        assert upgraded(empty, cwd="services/billing api").endswith("(head) (mergepoint)")

    @pytest.mark.parametrize("location", ["%(here)s/db", "db"])
    def test_ini_in_a_subfolder_with_paths_from_the_root(self, shop: Project, location: str) -> None:
        shop.git("mv", "migrations", "db")
        (shop.path / "etc").mkdir()
        shop.git("mv", "alembic.ini", "etc/alembic.ini")
        ini = shop.path / "etc/alembic.ini"
        here = location.replace("%(here)s", "%(here)s/..")
        ini.write_text(ini.read_text().replace("%(here)s/migrations", here))
        shop.commit()
        shop.revision("c", "b", folder="db/versions")
        shop.revision("d", "b", folder="db/versions")
        stage(shop)
        repair(shop, "multiple-heads")
        assert shop.rules("--rev", shop.commit()) == []

    def test_sections(self, shop: Project) -> None:
        tool(shop, ["alembic", "-n", "other", "init", "other"])
        ini = shop.path / "alembic.ini"
        url = "sqlalchemy.url = sqlite:///other.db"
        ini.write_text(f"{ini.read_text()}\n[other]\nscript_location = %(here)s/other\n{url}\n")
        shop.revision("x", folder="other/versions")
        shop.commit()
        shop.revision("y", "x", folder="other/versions")
        shop.revision("z", "x", folder="other/versions")
        stage(shop)
        commands = repair(shop, "multiple-heads")
        assert commands[0] == ["alembic", "-n", "other", "merge", "-m", "merge heads", "y", "z"]
        assert commands[1] == ["git", "add", "other/versions"]
        assert upgraded(shop, "-n", "other").endswith("(head) (mergepoint)")

    def test_ini_of_another_name(self, shop: Project) -> None:
        shop.git("mv", "alembic.ini", "db.ini")
        shop.write("pyproject.toml", '[tool.git-alembic]\nenvironments = [{ name = "shop", config = "db.ini" }]\n')
        shop.commit()
        shop.revision("c", "b")
        shop.revision("d", "b")
        stage(shop)
        commands = repair(shop, "multiple-heads")
        assert commands[0] == ["alembic", "-c", "db.ini", "merge", "-m", "merge heads", "c", "d"]
        assert upgraded(shop, "-c", "db.ini").endswith("(head) (mergepoint)")

    def test_pyproject(self, empty: Project) -> None:
        tool(empty, ["alembic", "init", "-t", "pyproject", "migrations"])
        empty.revision("a")
        empty.commit()
        empty.revision("b", "a")
        empty.revision("c", "a")
        stage(empty)
        repair(empty, "multiple-heads")

    @pytest.mark.parametrize(
        ("home", "directory"),
        [(".", "migrations"), ("backend", "migrations"), (".", "database/migrations"), (".", "alembic")],
    )
    def test_flask_migrate(self, empty: Project, home: str, directory: str) -> None:
        """`home` is the folder of the application and of its commands."""
        empty.write(f"{home}/app.py", FLASK_APP)
        empty.write(".gitignore", "*.db\n__pycache__/\n")
        tool(empty, ["flask", "db", "init", "-d", directory], home)
        versions = os.path.normpath(f"{home}/{directory}/versions")
        empty.revision("a", folder=versions)
        empty.commit()
        empty.revision("b", "a", folder=versions)
        empty.revision("c", "a", folder=versions)
        stage(empty)
        options = [] if directory == "migrations" else ["-d", directory]
        assert repair(empty, "multiple-heads") == [
            ["flask", "db", "merge", *options, "-m", "merge heads", "b", "c"],
            ["git", "add", versions],
        ]
        tool(empty, ["flask", "db", "upgrade", *options], home)
        assert "(head)" in tool(empty, ["flask", "db", "current", *options], home)

    def test_as_printed_for_a_shell(self, shop: Project) -> None:
        shop.revision("c", "b")
        shop.revision("d", "b")
        stage(shop)
        text = shop.run("check").stdout
        lines = [line.strip() for line in text.splitlines() if line.strip().startswith("alembic merge")]
        assert lines == ["alembic merge -m 'merge heads' c d && git add migrations/versions"]
        tool(shop, ["sh", "-euc", "\n".join(lines)])
        assert findings(shop) == []


class TestDivergentHeads:
    def test_other_branch(self, shop: Project) -> None:
        """The tree doesn't have the other side's revision yet, so the commands must first bring it."""
        shop.switch("topic", "HEAD")
        shop.revision("d", "b")
        shop.commit()
        shop.switch("main")
        shop.revision("c", "b")
        shop.commit()
        (finding,) = findings(shop, "--from-ref", "HEAD~1", "--to-ref", "HEAD", "--against", "topic")
        assert finding["rule"] == "divergent-heads"
        for fix in finding["fixes"]:
            if fix["alternative"] == 1:
                tool(shop, fix["command"], fix["cwd"])
        assert shop.rules("--rev", "HEAD") == []
        assert upgraded(shop).endswith("(head) (mergepoint)")


class TestPublishedRevisions:
    """Repairs that bring a published revision back."""

    def test_deleted(self, shop: Project) -> None:
        shop.revision("c", "b")
        shop.commit()
        shop.git("rm", "-q", f"{VERSIONS}/b_x.py")
        commands = repair(shop, "deleted-revision")
        assert commands[0] == ["git", "checkout", "HEAD", "--", f"{VERSIONS}/b_x.py"]
        assert upgraded(shop) == "c (head)"
        assert shop.git("status", "--porcelain") == ""

    @pytest.mark.parametrize("number", [1, 3, 5])
    def test_reverted(self, shop: Project, number: int) -> None:
        self.revert(shop, number)
        repair(shop, "deleted-revision")
        assert shop.git("status", "--porcelain") == ""

    def test_reverted_beside_new_work(self, shop: Project) -> None:
        """A repair restores five files by their folder, and keeps other staged changes there."""
        self.revert(shop, 5)
        text = (shop.path / VERSIONS / "a_x.py").read_text().replace("add a", "add the letter a")
        shop.write(f"{VERSIONS}/a_x.py", text)
        stage(shop)
        repair(shop, "deleted-revision")
        assert (shop.path / VERSIONS / "a_x.py").read_text() == text

    @staticmethod
    def revert(project: Project, number: int) -> None:
        """Commit a line of revisions, and stage their deletion."""
        paths = [project.revision(f"c{at}", f"c{at - 1}" if at else "b") for at in range(number)]
        project.commit()
        project.git("rm", "-q", *paths)

    def test_environment_removed(self, shop: Project) -> None:
        shop.git("rm", "-q", "-r", "migrations", "alembic.ini")
        repair(shop, "deleted-revision")

    def test_moved_out_of_the_folder(self, shop: Project) -> None:
        shop.git("mv", f"{VERSIONS}/b_x.py", "migrations/b_x.py")
        repair(shop, "deleted-revision")
        assert upgraded(shop) == "b (head)"

    def test_another_id(self, shop: Project) -> None:
        shop.revision("z", "a", name="b_x.py")
        stage(shop)
        repair(shop, "changed-revision-id")
        assert upgraded(shop) == "b (head)"

    def test_another_parent(self, shop: Project) -> None:
        shop.revision("c", "b")
        shop.commit()
        shop.revision("c", "a")
        shop.revision("b", "c")
        stage(shop)
        repair(shop, "changed-down-revision", "changed-down-revision")
        assert upgraded(shop) == "c (head)"

    def test_put_in_between(self, shop: Project) -> None:
        """By hand, the old parent comes back. The inserted revision is then a fork with its own repair."""
        shop.revision("n", "a")
        shop.revision("b", "n")
        stage(shop)
        (finding,) = findings(shop)
        assert finding["rule"] == "changed-down-revision"
        fix, by_hand = (command["command"] for command in finding["fixes"])
        assert fix == ["git", "alembic", "fix"]
        tool(shop, by_hand)
        repair(shop, "multiple-heads")

    def test_edited(self, shop: Project) -> None:
        shop.revision("b", "a", body="raise ValueError")
        stage(shop)
        repair(shop, "edited-revision")
        assert upgraded(shop) == "b (head)"

    def test_renamed(self, shop: Project) -> None:
        shop.git("mv", f"{VERSIONS}/b_x.py", f"{VERSIONS}/b_better name.py")
        commands = repair(shop, "renamed-revision")
        assert commands == [["git", "mv", f"{VERSIONS}/b_better name.py", f"{VERSIONS}/b_x.py"]]
        assert shop.git("status", "--porcelain") == ""

    def test_renamed_and_edited(self, shop: Project) -> None:
        """Runs the commands of two findings on one file, one after the other."""
        shop.git("mv", f"{VERSIONS}/b_x.py", f"{VERSIONS}/b_better.py")
        shop.revision("b", "a", body="raise ValueError", name="b_better.py")
        stage(shop)
        repair(shop, "edited-revision", "renamed-revision")
        assert shop.git("status", "--porcelain") == ""

    @pytest.mark.parametrize("rule", ["edited-revision", "renamed-revision"])
    def test_renamed_and_edited_one_at_a_time(self, shop: Project, rule: str) -> None:
        """Whichever finding is repaired first disappears, and no second file with the id is left."""
        shop.git("mv", f"{VERSIONS}/b_x.py", f"{VERSIONS}/b_better.py")
        shop.revision("b", "a", body="raise ValueError", name="b_better.py")
        stage(shop)
        (finding,) = (finding for finding in findings(shop) if finding["rule"] == rule)
        for fix in by_hand(finding):
            tool(shop, fix["command"], fix["cwd"])
        left = [finding["rule"] for finding in findings(shop)]
        assert set(left) <= {"edited-revision", "renamed-revision"} - {rule}


class TestMissingParent:
    def test_not_staged(self, shop: Project) -> None:
        shop.revision("c", "b", name="$(c) 'x'.py")
        shop.git("add", shop.revision("d", "c"))
        commands = self.only(shop)
        assert commands == [["git", "add", f"{VERSIONS}/$(c) 'x'.py"]]
        assert upgraded(shop) == "d (head)"

    def test_on_another_branch(self, shop: Project) -> None:
        shop.switch("topic", "HEAD")
        shop.revision("c", "b")
        commit = shop.commit()
        shop.switch("main")
        shop.git("add", shop.revision("d", "c"))
        assert self.only(shop) == [["git", "checkout", commit, "--", f"{VERSIONS}/c_x.py"]]
        assert upgraded(shop) == "d (head)"

    def test_removed_in_history(self, shop: Project) -> None:
        shop.revision("c", "b")
        brought = shop.commit()
        shop.git("rm", "-q", f"{VERSIONS}/c_x.py")
        shop.commit()
        shop.git("add", shop.revision("d", "c"))
        assert self.only(shop) == [["git", "checkout", brought, "--", f"{VERSIONS}/c_x.py"]]
        assert upgraded(shop) == "d (head)"

    def test_chain_on_another_branch(self, shop: Project) -> None:
        """The first repair brings a revision without its parent. The next check reports it until none is missing."""
        shop.switch("topic", "HEAD")
        shop.revision("c", "b")
        shop.commit()
        shop.revision("d", "c")
        shop.commit()
        shop.switch("main")
        shop.git("add", shop.revision("e", "d"))
        (missing,) = (finding for finding in findings(shop) if finding["rule"] == "missing-parent")
        tool(shop, missing["fixes"][0]["command"])
        self.only(shop)
        assert upgraded(shop) == "e (head)"

    @staticmethod
    def only(project: Project) -> list[list[str]]:
        """Execute the commands of the only finding of this rule, and assert that no finding is left."""
        (finding,) = (finding for finding in findings(project) if finding["rule"] == "missing-parent")
        commands: list[list[str]] = [fix["command"] for fix in finding["fixes"]]
        for command in commands:
            tool(project, command)
        assert findings(project) == []
        return commands
