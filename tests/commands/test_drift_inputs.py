"""The inputs of a drift verdict: a failure is never reused, and a changed input ends a verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, CREATE, DROP_EMAIL, EMAIL, ENV_PY, Modeled

READS_ALL = "import os\n\nseen = dict(os.environ)\n"


@pytest.fixture
def project(tmp_path: Path) -> Modeled:
    return Modeled.empty(tmp_path / "work")


def says_reused(project: Modeled, env: dict[str, str] | None = None) -> bool:
    done = project.run("drift", "-v", env={"COLUMNS": "500", **(env or {})})
    assert done.returncode == 0, done.stdout
    return "reused the cached result" in done.stdout


class TestFailures:
    def test_a_failure_runs_again(self, project: Modeled) -> None:
        project.start()
        project.write(".gitignore", "seed\n")
        project.commit("ignore the seed")
        project.models(EMAIL)
        project.step("b", "a", f'open("seed").close()\n    {ADD_EMAIL}', DROP_EMAIL)
        assert project.found() == [("error", "broken-upgrade")]
        project.write("seed", "")
        assert project.found() == []

    def test_a_baseline_that_failed_runs_again(self, project: Modeled) -> None:
        project.start(env_py=f"import os\nos.environ['SECRET']\n{ENV_PY}")
        assert "the environment variable SECRET" in project.reason()
        assert project.check(command="drift", env={"SECRET": "x"})["verdict"] == "clean"


class TestInputs:
    @pytest.mark.parametrize(
        ("code", "change"),
        [
            ("import os\nseen = os.environ.get('FEATURE')\n", {"FEATURE": "1"}),
            (READS_ALL, {"FEATURE": "1"}),
            ("import os\nseen = os.getenv('FEATURE', '')\n", {"FEATURE": "1"}),
        ],
        ids=["get", "all", "getenv"],
    )
    def test_a_variable_that_was_read(self, project: Modeled, code: str, change: dict[str, str]) -> None:
        project.start(env_py=code + ENV_PY)
        assert [says_reused(project), says_reused(project)] == [False, True]
        assert [says_reused(project, change), says_reused(project, change)] == [False, True]

    def test_a_variable_that_is_not_read(self, project: Modeled) -> None:
        project.start()
        says_reused(project)
        assert says_reused(project, {"FEATURE": "1"})

    @pytest.mark.parametrize("is_there", [True, False], ids=["read", "missed"])
    @pytest.mark.parametrize("inside", [True, False], ids=["ignored", "outside"])
    def test_an_untracked_file(self, project: Modeled, tmp_path: Path, is_there: bool, inside: bool) -> None:
        file = (project.path if inside else tmp_path) / "settings.txt"
        temporary = tmp_path / "temporary"  # files in it don't count
        temporary.mkdir()
        env = {"TMPDIR": str(temporary)}
        if is_there:
            file.write_text("1")
        code = f"try:\n    open({str(file)!r}).close()\nexcept OSError:\n    pass\n"
        project.start(env_py=code + ENV_PY)
        project.write(".gitignore", "settings.txt\n")
        project.commit("ignore the settings")
        assert [says_reused(project, env), says_reused(project, env)] == [False, True]
        file.write_text("22")
        assert not says_reused(project, env)

    def test_an_answer_of_git_is_an_unknown_input(self, project: Modeled) -> None:
        code = "import subprocess\nsubprocess.run(['git', 'describe', '--always', '--dirty'], check=True)\n"
        project.start(env_py=code + ENV_PY)
        assert [says_reused(project), says_reused(project)] == [False, False]

    def test_a_setting_of_git(self, project: Modeled) -> None:
        project.start()
        assert [says_reused(project), says_reused(project)] == [False, True]
        project.git("config", "alembic.drift.database", "sqlite")
        assert [says_reused(project), says_reused(project)] == [False, True]
        project.git("config", "alembic.drift.setup", "CREATE NOTHING")
        assert "`setup` in [tool.git-alembic.drift] failed" in project.reason()


class TestNotes:
    def test_the_dialect_and_the_interpreter(self, project: Modeled) -> None:
        project.start()
        for _ in range(2):
            out = project.run("drift", "-v", env={"COLUMNS": "500"}).stdout
            assert "alembic.ini: a sqlite scratch database, with " in out
            assert "`python` in [tool.git-alembic]; Python 3." in out

    def test_without_a_verdict(self, project: Modeled) -> None:
        project.start()
        project.models(EMAIL)
        project.step("a", None, "raise ValueError('no')", 'op.drop_table("users")')
        project.step("b", "a", "missing.name", DROP_EMAIL)
        out = project.run("drift", "--full", "-v", env={"COLUMNS": "500"}).stdout
        assert "a sqlite scratch database" in out
        assert "cannot check" in out

    def test_rows_of_older_revisions(self, project: Modeled) -> None:
        project.start()
        project.step("a", None, CREATE.strip() + "\n    op.bulk_insert(sa.table('users'), [])", "pass")
        project.commit("insert a row")
        project.models(EMAIL)
        project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        note = "made from the baseline's models, without the rows of older revisions"
        assert note in project.run("drift", "-v", env={"COLUMNS": "500"}).stdout
        assert note in project.run("roundtrip", "-v", env={"COLUMNS": "500"}).stdout
