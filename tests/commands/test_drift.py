"""`git alembic drift` on small projects with SQLite: findings, silent cases, and runs that are reused."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, Modeled, program

PYODBC = """
apilevel, paramstyle, version = "2.0", "qmark", "5.0"
class Error(Exception): ...
class Cursor: ...
connect = None
"""
NOT_TO_THE_END = "before the project's code had finished"
NO_METADATA = (
    "creating the models' tables failed at migrations/env.py:10: NoMetadata: env.py passes no "
    "target_metadata to context.configure, so there are no models to compare with"
)
NO_VARIABLE = (
    "env.py failed at migrations/env.py:2: the project's settings need the environment variable SECRET_KEY; set it, or "
    'set it for the scratch database in pyproject.toml: [tool.git-alembic.drift] env = { SECRET_KEY = "…" }'
)
NOTHING_RUN = (
    "env.py ran no migrations on the empty scratch database: create what it iterates over (a tenant's "
    "schema, a row) with `setup` in [tool.git-alembic.drift], or select the other environments with "
    "--environment"
)
BAD_ENV_PY = {
    "no metadata": (ENV_PY.replace("target_metadata=Base.metadata", "target_metadata=None"), NO_METADATA),
    "raises": ("raise RuntimeError('no')\n", "env.py failed at migrations/env.py:1: RuntimeError: no"),
    "raises from": ("raise RuntimeError('no') from OSError('disk')\n", "py:1: RuntimeError: no (OSError: disk)"),
    "raises from what it tells": ("raise RuntimeError('a disk') from OSError('disk')\n", "py:1: RuntimeError: a disk"),
    "names a variable": (
        "import os\nif 'SECRET' not in os.environ:\n    raise KeyError('no SECRET, no DEBUG')\n",
        "KeyError: 'no SECRET, no DEBUG' (the project's code reads SECRET, which is not set; ",
    ),
    "exits": ("import sys\nsys.exit(3)\n", "env.py failed at migrations/env.py:2: it ended the process (3)"),
    "runs nothing": ("x = 1\n", NOTHING_RUN),
    "no module": ("import nowhere\n", "has no module nowhere; install it there, or set `python` in [tool.git-alembic]"),
    "no variable": ("import os\nos.environ['SECRET_KEY']\n", NO_VARIABLE),
    "no Python": ("this is no Python\n", "env.py failed at migrations/env.py:1: SyntaxError: invalid syntax (env.py, "),
    "_exit": ("import os\nos._exit(4)\n", f"ended with exit code 4 {NOT_TO_THE_END}"),
    "killed": (
        "import os\nos.kill(os.getpid(), 9)\n",
        f"was killed by signal 9 (the system may be out of memory) {NOT_TO_THE_END}",
    ),
}
DRIFT = ("error", "model-drift")


@pytest.fixture
def modeled(tmp_path: Path) -> Modeled:
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    return project.start()


class TestVerdict:
    def test_a_column_that_the_models_drop_beside_a_revision(self, modeled: Modeled) -> None:
        """Differences of the models are separated from those of the revision, whatever else the revision does."""
        modeled.models(EMAIL)
        modeled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        modeled.commit()
        modeled.models()
        modeled.step("c", "b", 'op.add_column("users", sa.Column("age", sa.Integer()))')
        assert sorted(modeled.found()) == [DRIFT, ("warning", "model-drift")]

    def test_all_drift_is_reported_if_the_settings_say_so(self, modeled: Modeled) -> None:
        modeled.models(EMAIL)
        modeled.commit("with drift")
        text = (modeled.path / "pyproject.toml").read_text(encoding="utf-8")
        modeled.write("pyproject.toml", f"{text}[tool.git-alembic.drift]\nnew-only = false\n")
        modeled.git("add", "-A")
        assert modeled.found() == [DRIFT]

    def test_a_commit_against_another(self, modeled: Modeled) -> None:
        start = modeled.git("rev-parse", "HEAD").strip()
        modeled.models(EMAIL)
        modeled.commit("with drift")
        modeled.models()
        modeled.commit("without")
        assert modeled.found("--from-ref", start, "--to-ref", "HEAD~1") == [DRIFT]
        assert modeled.found("--from-ref", start, "--to-ref", "HEAD") == []

    def test_the_first_commit(self, tmp_path: Path) -> None:
        project = Modeled(tmp_path)
        project.init()
        project.start()
        project.git("update-ref", "-d", "HEAD")
        assert project.found() == []
        project.models(EMAIL)
        assert project.found() == [DRIFT]

    def test_no_environment(self, tmp_path: Path) -> None:
        project = Modeled(tmp_path)
        project.git("init", "-q")
        project.write("a.py", "")
        project.git("add", "a.py")
        reason = "no Alembic environment is staged or committed here (`git add` one)"
        assert project.reason() == project.reason("--full") == reason
        assert project.reason(command="roundtrip") == reason
        assert project.check()["verdict"] == "clean"  # a check has nothing to check

    def test_an_environment_without_revisions(self, tmp_path: Path) -> None:
        project = Modeled(tmp_path)
        project.git("init", "-q")
        project.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
        project.write("migrations/env.py", "raise SystemExit('not run')\n")
        project.git("add", ".")
        assert project.check(command="drift")["verdict"] == "clean"


class TestHistories:
    """Tests in which a run can't start from HEAD's models, or in which they differ from its revisions."""

    def test_a_difference_that_only_the_history_shows(self, modeled: Modeled) -> None:
        modeled.step("b", "a", 'op.create_index("ix_extra", "users", ["name"])')
        modeled.commit("an index that no model has")
        modeled.models(EMAIL)
        modeled.step("c", "b", f'op.drop_index("ix_extra", "users")\n    {ADD_EMAIL}')
        assert modeled.found() == []


class TestTree:
    """drift checks the index, whatever the working tree contains."""

    def test_a_model_that_is_not_staged(self, modeled: Modeled) -> None:
        modeled.models(EMAIL, stage=False)
        assert modeled.found() == []
        assert modeled.left() == []

    def test_a_staged_model_that_the_working_tree_lacks(self, modeled: Modeled) -> None:
        modeled.models(EMAIL)
        modeled.models(stage=False)
        assert modeled.found() == [DRIFT]
        assert modeled.left() == []

    def test_a_module_that_is_not_staged_seen_from_a_copy(self, modeled: Modeled) -> None:
        modeled.write("app/types.py", "from sqlalchemy import String as Text\n")
        modeled.write("app/__init__.py", "from app.types import Text\n")
        modeled.git("add", "app/__init__.py")
        modeled.models(EMAIL, stage=False)
        assert modeled.found() == [("error", "untracked-import")]

    def test_from_a_subfolder_and_a_linked_worktree(self, modeled: Modeled, tmp_path: Path) -> None:
        modeled.models(EMAIL)
        answer = modeled.check(command="drift", cwd="app")
        assert [finding["rule"] for finding in answer["findings"]] == ["model-drift"]
        modeled.git("worktree", "add", "-q", str(tmp_path / "linked"))
        linked = Modeled(tmp_path / "linked")
        assert linked.found() == []
        linked.models(EMAIL)
        assert linked.found() == [DRIFT]
        assert linked.git("status", "--short") == "M  app/models.py\n"

    def test_an_editable_install(self, tmp_path: Path) -> None:
        project = Modeled(tmp_path / "work")
        project.path.mkdir()
        project.init()
        project.start()
        (project.path / "src").mkdir()
        project.git("mv", "app", "src/app")
        ini = project.path / "alembic.ini"
        project.write("alembic.ini", ini.read_text(encoding="utf-8").replace("prepend_sys_path = .\n", ""))
        # The files of `pip install -e`, instead of a site-packages folder.
        site = tmp_path / "site"
        site.mkdir()
        (site / "work.pth").write_text(f"{project.path}/src\n", encoding="utf-8")
        env = (project.path / "migrations/env.py").read_text(encoding="utf-8")
        project.write("migrations/env.py", f"import site\nsite.addsitedir({str(site)!r})\n{env}")
        project.commit("src layout")
        models = project.path / "src/app/models.py"
        text = models.read_text(encoding="utf-8")
        models.write_text(text + EMAIL, encoding="utf-8")
        project.git("add", "-A")
        models.write_text(text, encoding="utf-8")
        assert project.found() == [DRIFT]


FIRST = """

from sqlalchemy import DDL, event

event.listen(Base.metadata, "before_create", DDL("CREATE TYPE mood AS ENUM ('ok')"))  # in the schema of the path
"""


def test_a_search_path_ends_with_its_session(tmp_path: Path) -> None:
    """env.py sets the path after SQLAlchemy has read the default schema, which is "public" in a new session."""
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    path = "    connection.exec_driver_sql('SET search_path TO core')\n    connection.commit()\n    context.configure"
    env_py = ENV_PY.replace("target_metadata=", "transaction_per_migration=True, target_metadata=")
    project.start("postgresql://app@localhost/app", env_py.replace("    context.configure", path))
    key = '    parent = Column(Integer, __import__("sqlalchemy").ForeignKey("core.users.id"))\n'
    models = key + '    __table_args__ = {"schema": "core"}\n' + FIRST
    project.models(models)
    project.commit("a schema")
    assert project.found() == []
    project.models(f"{models}    # the models are the same\n")
    assert project.found() == []


def test_alembics_table_is_in_a_schema_of_the_models(tmp_path: Path) -> None:
    """The schema exists before env.py runs. Such a project creates it in another way."""
    project = Modeled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    path = "    connection.exec_driver_sql('SET search_path TO app')\n    getattr(connection, 'commit', str)()\n"
    env_py = ENV_PY.replace("    context.configure", f"{path}    context.configure", 1)
    project.start("postgresql://app@db.invalid/app", env_py)
    schema = '    __table_args__ = {"schema": "app"}\n'
    project.models(schema)
    project.commit("a schema")
    project.models(EMAIL + schema)
    assert project.found() == [DRIFT]


class TestCache:
    """Nothing is run if its outcome is known."""

    def interpreter(self, modeled: Modeled) -> Path:
        """Return a link to the interpreter, which a test can break."""
        link = modeled.path / ".git" / "python"
        program(link, f'exec {sys.executable} "$@"')
        modeled.write("pyproject.toml", '[tool.git-alembic]\npython = ".git/python"\n')
        modeled.commit("another interpreter")
        return link

    def test_the_interpreter_of_the_latest_verdict_starts_early(self, modeled: Modeled) -> None:
        """Only this interpreter starts before the question is known. It starts only once."""
        starts = modeled.path / ".git" / "starts"
        for name in ("one", "two"):
            program(modeled.path / ".git" / name, f'echo {name} $# >> {starts}\nexec {sys.executable} "$@"')
        settings = '[tool.git-alembic]\npython = ".git/{}"\n[tool.git-alembic.drift]\nenv = {{ SOME = "{}" }}\n'
        modeled.write("pyproject.toml", settings.format("one", "a"))
        env_py = ENV_PY.replace("metadata=Base", "metadata={'a': Base, 'b': Base}[__import__('os').environ['SOME']]")
        modeled.write("migrations/env.py", env_py)
        modeled.commit("an interpreter that tells")

        def check_runs(*run: str) -> None:
            starts.write_text("")
            assert modeled.found() == []
            assert starts.read_text().splitlines() == list(run)

        check_runs("one 2")
        modeled.models(EMAIL)
        modeled.step("b", "a", ADD_EMAIL)
        check_runs("one 3")
        check_runs()
        modeled.models(EMAIL + "    # more\n")
        modeled.write("pyproject.toml", settings.format("one", "b"))
        modeled.git("add", "-A")
        check_runs("one 3", "one 2")  # HEAD's models must also be built with the other variable
        modeled.write("pyproject.toml", settings.format("two", "b"))
        modeled.git("add", "-A")
        check_runs("two 2", "two 2")
        assert modeled.left() == []

    def test_a_verdict_is_cached(self, modeled: Modeled) -> None:
        link = self.interpreter(modeled)
        modeled.models(EMAIL)
        first = modeled.run("drift").stdout
        program(link, "exit 9")
        assert modeled.run("drift").stdout == first
        modeled.write("README", "nothing that the code reads")
        modeled.git("add", "README")
        assert modeled.run("drift").stdout == first

    def test_the_models_are_imported_once_for_each_side(self, modeled: Modeled, tmp_path: Path) -> None:
        marker = tmp_path / "imports"
        modeled.models(marking := f"\n\nopen({str(marker)!r}, 'a').write('x')\n")

        def imports() -> int:
            marker.write_text("")
            assert modeled.found() == []
            return len(marker.read_text())

        modeled.commit("models that leave a mark")
        modeled.models(EMAIL + marking)
        modeled.step("b", "a", ADD_EMAIL)
        assert imports() == 2
        assert imports() == 0
        modeled.commit("email")
        assert imports() == 0
        modeled.models(EMAIL + "    nick = Column(String(9))\n" + marking)
        modeled.step("c", "b", ADD_EMAIL.replace("email", "nick").replace("100", "9"))
        assert imports() == 1  # HEAD's models are cached

    def test_only_the_necessary_comparisons_are_made(self, modeled: Modeled, tmp_path: Path) -> None:
        marker = tmp_path / "comparisons"
        counting = f"process_revision_directives=lambda *_: open({str(marker)!r}, 'a').write('x'), target_metadata"
        modeled.write("migrations/env.py", ENV_PY.replace("target_metadata", counting))
        modeled.commit("an env.py that counts")
        assert modeled.found() == []
        marker.write_text("")
        modeled.models(EMAIL)
        modeled.step("b", "a", ADD_EMAIL)
        assert modeled.found() == []
        assert marker.read_text() == "x"
        modeled.step("b", "a", f'{ADD_EMAIL}\n    op.add_column("users", sa.Column("age", sa.Integer()))')
        assert modeled.found() == [("warning", "model-drift")]
        assert marker.read_text() == "xxxx"  # the old database too, and the one that the next commit starts with

    @pytest.mark.parametrize(("column", "found"), [("age", []), ("born", [DRIFT])])
    def test_objects_that_the_models_create_but_do_not_contain(
        self, modeled: Modeled, column: str, found: list[tuple[str, str]]
    ) -> None:
        """The next commit needs it, and takes it from a commit whose own verdict did not."""
        extra = 'DDL("CREATE TABLE IF NOT EXISTS extra (id INTEGER)")'
        making = f"\n\nfrom sqlalchemy import DDL, event\n\nevent.listen(User.__table__, 'after_create', {extra})\n"
        assert modeled.found() == []
        modeled.models(EMAIL + making)
        modeled.step("b", "a", ADD_EMAIL)
        assert modeled.found() == []
        modeled.commit("email, and a table that no model knows")
        modeled.models(EMAIL + f"    {column} = Column(Integer)\n" + making)
        modeled.step("c", "b", 'op.add_column("users", sa.Column("age", sa.Integer()))')
        assert [finding for finding in modeled.found() if finding[0] == "error"] == found

    def test_the_latest_verdict_needs_no_history(self, modeled: Modeled) -> None:
        """Even the cached runs aren't needed while no input of the verdict has changed."""
        self.interpreter(modeled)
        assert modeled.found() == []
        runs = list((modeled.path / ".git/git-alembic/scratch").glob("*-*/"))
        for run in filter(Path.is_dir, runs):
            shutil.rmtree(run)
        modeled.write("README", "nothing that the code reads")
        modeled.commit("unrelated")
        modeled.write("README", "more")
        modeled.git("add", "README")
        assert modeled.check(command="drift") == {
            "version": 1,
            "verdict": "clean",
            "reason": None,
            "environments": [
                {
                    "name": "alembic.ini",
                    "script_location": "migrations",
                    "heads": ["a"],
                    "bases": ["a"],
                    "revisions": 1,
                }
            ],
            "findings": [],
        }
        assert not any(run.is_dir() for run in runs)

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"key": 3}'])
    def test_a_broken_latest_verdict(self, modeled: Modeled, text: str) -> None:
        assert modeled.found() == []
        (kept,) = (modeled.path / ".git/git-alembic/scratch").glob("clean-*.json")
        kept.write_text(text, encoding="utf-8")
        modeled.models(EMAIL)
        assert modeled.found() == [DRIFT]

    def test_another_interpreter_runs_again(self, modeled: Modeled) -> None:
        modeled.write("pyproject.toml", "[tool.git-alembic]\n")
        modeled.commit("whatever is activated")
        for name in ("one", "two"):
            folder = modeled.path / ".git" / name / "bin"
            folder.mkdir(parents=True)
            program(folder / "python", f'exec {sys.executable} "$@"' if name == "one" else "exit 9")
        assert modeled.check(command="drift", env={"VIRTUAL_ENV": f"{modeled.path}/.git/one"})["verdict"] == "clean"
        assert modeled.check(command="drift", env={"VIRTUAL_ENV": f"{modeled.path}/.git/two"})["verdict"] != "clean"

    def test_a_commit_prepares_the_next_baseline(self, modeled: Modeled) -> None:
        link = self.interpreter(modeled)
        modeled.models(EMAIL)
        modeled.step("b", "a", ADD_EMAIL)
        assert modeled.found() == []
        modeled.commit()
        program(link, "exit 9")
        assert modeled.found() == []
        modeled.write("docs.txt", "more")
        modeled.git("add", "docs.txt")
        assert modeled.found() == []

    def test_a_replay_is_cached_too(self, modeled: Modeled) -> None:
        """create_all fails for these models, so the whole history is the comparison."""
        twice = '\n\nfrom sqlalchemy import Index\n\nIndex("again", User.name)\nIndex("again", User.id)\n'
        modeled.models(twice)
        modeled.commit("two indexes of one name")
        modeled.models(EMAIL + twice)
        first = modeled.run("drift").stdout
        assert "op.add_column('users', sa.Column('email', sa.String(length=100), nullable=True))" in first
        again = modeled.run("drift", "-v").stdout
        assert again.startswith(first.rstrip())
        assert "alembic.ini: reused the results of" in again
        assert "alembic.ini: the whole history ran, since creating the models' tables failed" in " ".join(again.split())

    @pytest.mark.parametrize("path", ["app/models.py", "app/new.py", "migrations/env.py"])
    def test_a_change_of_a_read_or_missed_file_runs_again(self, modeled: Modeled, path: str) -> None:
        link = self.interpreter(modeled)
        assert modeled.found() == []
        program(link, "exit 9")
        file = modeled.path / path
        file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + "# more\n", encoding="utf-8")
        modeled.git("add", path)
        assert modeled.reason().endswith("ended with exit code 9 before the project's code had finished")

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"asked": {}, "commit": 3}', "\0"])
    def test_a_cache_that_is_broken(self, modeled: Modeled, text: str) -> None:
        modeled.models(EMAIL)
        first = modeled.run("drift").stdout
        for entry in (modeled.path / ".git/git-alembic/scratch").glob("*/entry.json"):
            entry.write_text(text, encoding="utf-8")
        assert modeled.run("drift").stdout == first


class TestCannotCheck:
    @pytest.mark.parametrize("case", sorted(BAD_ENV_PY))
    def test_env_py(self, modeled: Modeled, case: str) -> None:
        env_py, reason = BAD_ENV_PY[case]
        modeled.write("migrations/env.py", env_py)
        modeled.commit("another env.py")
        modeled.models(EMAIL)
        assert reason in modeled.reason()
        assert modeled.left() == []

    def test_an_interpreter_without_alembic(self, modeled: Modeled) -> None:
        bare = modeled.path / ".git" / "bare"
        program(bare, f'exec {sys.executable} -S "$@"')
        modeled.write("pyproject.toml", '[tool.git-alembic]\npython = ".git/bare"\n')
        modeled.commit("bare")
        modeled.models(EMAIL)
        assert modeled.reason() == (
            f"{modeled.path}/.git/bare (`python` in [tool.git-alembic]) cannot import alembic: set `python` in "
            "[tool.git-alembic] to the interpreter that has the project's packages"
        )

    @pytest.mark.parametrize(("alembic", "sqlalchemy"), [("1.8.1", "2.0.1"), ("1.13.0", "1.3.24"), ("1.13.0", "1.4.9")])
    @pytest.mark.parametrize("command", ["drift", "roundtrip", "doctor"])
    def test_an_interpreter_with_old_packages(
        self, modeled: Modeled, tmp_path: Path, command: str, alembic: str, sqlalchemy: str
    ) -> None:
        """The interpreter is right, because the packages exist."""
        for name, version in (("alembic", alembic), ("sqlalchemy", sqlalchemy)):
            (tmp_path / "old" / name).mkdir(parents=True)
            code = f"__version__ = {version!r}\nimport sqlalchemy\n"
            (tmp_path / "old" / name / "__init__.py").write_text(code, encoding="utf-8")
        old = modeled.path / ".git" / "old"
        program(old, f'PYTHONPATH={tmp_path}/old exec {sys.executable} "$@"')
        modeled.write("pyproject.toml", '[tool.git-alembic]\npython = ".git/old"\n')
        modeled.commit("old")
        modeled.models(EMAIL)
        modeled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        output = " ".join(modeled.run(command, env={"COLUMNS": "500"}).stdout.split())
        assert (
            f"/.git/old (`python` in [tool.git-alembic]) has Alembic {alembic} and SQLAlchemy {sqlalchemy}; " in output
        )
        assert "git-alembic needs Alembic 1.9 and SQLAlchemy 1.4.36 or newer there" in output

    def test_another_dialect(self, modeled: Modeled) -> None:
        url = "mssql+pyodbc://server/database"
        modeled.write("alembic.ini", (modeled.path / "alembic.ini").read_text().replace("sqlite:///app.db", url))
        modeled.write("pyodbc.py", PYODBC)
        modeled.commit("a server")
        modeled.models(EMAIL)
        assert modeled.reason() == (
            "git-alembic cannot emulate mssql; set a server where it may create scratch databases: "
            '[tool.git-alembic.drift] database = "…"'
        )
