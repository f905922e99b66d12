"""`git alembic check` with real git: each rule fires once and stays silent once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.commands.check import is_branch_check
from git_alembic.git import INDEX, Entry
from git_alembic.git.refs import NamedCommit
from git_alembic.history.commits_to_compare import ComparisonRequest, RequestDiffs
from tests.support.project import ENV_PY, INI, Project


def stage(project: Project) -> None:
    project.git("add", "-A")


def fork(project: Project) -> str:
    """Write the blob of a revision that forks from `a` only to the object database."""
    text = "revision = 'd'\ndown_revision = 'a'\n"
    command = ["git", "hash-object", "-w", "--stdin"]
    return subprocess.run(
        command, cwd=project.path, input=text, capture_output=True, check=True, text=True
    ).stdout.strip()


def test_a_link_to_a_file_elsewhere_is_read_with_a_change_beside_it(project: Project) -> None:
    project.revision("a", folder="shared")
    (project.path / "migrations/versions/a_x.py").unlink()
    (project.path / "migrations/versions/a_x.py").symlink_to("../../shared/a_x.py")
    project.commit()
    project.revision("c", "a")
    project.git("add", "-A")
    assert project.rules() == ["multiple-heads"]
    project.git("reset", "-q", "--hard")
    project.git("rm", "-q", "migrations/versions/b_x.py")
    (finding,) = project.check()["findings"]
    assert finding["message"].startswith("published revision 'b'")


def test_nothing_staged_prints_nothing(project: Project) -> None:
    done = project.run("check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_project_without_alembic_prints_nothing(empty: Project) -> None:
    empty.write("app.py", "print('no migrations here')\n")
    stage(empty)
    done = empty.run("check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_commit(empty: Project) -> None:
    empty.write("alembic.ini", INI)
    empty.revision("a")
    empty.revision("b", "a")
    empty.revision("c", "a")
    stage(empty)
    assert empty.rules() == ["multiple-heads"]


class TestMultipleHeads:
    def test_old_fork_is_not_reported(self, project: Project) -> None:
        project.revision("c", "a")
        project.commit()
        project.revision("d", "b")
        stage(project)
        assert project.rules() == []

    def test_unstaged_fork_does_not_count(self, project: Project) -> None:
        project.revision("c", "b")
        stage(project)
        project.revision("d", "b")
        assert project.rules() == []

    def test_number_of_heads_allowed(self, project: Project) -> None:
        project.write("pyproject.toml", "[tool.git-alembic]\nheads = 2\n")
        project.revision("c", "a")
        stage(project)
        assert project.rules() == []


class TestMerges:
    @pytest.fixture
    def forked(self, project: Project) -> Project:
        """Return a project with a <- b <- c on main and a <- b <- d on topic."""
        project.switch("topic", "HEAD")
        project.revision("d", "b")
        project.commit()
        project.switch("main")
        project.revision("c", "b")
        project.commit()
        return project

    @pytest.mark.parametrize(
        ("message", "name"),
        [
            ("Merge remote-tracking branch 'origin/topic'\n", "topic"),  # there is no such ref, so git names another
            ("Join the two lines\n", "topic"),
            ("Don't let 'main' fork\n", "topic"),
            ("", "topic"),
            ("Merge tag 'v1' into main\n", "v1"),
        ],
    )
    def test_the_other_parent_has_a_name_that_leads_to_it(self, forked: Project, message: str, name: str) -> None:
        forked.git("tag", "v1", "topic")
        forked.git("merge", "--no-commit", "--no-ff", "topic")
        forked.write(".git/MERGE_MSG", message)
        (finding,) = forked.check()["findings"]
        assert finding["message"] == f"2 heads: 'c' (HEAD), 'd' ({name})"

    def test_the_other_parent_has_no_name(self, forked: Project) -> None:
        forked.git("merge", "--no-commit", "--no-ff", "topic")
        forked.git("branch", "-D", "topic")
        (forked.path / ".git" / "MERGE_MSG").unlink()
        (finding,) = forked.check()["findings"]
        assert finding["message"] == "2 heads: 'c' (HEAD), 'd' (MERGE_HEAD)"

    def test_pre_merge_commit_names_the_others(self, forked: Project) -> None:
        forked.git("merge", "--no-commit", "--no-ff", "topic")
        other = (forked.path / ".git" / "MERGE_HEAD").read_text().strip()
        (forked.path / ".git" / "MERGE_HEAD").unlink()
        found = forked.check(env={f"GITHEAD_{other}": "topic"})
        assert found["findings"][0]["message"] == "2 heads: 'c' (HEAD), 'd' (topic)"

    def test_merge_is_not_blamed_for_the_other_parents_content(self, project: Project) -> None:
        project.switch("topic", "HEAD")
        project.revision("c", "b")
        project.commit()
        project.switch("main")
        project.revision("b", "a", body="edit()")
        project.commit("edit a published revision")
        project.switch("topic")
        project.git("merge", "--no-commit", "--no-ff", "main")
        assert project.rules() == []


class TestPublishedRevisions:
    def test_deleted_while_unpublished(self, cloned: Project) -> None:
        cloned.revision("c", "b")
        cloned.commit()
        cloned.git("rm", "-q", "migrations/versions/c_x.py")
        assert cloned.rules() == []

    def test_override(self, project: Project) -> None:
        project.git("rm", "-q", "migrations/versions/b_x.py")
        assert project.rules() == ["deleted-revision"]
        assert project.rules(env={"GIT_ALEMBIC_ALLOW": "deleted-revision"}) == []

    def test_moved_out_of_the_version_folder(self, project: Project) -> None:
        project.git("mv", "migrations/versions/b_x.py", "migrations/b_x.py")
        (finding,) = project.check()["findings"]
        assert finding["rule"] == "deleted-revision"

    def test_reparenting_that_repairs_a_fork(self, project: Project) -> None:
        project.revision("c", "a")
        project.commit()
        project.revision("c", "b")
        stage(project)
        assert project.rules() == []

    def test_edited_while_unpublished(self, cloned: Project) -> None:
        cloned.revision("c", "b")
        cloned.commit()
        cloned.revision("c", "a", body="edit()", name="c_other.py")
        cloned.git("rm", "-q", "-f", "migrations/versions/c_x.py")
        cloned.revision("d", "b")
        cloned.revision("c", "d", body="edit()", name="c_other.py")
        stage(cloned)
        assert cloned.rules() == []


class TestMissingParent:
    def test_deleted_in_the_same_commit(self, project: Project) -> None:
        project.revision("c", "b")
        project.commit()
        project.git("rm", "-q", "migrations/versions/b_x.py")
        (finding,) = project.check("--select", "missing-parent")["findings"]
        assert finding["message"].endswith("HEAD has it, and this change deletes it: migrations/versions/b_x.py")
        assert finding["fixes"][0]["command"] == ["git", "checkout", "HEAD", "--", "migrations/versions/b_x.py"]

    def test_deleted_by_the_branch_though_the_target_has_it(self, cloned: Project) -> None:
        cloned.revision("c", "b")
        cloned.commit()
        cloned.git("push", "-q", "--no-verify", "origin", "main")
        cloned.git("rm", "-q", "migrations/versions/b_x.py")
        removed = cloned.commit("remove b")
        (finding,) = cloned.check("--select", "missing-parent")["findings"]
        assert finding["message"].endswith(
            f"commit {removed[:7]} by Ada (2026-01-02) removed it: migrations/versions/b_x.py"
        )

    def test_removed_in_history(self, project: Project) -> None:
        project.revision("c", "b")
        brought = project.commit()
        project.git("rm", "-q", "migrations/versions/c_x.py")
        removed = project.commit()
        project.revision("d", "c")
        stage(project)
        (finding,) = project.check("--select", "missing-parent")["findings"]
        assert finding["message"].endswith(
            f"commit {removed[:7]} by Ada (2026-01-02) removed it: migrations/versions/c_x.py"
        )
        assert finding["fixes"][0]["command"] == ["git", "checkout", brought, "--", "migrations/versions/c_x.py"]

    @pytest.mark.parametrize(
        ("written", "output"),
        [
            ("b_x.py", "this is a file name; its revision id is 'b'"),
            ("b_x", "this is a file name; its revision id is 'b'"),
            ("deadbeef", "`down_revision` and `depends_on` need the full id; did you mean 'deadbeef1234'?"),
            ("deadbeef1243", "did you mean 'deadbeef1234'?"),
        ],
    )
    def test_misspelled(self, project: Project, written: str, output: str) -> None:
        project.revision("deadbeef1234", "b")
        project.revision("d", "deadbeef1234")
        project.commit()
        project.revision("d", "deadbeef1234")
        project.revision("e", written)
        stage(project)
        finding = project.check("--select", "missing-parent")["findings"][0]
        assert finding["message"].endswith(output)

    def test_old_missing_parent_is_not_reported(self, project: Project) -> None:
        project.revision("x", "gone")
        project.commit()
        project.revision("c", "b")
        stage(project)
        assert project.rules() == []

    def test_bringing_it_back_passes(self, project: Project) -> None:
        project.revision("x", "gone")
        project.commit()
        project.revision("gone", "b")
        stage(project)
        assert project.rules() == []

    def test_missing_dependency(self, project: Project) -> None:
        project.revision("c", "b", depends="nowhere")
        stage(project)
        (finding,) = project.check("--select", "missing-parent")["findings"]
        assert (
            finding["message"]
            == "the depends_on of 'c' is 'nowhere', but the history in the index has no such revision"
        )


class TestBrokenHistories:
    def test_second_base_with_a_label(self, project: Project) -> None:
        project.revision("c", labels="billing")
        stage(project)
        assert project.rules() == ["multiple-heads"]

    @pytest.mark.parametrize(
        "text",
        [
            "revision = 'c'\ndown_revision = 'b'\ndef upgrade(:\n",
            "revision = 'c'\ndown_revision = ''\n",
            "",
            "import os\n",
            "\0",
            "<<<<<<< HEAD\n",
        ],
    )
    def test_unreadable(self, project: Project, text: str) -> None:
        project.write("migrations/versions/c_x.py", text)
        stage(project)
        assert "unreadable-revision" in project.rules()


class TestComputedIdentifiers:
    @pytest.fixture
    def computed(self, project: Project) -> Project:
        project.write("naming.py", "def number(n):\n    return chr(ord('a') + n)\n")
        text = "from naming import number\nrevision = number({})\ndown_revision = number({})\n"
        project.write("migrations/versions/c_x.py", text.format(2, 1))
        project.write("migrations/versions/d_x.py", text.format(3, 1))
        project.write(
            "pyproject.toml", f'[tool.git-alembic]\nunreadable = "ask-project"\npython = "{sys.executable}"\n'
        )
        return project

    def test_a_file_that_fails(self, computed: Project) -> None:
        computed.write("migrations/versions/d_x.py", "import sys\nrevision = sys.exit('no')\ndown_revision = 'c'\n")
        stage(computed)
        (finding,) = computed.check()["findings"]
        assert finding["message"] == "running it failed: SystemExit: no"

    def test_an_old_file_that_may_declare_the_parent(self, project: Project) -> None:
        project.write("migrations/versions/c_x.py", "revision = str(hash('c'))\ndown_revision = 'b'\n")
        project.commit()
        project.revision("d", "c")
        stage(project)
        assert "it may be declared in migrations/versions/c_x.py" in project.check()["reason"]

    def test_no_interpreter(self, computed: Project) -> None:
        computed.write("pyproject.toml", '[tool.git-alembic]\nunreadable = "ask-project"\npython = "nowhere/python"\n')
        stage(computed)
        assert (
            computed.check()["reason"]
            == "`python` in [tool.git-alembic] is nowhere/python, but that program does not exist"
        )


class TestCheckedTree:
    def test_commit_all_has_an_index_of_its_own(self, project: Project) -> None:
        """The hook must use the temporary index that `git commit -a` names."""
        hook = project.path / ".git" / "hooks" / "pre-commit"
        hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m git_alembic check\n')
        hook.chmod(0o755)
        project.revision("b", "nowhere")
        blocked = subprocess.run(
            ["git", "commit", "-q", "-a", "-m", "x"], cwd=project.path, capture_output=True, check=False, text=True
        )
        assert blocked.returncode == 1, blocked.stderr
        assert "missing-parent" in blocked.stdout + blocked.stderr
        project.git("commit", "-q", "--allow-empty", "-m", "nothing staged")

    def test_partial_staging(self, project: Project) -> None:
        path = project.revision("c", "b")
        project.git("add", path)
        project.revision("c", "a")
        assert project.rules() == []

    def test_intent_to_add_is_not_staged(self, project: Project) -> None:
        project.revision("d", "b")
        project.revision("c", "b")
        project.git("add", "migrations/versions/d_x.py")
        project.git("add", "-N", "migrations/versions/c_x.py")
        assert project.rules() == []

    def test_from_a_subfolder(self, project: Project) -> None:
        project.revision("c", "a")
        stage(project)
        assert project.rules(cwd="migrations/versions") == ["multiple-heads"]

    def test_commits(self, project: Project) -> None:
        old = project.git("rev-parse", "HEAD").strip()
        project.revision("c", "a")
        new = project.commit()
        assert project.rules("--from-ref", old, "--to-ref", new) == ["multiple-heads"]
        assert project.rules(env={"PRE_COMMIT_FROM_REF": old, "PRE_COMMIT_TO_REF": new}) == ["multiple-heads"]
        assert project.rules("--rev", new) == ["multiple-heads"]
        assert project.rules("--rev", old) == []

    def test_linked_worktree(self, project: Project, tmp_path: Path) -> None:
        project.git("worktree", "add", "-q", str(tmp_path / "linked"))
        linked = Project(tmp_path / "linked")
        linked.revision("c", "a")
        stage(linked)
        assert linked.rules() == ["multiple-heads"]
        assert project.rules() == []

    def test_submodule(self, project: Project, tmp_path: Path) -> None:
        """In a submodule, `.git` is a file that names the folder of the outer repository."""
        outer = Project(tmp_path / "outer")
        outer.path.mkdir()
        outer.init()
        outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(project.path), "inner")
        inner = Project(outer.path / "inner")
        assert (inner.path / ".git").is_file()
        inner.revision("c", "a")
        stage(inner)
        assert inner.rules() == ["multiple-heads"]
        assert outer.rules() == []

    def test_repository_named_by_variables(self, project: Project, tmp_path: Path) -> None:
        project.revision("c", "a")
        stage(project)
        (tmp_path / "elsewhere").mkdir()
        elsewhere = Project(tmp_path / "elsewhere")
        env = {"GIT_DIR": str(project.path / ".git"), "GIT_WORK_TREE": str(project.path)}
        assert elsewhere.rules(env=env) == ["multiple-heads"]
        relative = {"GIT_DIR": "../.git", "GIT_WORK_TREE": ".."}
        assert project.rules(env=relative, cwd="migrations") == ["multiple-heads"]

    def test_detached_head(self, project: Project) -> None:
        project.git("checkout", "-q", "--detach")
        project.revision("c", "a")
        stage(project)
        assert project.rules() == ["multiple-heads"]

    @pytest.mark.parametrize("sparse_index", ["--no-sparse-index", "--sparse-index"])
    def test_sparse_checkout(self, project: Project, sparse_index: str) -> None:
        """The version folder is in the index but not in the working tree."""
        project.write("other/x.py", "")
        project.revision("c", "b")
        project.commit()
        project.git("sparse-checkout", "set", "--cone", sparse_index, "other")
        assert not (project.path / "migrations").exists()
        project.git("update-index", "--add", "--cacheinfo", f"100644,{fork(project)},migrations/versions/d_x.py")
        assert project.rules() == ["multiple-heads"]

    def test_partial_clone(self, project: Project, tmp_path: Path) -> None:
        """Missing blobs are fetched on demand."""
        project.git("config", "uploadpack.allowFilter", "true")
        project.git("config", "uploadpack.allowAnySHA1InWant", "true")  # the default since git 2.26
        project.git(
            "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{project.path}", str(tmp_path / "part")
        )
        partial = Project(tmp_path / "part")
        partial.git("read-tree", "HEAD")
        partial.git("update-index", "--add", "--cacheinfo", f"100644,{fork(partial)},migrations/versions/d_x.py")
        assert partial.rules() == ["multiple-heads"]

    def test_bare_repository(self, project: Project, tmp_path: Path) -> None:
        project.revision("c", "a")
        project.commit()
        project.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
        bare = Project(tmp_path / "bare.git")
        assert bare.rules("--rev", "main") == ["multiple-heads"]
        assert "no working tree" in bare.check()["reason"]

    @pytest.mark.git(2, 29)
    def test_sha256(self, tmp_path: Path) -> None:
        project = Project(tmp_path)
        project.init("--object-format=sha256")
        project.write("alembic.ini", INI)
        project.revision("a")
        stage(project)
        assert project.rules() == []
        project.commit()
        project.revision("b")
        stage(project)
        assert project.rules() == ["extra-base"]


class TestCannotCheck:
    def test_no_repository(self, tmp_path: Path) -> None:
        done = Project(tmp_path).run("check")
        assert done.returncode == 2
        assert "not a git repository" in done.stdout

    def test_unknown_ref(self, project: Project) -> None:
        assert project.check("--rev", "nowhere")["reason"] == "nowhere isn't a commit in this repository"

    @pytest.mark.parametrize("staged", [True, False])
    def test_unknown_rule(self, project: Project, staged: bool) -> None:
        """Even if there is nothing to check."""
        if staged:
            project.revision("c", "b")
            stage(project)
        assert project.check("--select", "multiple-head")["reason"] == (
            "--select: there is no rule 'multiple-head' (did you mean 'multiple-heads'?)"
        )
        assert "GIT_ALEMBIC_ALLOW" in project.check(env={"GIT_ALEMBIC_ALLOW": "everything"})["reason"]

    @pytest.mark.parametrize(
        ("path", "code"), [("app.py", 0), ("migrations/versions/c_x.py", 2), ("alembic.ini", 2), ("pyproject.toml", 2)]
    )
    def test_configuration_that_was_broken_before(self, project: Project, path: str, code: int) -> None:
        project.write("pyproject.toml", '[tool.git-alembic]\nenvironments = [{ name = "x", config = "alembic.ini" }]\n')
        project.write("alembic.ini", "[alembic\n")
        project.commit("break it")
        if path.endswith("c_x.py"):
            project.revision("c", "b")
        else:
            whole = project.path / path
            project.write(path, (whole.read_text() if whole.exists() else "") + "# more\n")
        stage(project)
        done = project.run("check")
        assert (done.returncode, "alembic.ini:1: invalid ini file" in done.stdout) == (code, code == 2)

    def test_wrong_settings_can_be_repaired(self, project: Project) -> None:
        """A commit that repairs settings isn't blocked by a ref that is only in HEAD's settings."""
        project.write("pyproject.toml", '[tool.git-alembic]\nenvironments = [{ name = "x", config = "db.ini" }]\n')
        project.commit()
        assert "db.ini is not staged or committed" in project.check("--rev", "HEAD")["reason"]
        project.write("pyproject.toml", '[tool.git-alembic]\nenvironments = [{ name = "x", config = "alembic.ini" }]\n')
        project.revision("c", "b")
        stage(project)
        assert project.rules() == []
        project.revision("d", "b")
        stage(project)
        assert project.rules() == ["multiple-heads"]

    def test_target_that_does_not_exist(self, project: Project) -> None:
        project.write("pyproject.toml", '[tool.git-alembic]\ntarget = "origin/nowhere"\n')
        project.revision("b", "a", body="edit()")
        stage(project)
        done = project.run("check")
        assert (done.returncode, "origin/nowhere" in done.stderr) == (0, True)

    def test_no_git(self, project: Project) -> None:
        assert (
            project.check(env={"PATH": "/nowhere"})["reason"]
            == "git was not found; git-alembic needs git 2.25 or newer"
        )


class TestPlugins:
    """Tests of folders that code adds to an environment: they build on its revisions by id or by label."""

    @pytest.fixture
    def core(self, empty: Project) -> Project:
        empty.write("alembic.ini", "[alembic]\nscript_location = app/migrations\n")
        empty.write("app/cli.py", "config.set_main_option('version_locations', ' '.join(found))\n")
        empty.write("app/migrations/env.py", ENV_PY)
        empty.write("pyproject.toml", "[tool.git-alembic]\nheads = 'one-per-label'\n")
        empty.revision("a", labels="core", folder="app/migrations/versions")
        empty.commit("start")
        empty.write("plugins/one/migrations/env.py", ENV_PY)
        empty.revision("b", labels="one", depends="core", folder="plugins/one/migrations/versions")
        return empty

    def test_a_plugin_is_checked_with_its_dependencies(self, core: Project) -> None:
        stage(core)
        assert core.check()["environments"] == [
            {"name": "alembic.ini", "script_location": "app/migrations", "heads": ["a", "b"], "bases": ["a", "b"],
             "revisions": 2}
        ]  # fmt: skip
        assert core.rules() == []

    def test_an_environment_that_no_code_extends_lacks_the_dependency(self, core: Project) -> None:
        core.write("app/cli.py", "print()\n")
        stage(core)
        assert core.rules() == ["missing-parent"]


@pytest.mark.parametrize("arguments", [(), ("--rev", "HEAD")])
def test_more_environments_take_no_more_processes(project: Project, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    def processes(environments: int) -> int:
        for number in range(environments):
            project.write(f"s{number}/alembic.ini", f"{INI}# {number}\n")
            project.revision("a", folder=f"s{number}/migrations/versions")
        project.commit()
        project.revision(f"c{environments}", "b")
        stage(project)
        trace = tmp_path / f"trace-{environments}"
        assert project.run("check", *arguments, env={"GIT_TRACE": str(trace)}).returncode == 0
        project.git("reset", "-q", "--hard")
        return trace.read_text().count("built-in: git")

    assert processes(2) == processes(20)


def test_the_migrations_of_an_installed_package(empty: Project) -> None:
    """Commands that look at everything say where the revisions are. Unrelated commits aren't stopped."""
    empty.write("alembic.ini", "[alembic]\nscript_location = tracker:migrations\n")
    empty.commit("start")
    for command in ("check", "drift"):
        done = empty.run(command)
        assert done.returncode == 2
        assert "names the package tracker, which is outside this repository" in " ".join(done.stdout.split())
    empty.write("app.py", "x = 1\n")
    stage(empty)
    assert empty.run("check").returncode == 0


def test_an_environment_without_revisions(empty: Project) -> None:
    empty.write("alembic.ini", INI)
    empty.write("migrations/env.py", "")
    empty.commit("start")
    assert empty.run("check").returncode == 0


ENTRY = Entry("x.py", "000000", "100644", "", "1")


@pytest.mark.parametrize(
    ("source", "staged", "expected"),
    [(INDEX, [[]], True), (INDEX, [[ENTRY]], False), (INDEX, [[], []], False), ("HEAD", [[]], False)],
)
def test_the_branch_is_checked_if_nothing_is_staged(
    monkeypatch: pytest.MonkeyPatch, source: str, staged: list[list[Entry]], *, expected: bool
) -> None:
    made = ComparisonRequest(source, "x", (NamedCommit("HEAD", "1"),) * len(staged))
    assert is_branch_check(made, RequestDiffs(staged, [])) is expected
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")  # a commit is in progress
    assert not is_branch_check(made, RequestDiffs(staged, []))
