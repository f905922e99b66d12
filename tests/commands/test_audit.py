"""`git alembic audit` on a scripted history with an incident of each kind."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import ENV_PY, INI, Project

START = 1_767_225_600  # 2026-01-01T00:00:00Z
HOUR = 3_600


class Script:
    """Makes commits with a subject, an hour apart unless a time is given."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = project
        self.names: dict[str, str] = {}
        self._monkeypatch = monkeypatch
        self._now = START

    def pause(self, hours: int) -> None:
        self._now += hours * HOUR

    def commit(self, subject: str, minutes: int = 60) -> str:
        """Commit. The next commit comes `minutes` later."""
        self.date(minutes)
        found = self.project.commit(subject)
        self.names[found] = subject
        return found

    def merge(self, branch: str, subject: str) -> None:
        self.date()
        self.project.git("merge", "-q", "--no-ff", "-m", subject, branch)
        self.names[self.project.git("rev-parse", "HEAD").strip()] = subject

    def date(self, minutes: int = 60) -> None:
        for kind in ("AUTHOR", "COMMITTER"):
            self._monkeypatch.setenv(f"GIT_{kind}_DATE", f"@{self._now} +0000")
        self._now += minutes * 60

    def remove(self, *ids: str, folder: str = "migrations") -> None:
        self.project.git("rm", "-q", *(f"{folder}/versions/{id_}_x.py" for id_ in ids))


def forks(script: Script) -> None:
    """Make four forks that end in different ways."""
    project, commit = script.project, script.commit
    project.revision("c", "b")
    project.revision("d", "b")
    commit("fork 1")
    project.revision("m", ["c", "d"])
    commit("merge revision")
    project.revision("e", "m")
    project.revision("f", "m")
    commit("fork 2")
    script.pause(48)
    project.revision("f", "e")
    commit("re-parent")
    project.revision("g", "f")
    project.revision("h", "f")
    commit("fork 3")
    project.revision("i", "g", name="h_x.py")
    commit("new id")
    project.revision("j", "i")
    project.revision("k", "i")
    commit("fork 4")
    script.remove("k")
    commit("delete the fork")


def damages(script: Script) -> None:
    """Break and repair a history."""
    project, commit = script.project, script.commit
    script.remove("g")
    commit("delete from the middle")
    project.revision("g", "f")
    commit("bring it back")
    project.revision("n", "nowhere")
    commit("gap")
    project.revision("n", "j")
    commit("close the gap")
    project.revision("n", "j", name="n_again.py")
    commit("duplicate")
    project.git("rm", "-q", "migrations/versions/n_again.py")
    commit("only one of the two")
    project.revision("c", "n")
    commit("cycle")
    project.revision("c", "b")
    commit("break the cycle")
    project.revision("x")
    commit("second base")
    project.revision("x", "n")
    commit("put it on top")


def changes(script: Script) -> None:
    """Make changes that give at most warnings: a rename, an edit, a move of the folder."""
    project, commit = script.project, script.commit
    project.git("mv", "migrations/versions/x_x.py", "migrations/versions/x_better.py")
    commit("rename")
    project.revision("x", "n", name="x_better.py", body="edit()")
    commit("edit")
    project.git("mv", "migrations", "db")
    project.write("alembic.ini", INI.replace("migrations", "db"))
    commit("move the environment")


def branches(script: Script) -> None:
    """Make a merge that forks, and a branch that forks and is not merged."""
    project, commit, folder = script.project, script.commit, "db/versions"
    project.switch("topic", "HEAD")
    project.revision("o", "x", folder=folder)
    commit("topic")
    project.switch("main")
    project.revision("p", "x", folder=folder)
    commit("main meanwhile")
    script.merge("topic", "merge commit that forks")
    project.revision("q", ["o", "p"], folder=folder)
    commit("join")
    project.write("app.py", "print()\n")
    commit("no migration")
    project.switch("side", "HEAD")
    project.revision("r", "q", folder=folder)
    project.revision("s", "q", folder=folder)
    commit("fork on a branch")
    project.switch("main")


@pytest.fixture
def script(empty: Project, monkeypatch: pytest.MonkeyPatch) -> Script:
    return Script(empty, monkeypatch)


@pytest.fixture
def report(script: Script) -> Script:
    """Return a history on main in which every subject describes its commit."""
    script.project.write("alembic.ini", INI)
    script.project.write("migrations/env.py", ENV_PY)
    script.project.revision("a")
    script.project.revision("b", "a")
    script.commit("start")
    for chapter in (forks, damages, changes, branches):
        chapter(script)
    return script


def lines(project: Project, *arguments: str) -> list[dict[str, Any]]:
    done = project.run("audit", "--format", "json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(("minutes", "together"), [(9, True), (10, False)])
def test_json_tells_what_landed_together(script: Script, minutes: int, together: bool) -> None:
    """A rebased branch replaces its own revision in a later commit."""
    project = script.project
    project.write("alembic.ini", INI)
    project.write("migrations/env.py", ENV_PY)
    project.revision("a")
    script.commit("start")
    removed = project.revision("b", "a")
    script.commit("add b", minutes)
    (project.path / removed).unlink()
    project.revision("c", "a")
    script.commit("replace b", minutes)
    (finding,) = lines(project)[-1]["findings"]
    assert (finding["rule"], finding["landed_together"]) == ("deleted-revision", together)


def shown(script: Script, *arguments: str) -> list[str]:
    """Return each line as: subject, heads before and after, findings."""
    return [_shown(script.names[line["commit"]], line) for line in lines(script.project, *arguments)]


def _shown(subject: str, line: dict[str, Any]) -> str:
    before, after = (" ".join(line[side]["heads"]) or "-" for side in ("before", "after"))
    findings = [f", {finding['rule']}({' '.join(finding['revisions'])})" for finding in line["findings"]]
    return f"{subject}: {before} > {after}{''.join(findings)}"


TOLD = """\
start: - > b
fork 1: b > c d, multiple-heads(c d)
merge revision: c d > m
fork 2: m > e f, multiple-heads(e f)
re-parent: e f > f
fork 3: f > g h, multiple-heads(g h)
new id: g h > i, changed-revision-id(h i), misnamed-file(i)
fork 4: i > j k, multiple-heads(j k)
delete the fork: j k > j, deleted-revision(k)
delete from the middle: j > f j, deleted-revision(g)
bring it back: f j > j
gap: j > j n, missing-parent(n nowhere)
close the gap: j n > n
duplicate: n > n, duplicate-revision(n)
only one of the two: n > n
cycle: n > -, revision-cycle(c n j i g f e m)
break the cycle: - > n
second base: n > n x, extra-base(x)
put it on top: n x > x
rename: x > x, renamed-revision(x)
edit: x > x, edited-revision(x)
move the environment: x > x
move the environment: - > -
main meanwhile: x > p
topic: x > o
merge commit that forks: p > o p, multiple-heads(o p)
join: o p > q
fork on a branch: q > r s, multiple-heads(r s)
"""
MAIN = {
    "heads": ["q"], "effective_heads": [], "bases": ["a"], "missing_parents": [], "duplicates": [], "cycles": [],
}  # fmt: skip
TABLE = """\
In 27 commits over 3 days, the migration history was broken 10 times, for 2 days in total; the hooks would have stopped all 10.
The hooks would also have stopped 1 commit that deleted revisions that may have been applied to databases.
One of the commits that broke it is a merge: local hooks don't run for merges made in a web interface, so run the check in CI or on the server too.
26 commits touch an Alembic environment.

rule                                commit      date        revisions           lasted      ended by                    where
multiple-heads                      {fork 1}  2026-01-01  c, d                60 minutes  merge revision m ({short merge revision})  db
multiple-heads                      {fork 2}  2026-01-01  e, f                2 days      f re-parented ({short re-parent})     db
multiple-heads                      {fork 3}  2026-01-03  g, h                60 minutes  new id i ({short new id})          db
multiple-heads                      {fork 4}  2026-01-03  j, k                60 minutes  k deleted ({short delete the fork})         db
deleted-revision (resolves a fork)  {delete the fork}  2026-01-03  k                                                           db
deleted-revision                    {delete from the middle}  2026-01-03  g                   60 minutes  brought back ({short bring it back})      db
missing-parent                      {gap}  2026-01-03  n, nowhere          60 minutes  n re-parented ({short close the gap})     db
duplicate-revision                  {duplicate}  2026-01-03  n                   60 minutes  repaired ({short only one of the two})          db
revision-cycle                      {cycle}  2026-01-03  c, n, j and 5 more  60 minutes  repaired ({short break the cycle})          db
extra-base                          {second base}  2026-01-03  x                   60 minutes  x re-parented ({short put it on top})     db
multiple-heads                      {merge commit that forks}  2026-01-04  o, p                60 minutes  merge revision q ({short join})  db

Warnings:
  changed-revision-id  1
  edited-revision      1
  misnamed-file        1
  renamed-revision     1
"""  # noqa: E501 - one row per incident
BRANCHES = """
On branches:
  multiple-heads (error)  1
"""


def table(script: Script, template: str) -> str:
    names = {subject: commit[:10] for commit, subject in script.names.items()}
    return template.format_map({**names, **{f"short {subject}": id_[:7] for subject, id_ in names.items()}})


class TestLines:
    def test_all(self, report: Script) -> None:
        assert shown(report, "--all") == TOLD.splitlines()

    def test_head(self, report: Script) -> None:
        assert shown(report) == TOLD.splitlines()[:-1]

    def test_a_line(self, report: Script) -> None:
        found = next(line for line in lines(report.project) if report.names[line["commit"]] == "gap")
        parent = report.project.git("rev-parse", f"{found['commit']}^").strip()
        before = {"revisions": 10, **MAIN, "heads": ["j"]}
        after = {**before, "revisions": 11, "heads": ["j", "n"], "missing_parents": ["n"]}
        (missing,) = found.pop("findings")
        (heads,) = missing.pop("consequences")
        assert found == {
            "commit": found["commit"], "parents": [parent], "environment": "alembic.ini", "script_location": "db",
            "versions": ["migrations/versions"], "before": before, "after": after, "verdict": "findings",
        }  # fmt: skip
        assert missing == {
            "rule": "missing-parent", "severity": "error", "environment": "alembic.ini",
            "path": "migrations/versions/n_x.py", "line": 9, "revisions": ["n", "nowhere"],
            "message": missing["message"], "details": [], "why": missing["why"],
            "fixes": missing["fixes"], "landed_together": False,
        }  # fmt: skip
        assert [fix["command"] for fix in missing["fixes"]] == [[]]  # the user must do it by hand
        assert missing["message"].startswith(
            "the down_revision of 'n' is 'nowhere', but the history being checked has no such revision"
        )
        assert heads["rule"] == "multiple-heads"

    def test_every_line_has_the_keys_of_the_contract(self, report: Script) -> None:
        keys = ["commit", "parents", "environment", "script_location", "versions"]
        keys += ["before", "after", "verdict", "findings"]
        side = ["revisions", "heads", "effective_heads", "bases", "missing_parents", "duplicates", "cycles"]
        for line in lines(report.project, "--all"):
            assert list(line) == keys
            assert list(line["before"]) == list(line["after"]) == side
            errors = [finding for finding in line["findings"] if finding["severity"] == "error"]
            assert line["verdict"] == ("findings" if errors else "clean")

    def test_places(self, report: Script) -> None:
        """The environment has its final place. The version folders are those of the commit."""
        lively = (line for line in lines(report.project) if line["after"]["revisions"])
        found = {(line["script_location"], *line["versions"]) for line in lively}
        assert found == {("db", "migrations/versions"), ("db", "db/versions")}

    def test_merge_has_all_its_parents(self, report: Script) -> None:
        (found,) = (line for line in lines(report.project) if len(line["parents"]) == 2)
        assert [report.names[parent] for parent in found["parents"]] == ["main meanwhile", "topic"]
        assert (found["before"]["heads"], found["after"]["heads"]) == (["p"], ["o", "p"])

    @pytest.mark.parametrize(
        "range_", ["HEAD~1..HEAD", "HEAD~3..HEAD", "HEAD~9..HEAD", "HEAD~17..HEAD~4", "side", "topic..side"]
    )
    def test_range(self, report: Script, range_: str) -> None:
        """A range gives the same lines as the whole history."""
        chosen = set(report.project.git("rev-list", range_).split())
        whole = [line for line in lines(report.project, "--all") if line["commit"] in chosen]
        assert lines(report.project, range_) == whole

    def test_parallel_branch_is_not_blamed(self, report: Script) -> None:
        """A branch is not blamed for edits on main when it is merged."""
        project = report.project
        project.switch("late", "HEAD~4")
        project.write("notes", "x\n")
        report.commit("late work")
        report.merge("main", "catch up")
        (line,) = (line for line in lines(project, "main..late") if report.names[line["commit"]] == "catch up")
        assert line["findings"] == []


class TestTable:
    def test_head(self, report: Script) -> None:
        done = report.project.run("audit")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == table(report, TABLE)

    def test_all(self, report: Script) -> None:
        expected = TABLE.replace("27 commits", "28 commits").replace("26 commits", "27 commits") + BRANCHES
        assert report.project.run("audit", "--all").stdout == table(report, expected)

    def test_still_there(self, script: Script) -> None:
        script.project.write("alembic.ini", INI)
        script.project.revision("a")
        script.commit("start")
        script.project.revision("b", "a")
        script.project.revision("c", "a")
        fork = script.commit("fork")
        script.project.revision("d", "c")
        script.commit("go on")
        assert script.project.run("audit").stdout == (
            "In 3 commits over 2 hours, the migration history was broken once, for 60 minutes, and it still is; "
            "the hooks would have stopped it.\n"
            "3 commits touch an Alembic environment.\n\n"
            "rule            commit      date        revisions  lasted  ended by     where\n"
            f"multiple-heads  {fork[:10]}  2026-01-01  b, c               still there  migrations\n"
        )

    def test_no_incident(self, script: Script) -> None:
        script.project.write("alembic.ini", INI)
        script.project.revision("a")
        script.commit("start")
        assert script.project.run("audit").stdout == (
            "In 1 commit, the migration history was never broken.\n1 commit touches an Alembic environment.\n\n"
            "The hooks would have reported nothing.\n"
        )

    def test_every_width_is_the_same(self, report: Script) -> None:
        """The table is also for files, so it is not cut to a terminal."""
        narrow = report.project.run("audit", env={"COLUMNS": "20"}).stdout
        assert narrow == report.project.run("audit", env={"COLUMNS": "300"}).stdout


class TestRepositories:
    def test_bare(self, report: Script, tmp_path: Path) -> None:
        report.project.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
        bare = Project(tmp_path / "bare.git")
        assert lines(bare, "--all") == lines(report.project, "--all")
        assert bare.run("audit").stdout == report.project.run("audit").stdout

    def test_from_a_subfolder_and_a_linked_worktree(self, report: Script, tmp_path: Path) -> None:
        whole = lines(report.project, "main")
        report.project.git("worktree", "add", "-q", str(tmp_path / "linked"), "side")
        done = report.project.run("audit", "--format", "json", "main", cwd="db/versions")
        assert [json.loads(line) for line in done.stdout.splitlines()] == whole
        assert lines(Project(tmp_path / "linked"), "main") == whole

    def test_detached(self, report: Script) -> None:
        whole = lines(report.project)
        report.project.git("checkout", "-q", "--detach")
        assert lines(report.project) == whole

    def test_second_run_from_the_cache(self, report: Script) -> None:
        cold = lines(report.project, "--all")
        assert lines(report.project, "--all") == cold

    def test_shallow(self, report: Script, tmp_path: Path) -> None:
        """Nothing before the cut of a shallow clone is blamed on a commit."""
        source = f"file://{report.project.path}"
        subprocess.run(["git", "clone", "-q", "--depth=3", "-b", "main", source, tmp_path / "shallow"], check=True)
        done = Project(tmp_path / "shallow").run("audit", "--format", "json")
        assert done.returncode == 2
        assert "shallow clone" in done.stderr

    def test_no_commits(self, empty: Project) -> None:
        done = empty.run("audit")
        assert (done.returncode, done.stdout, done.stderr) == (2, "", "git-alembic: there are no commits yet\n")

    def test_no_environment(self, script: Script) -> None:
        script.project.write("app.py", "print()\n")
        script.commit("start")
        assert lines(script.project, "--all") == []
        assert script.project.run("audit").stdout == (
            "In 1 commit, the migration history was never broken.\n0 commits touch an Alembic environment.\n\n"
            "The hooks would have reported nothing.\n"
        )

    def test_folders_of_code_that_only_mentions_version_locations(self, script: Script) -> None:
        """Such folders are no environments.

        Neither is a folder that once had a revision; the table doesn't count it.
        """
        project = script.project
        project.write("app/cli.py", "config.set_main_option('version_locations', '')\n")
        project.write("old/a.py", "revision = 'a'\ndown_revision = None\n")
        script.commit("start")
        script.project.git("rm", "-q", "old/a.py")
        script.commit("remove")
        project.write("app/cli.py", "print('version_locations')\n")
        project.write("old/b.py", "print()\n")
        script.commit("go on")
        found = [(script.names[line["commit"]], line["environment"]) for line in lines(project)]
        assert found == [("start", "old"), ("remove", "old"), ("go on", "old")]
        assert "\n2 commits touch an Alembic environment.\n" in project.run("audit").stdout

    def test_no_repository(self, tmp_path: Path) -> None:
        done = Project(tmp_path).run("audit")
        assert (done.returncode, done.stdout) == (2, "")
        assert "not a git repository" in done.stderr

    def test_configuration_of_each_commit(self, script: Script) -> None:
        """The settings of each commit's own tree apply to it."""
        project = script.project
        project.write("alembic.ini", INI)
        project.revision("a")
        script.commit("start")
        project.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        project.revision("b", "a")
        project.revision("c", "a")
        script.commit("two lines")
        project.write("pyproject.toml", "[tool.git-alembic]\nheads = \n")
        project.revision("d", "c")
        script.commit("broken settings")
        project.write("pyproject.toml", '[tool.git-alembic]\nheads = 2\nrules = { edited-revision = "error" }\n')
        project.revision("d", "c", body="edit()")
        script.commit("edit")
        found = lines(project)
        assert [line["verdict"] for line in found] == ["clean", "clean", "cannot-judge", "findings"]
        assert found[2]["reason"] == "pyproject.toml:2: invalid TOML: Invalid value"
        assert [finding["rule"] for finding in found[3]["findings"]] == ["edited-revision"]

    def test_several_environments(self, script: Script) -> None:
        project = script.project
        for name in ("billing", "auth"):
            project.write(f"{name}/alembic.ini", INI)
            project.revision("a", folder=f"{name}/migrations/versions")
        script.commit("start")
        project.revision("b", "a", folder="auth/migrations/versions")
        project.revision("c", "a", folder="auth/migrations/versions")
        script.commit("fork one")
        script.project.git("rm", "-q", "-r", "billing")
        script.commit("remove the other")
        found = [(line["environment"], line["after"]["heads"], [finding["rule"] for finding in line["findings"]])
                 for line in lines(project)]  # fmt: skip
        assert found == [
            ("auth/alembic.ini", ["a"], []),
            ("billing/alembic.ini", ["a"], []),
            ("auth/alembic.ini", ["b", "c"], ["multiple-heads"]),
            ("billing/alembic.ini", [], ["deleted-revision"]),
        ]

    def test_a_commit_that_does_the_same_to_two_environments_is_one_row(self, script: Script) -> None:
        """There is a folder for each dialect with the same ids.

        Both are named, and a repair of one doesn't end the other.
        """
        project = script.project
        for dialect in ("mysql", "postgresql"):
            project.revision("a", folder=f"db/{dialect}/versions")
            project.write(f"db/{dialect}/env.py", ENV_PY)
        script.commit("start")
        for dialect in ("mysql", "postgresql"):
            project.revision("b", "a", folder=f"db/{dialect}/versions")
            project.revision("c", "a", folder=f"db/{dialect}/versions")
        fork = script.commit("fork")
        project.revision("c", "b", folder="db/mysql/versions")
        script.commit("repair one")
        rows = [row for row in project.run("audit").stdout.splitlines() if fork[:10] in row]
        assert [row.split("  ")[-1] for row in rows] == ["db/mysql", "db/postgresql"]
        assert ["still there" in row for row in rows] == [False, True]
        project.revision("c", "b", folder="db/postgresql/versions")
        self.amend(script)
        rows = [row for row in project.run("audit").stdout.splitlines() if fork[:10] in row]
        assert [row.split("  ")[-1] for row in rows] == ["db/mysql, db/postgresql"]

    @staticmethod
    def amend(script: Script) -> None:
        script.project.git("add", "-A")
        script.project.git("commit", "-q", "--amend", "--no-edit")

    def test_a_merged_revert_is_named(self, script: Script) -> None:
        project = script.project
        project.write("alembic.ini", INI)
        project.revision("a")
        script.commit("start")
        project.revision("b", "a")
        script.commit("second")
        project.switch("undo", "HEAD")
        script.date()
        project.git("revert", "--no-edit", "HEAD")
        project.switch("main")
        project.write("app.py", "print()\n")
        script.commit("meanwhile")
        script.merge("undo", "merge the revert")
        assert "deleted-revision (revert)" in project.run("audit").stdout

    def test_incidents_of_one_push_are_one_line(self, script: Script) -> None:
        """A branch was rebased onto main. It repairs its own fork and removes its own revision."""
        project = script.project
        project.write("alembic.ini", INI)
        project.revision("a")
        script.commit("start")
        project.revision("b", "a")
        project.revision("c", "a")
        script.commit("fork", minutes=3)
        project.revision("c", "b")
        script.commit("repair", minutes=3)
        project.revision("d", "c")
        script.commit("another", minutes=3)
        script.remove("d")
        script.commit("take it back")
        assert project.run("audit").stdout == (
            "In 5 commits over 69 minutes, the migration history was never broken.\n"
            "5 commits touch an Alembic environment.\n\n"
            "Resolved within 10 minutes, so the commits probably landed together: multiple-heads b, c; "
            "deleted-revision d in migrations\n"
        )

    def test_a_head_for_each_label(self, script: Script) -> None:
        """A project with several intended lines isn't broken for years."""
        project = script.project
        project.write("alembic.ini", INI)
        project.revision("a")
        script.commit("start")
        for id_ in ("x", "y"):
            project.revision(id_, "a", labels=f"('{id_}',)")
        script.commit("two lines")
        output = project.run("audit").stdout
        assert "the migration history was never broken" in output
        assert "migrations: this report accepts one head per branch label." in output


class TestDocuments:
    """Tests of the formats to share."""

    def test_html(self, report: Script) -> None:
        done = report.project.run("audit", "--format", "html")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("<!doctype html>")
        assert "the migration history was broken 10 times" in done.stdout
        assert "merge commit that forks" in done.stdout  # the subject of a commit

    def test_markdown(self, report: Script) -> None:
        output = report.project.run("audit", "--format", "markdown").stdout
        assert output.startswith("# Alembic history of ")
        assert "fork 2 | multiple-heads | e, f | 2 days | f re-parented" in output
