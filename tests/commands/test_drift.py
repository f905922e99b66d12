"""`git alembic drift` on small projects with SQLite: findings, silent cases, and runs that are reused."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, Modelled, program

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
def modelled(tmp_path: Path) -> Modelled:
    project = Modelled(tmp_path / "work")
    project.path.mkdir()
    project.init()
    return project.start()


class TestVerdict:
    def test_a_model_change_without_a_revision(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        done = modelled.run("drift", env={"COLUMNS": "120"})
        assert (done.returncode, done.stdout) == (
            1,
            """\
app/models.py:11: model-drift: 1 change in the models has no revision
  A database that is up to date does not match the models. `alembic check` reports:

    line 11: op.add_column('users', sa.Column('email', sa.String(length=100), nullable=True))

  To repair: upgrade your database and generate a revision; review it before you commit it:
    alembic upgrade heads &&
    alembic revision --autogenerate -m 'describe the change' &&
    git add migrations/versions
  To allow it once: GIT_ALEMBIC_ALLOW=model-drift git commit
  More: git alembic explain model-drift
""",
        )
        assert modelled.left() == []

    def test_a_model_change_with_its_revision(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        assert modelled.found() == []
        assert modelled.left() == []

    def test_a_revision_that_is_not_staged(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL, stage=False)
        done = modelled.run("drift")
        assert "  To repair: stage the revision:\n    git add migrations/versions/b_x.py\n" in done.stdout
        assert modelled.found() == [DRIFT]

    def test_an_object_that_only_a_revision_creates_is_a_warning(self, modelled: Modelled) -> None:
        modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        assert modelled.found() == [("warning", "model-drift")]

    def test_a_column_that_only_the_models_drop(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        modelled.commit()
        modelled.models()
        assert modelled.found() == [DRIFT]

    def test_a_column_that_the_models_drop_beside_a_revision(self, modelled: Modelled) -> None:
        """Differences of the models are separated from those of the revision, whatever else the revision does."""
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        modelled.commit()
        modelled.models()
        modelled.step("c", "b", 'op.add_column("users", sa.Column("age", sa.Integer()))')
        assert sorted(modelled.found()) == [DRIFT, ("warning", "model-drift")]

    def test_old_drift_is_not_reported(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.commit("with drift")
        modelled.models(EMAIL + "    age = Column(Integer)\n")
        modelled.step("b", "a", 'op.add_column("users", sa.Column("age", sa.Integer()))')
        assert modelled.found() == []
        assert modelled.found("--full") == [DRIFT]
        assert modelled.found("--rev", "HEAD") == [DRIFT]

    def test_all_drift_is_reported_if_the_settings_say_so(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.commit("with drift")
        text = (modelled.path / "pyproject.toml").read_text(encoding="utf-8")
        modelled.write("pyproject.toml", f"{text}[tool.git-alembic.drift]\nnew-only = false\n")
        modelled.git("add", "-A")
        assert modelled.found() == [DRIFT]

    def test_a_commit_against_another(self, modelled: Modelled) -> None:
        start = modelled.git("rev-parse", "HEAD").strip()
        modelled.models(EMAIL)
        modelled.commit("with drift")
        modelled.models()
        modelled.commit("without")
        assert modelled.found("--from-ref", start, "--to-ref", "HEAD~1") == [DRIFT]
        assert modelled.found("--from-ref", start, "--to-ref", "HEAD") == []

    def test_the_first_commit(self, tmp_path: Path) -> None:
        project = Modelled(tmp_path)
        project.init()
        project.start()
        project.git("update-ref", "-d", "HEAD")
        assert project.found() == []
        project.models(EMAIL)
        assert project.found() == [DRIFT]

    def test_override_allows_drift(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        answer = modelled.judge(command="drift", env={"GIT_ALEMBIC_ALLOW": "model-drift"})
        assert answer["verdict"] == "clean"

    def test_no_environment(self, tmp_path: Path) -> None:
        project = Modelled(tmp_path)
        project.git("init", "-q")
        project.write("a.py", "")
        project.git("add", "a.py")
        reason = "no Alembic environment is staged or committed here (`git add` one)"
        assert project.reason() == project.reason("--full") == reason
        assert project.reason(command="roundtrip") == reason
        assert project.judge()["verdict"] == "clean"  # a check has nothing to check

    def test_an_environment_without_revisions(self, tmp_path: Path) -> None:
        project = Modelled(tmp_path)
        project.git("init", "-q")
        project.write("alembic.ini", "[alembic]\nscript_location = migrations\n")
        project.write("migrations/env.py", "raise SystemExit('not run')\n")
        project.git("add", ".")
        assert project.judge(command="drift")["verdict"] == "clean"


class TestHistories:
    """Tests in which a run can't start from HEAD's models, or in which they differ from its revisions."""

    def test_a_revision_edited_with_its_models(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL)
        modelled.commit("first try")
        modelled.models(EMAIL + "    age = Column(Integer)\n")
        modelled.step("b", "a", f'{ADD_EMAIL}\n    op.add_column("users", sa.Column("age", sa.Integer()))')
        assert modelled.found() == []
        modelled.models(EMAIL + "    age = Column(Integer)\n    born = Column(Integer)\n")
        assert modelled.found() == [DRIFT]

    def test_a_difference_that_only_the_history_shows(self, modelled: Modelled) -> None:
        modelled.step("b", "a", 'op.create_index("ix_extra", "users", ["name"])')
        modelled.commit("an index that no model has")
        modelled.models(EMAIL)
        modelled.step("c", "b", f'op.drop_index("ix_extra", "users")\n    {ADD_EMAIL}')
        assert modelled.found() == []

    def test_revisions_of_both_sides_of_a_merge(self, modelled: Modelled) -> None:
        modelled.git("checkout", "-q", "-b", "topic")
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL)
        modelled.commit("topic")
        modelled.git("checkout", "-q", "main")
        modelled.models("    age = Column(Integer)\n")
        modelled.step("c", "a", 'op.add_column("users", sa.Column("age", sa.Integer()))')
        modelled.commit("main")
        modelled.git("checkout", "-q", "topic")
        modelled.git("merge", "-q", "--no-commit", "main", code=None)
        modelled.models(EMAIL + "    age = Column(Integer)\n")
        modelled.step("b", "c", ADD_EMAIL)  # re-parented on top of what main has brought
        assert modelled.found() == []
        modelled.models(EMAIL + "    age = Column(Integer)\n    born = Column(Integer)\n")
        assert modelled.found() == [DRIFT]

    def test_a_history_that_does_not_run_from_scratch(self, modelled: Modelled) -> None:
        modelled.step("a", None, 'op.add_column("users", sa.Column("name", sa.String(50)))')
        modelled.commit("begins with tables that were there")
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL)
        assert modelled.found() == []
        assert modelled.reason("--full") == (
            "revision 'a' failed at migrations/versions/a_x.py:11: OperationalError: no such table: users "
            "(many histories can't be run on an empty database, and only --full needs that: without it, `git "
            "alembic drift` starts from the models)"
        )

    def test_a_new_revision_that_fails(self, modelled: Modelled) -> None:
        modelled.step("b", "a", 'op.add_column("user", sa.Column("email", sa.String(100)))')
        (finding,) = modelled.judge(command="drift")["findings"]
        assert (finding["rule"], finding["path"], finding["line"], finding["message"]) == (
            "broken-upgrade",
            "migrations/versions/b_x.py",
            11,
            "`upgrade()` in 'b' fails: OperationalError: no such table: user",
        )


class TestTree:
    """drift checks the index, whatever the working tree contains."""

    def test_a_model_that_is_not_staged(self, modelled: Modelled) -> None:
        modelled.models(EMAIL, stage=False)
        assert modelled.found() == []
        assert modelled.left() == []

    def test_a_staged_model_that_the_working_tree_lacks(self, modelled: Modelled) -> None:
        modelled.models(EMAIL)
        modelled.models(stage=False)
        assert modelled.found() == [DRIFT]
        assert modelled.left() == []

    def test_a_module_that_is_not_staged(self, modelled: Modelled) -> None:
        modelled.write("app/types.py", "from sqlalchemy import String as Text\n")
        modelled.write("app/__init__.py", "from app.types import Text\n")
        modelled.git("add", "app/__init__.py")
        answer = modelled.judge(command="drift")
        assert [
            (finding["rule"], finding["path"], finding["fixes"][0]["command"]) for finding in answer["findings"]
        ] == [("untracked-import", "app/types.py", ["git", "add", "app/types.py"])]
        modelled.write(".gitignore", "types.py\n")
        modelled.git("add", ".gitignore")
        assert modelled.found() == []

    def test_a_module_that_is_not_staged_seen_from_a_copy(self, modelled: Modelled) -> None:
        modelled.write("app/types.py", "from sqlalchemy import String as Text\n")
        modelled.write("app/__init__.py", "from app.types import Text\n")
        modelled.git("add", "app/__init__.py")
        modelled.models(EMAIL, stage=False)
        assert modelled.found() == [("error", "untracked-import")]

    def test_from_a_subfolder_and_a_linked_worktree(self, modelled: Modelled, tmp_path: Path) -> None:
        modelled.models(EMAIL)
        answer = modelled.judge(command="drift", cwd="app")
        assert [finding["rule"] for finding in answer["findings"]] == ["model-drift"]
        modelled.git("worktree", "add", "-q", str(tmp_path / "linked"))
        linked = Modelled(tmp_path / "linked")
        assert linked.found() == []
        linked.models(EMAIL)
        assert linked.found() == [DRIFT]
        assert linked.git("status", "--short") == "M  app/models.py\n"

    def test_an_editable_install(self, tmp_path: Path) -> None:
        project = Modelled(tmp_path / "work")
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
    project = Modelled(tmp_path / "work")
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
    project = Modelled(tmp_path / "work")
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

    def interpreter(self, modelled: Modelled) -> Path:
        """Return a link to the interpreter, which a test can break."""
        link = modelled.path / ".git" / "python"
        program(link, f'exec {sys.executable} "$@"')
        modelled.write("pyproject.toml", '[tool.git-alembic]\npython = ".git/python"\n')
        modelled.commit("another interpreter")
        return link

    def test_the_interpreter_of_the_latest_verdict_starts_early(self, modelled: Modelled) -> None:
        """Only this interpreter starts before the question is known. It starts only once."""
        starts = modelled.path / ".git" / "starts"
        for name in ("one", "two"):
            program(modelled.path / ".git" / name, f'echo {name} $# >> {starts}\nexec {sys.executable} "$@"')
        settings = '[tool.git-alembic]\npython = ".git/{}"\n[tool.git-alembic.drift]\nenv = {{ SOME = "{}" }}\n'
        modelled.write("pyproject.toml", settings.format("one", "a"))
        env_py = ENV_PY.replace("metadata=Base", "metadata={'a': Base, 'b': Base}[__import__('os').environ['SOME']]")
        modelled.write("migrations/env.py", env_py)
        modelled.commit("an interpreter that tells")

        def judged(*run: str) -> None:
            starts.write_text("")
            assert modelled.found() == []
            assert starts.read_text().splitlines() == list(run)

        judged("one 2")
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL)
        judged("one 3")
        judged()
        modelled.models(EMAIL + "    # more\n")
        modelled.write("pyproject.toml", settings.format("one", "b"))
        modelled.git("add", "-A")
        judged("one 3", "one 2")  # HEAD's models must also be built with the other variable
        modelled.write("pyproject.toml", settings.format("two", "b"))
        modelled.git("add", "-A")
        judged("two 2", "two 2")
        assert modelled.left() == []

    def test_a_verdict_is_cached(self, modelled: Modelled) -> None:
        link = self.interpreter(modelled)
        modelled.models(EMAIL)
        first = modelled.run("drift").stdout
        program(link, "exit 9")
        assert modelled.run("drift").stdout == first
        modelled.write("README", "nothing that the code reads")
        modelled.git("add", "README")
        assert modelled.run("drift").stdout == first

    def test_the_models_are_imported_once_for_each_side(self, modelled: Modelled, tmp_path: Path) -> None:
        marker = tmp_path / "imports"
        modelled.models(marking := f"\n\nopen({str(marker)!r}, 'a').write('x')\n")

        def imports() -> int:
            marker.write_text("")
            assert modelled.found() == []
            return len(marker.read_text())

        modelled.commit("models that leave a mark")
        modelled.models(EMAIL + marking)
        modelled.step("b", "a", ADD_EMAIL)
        assert imports() == 2
        assert imports() == 0
        modelled.commit("email")
        assert imports() == 0
        modelled.models(EMAIL + "    nick = Column(String(9))\n" + marking)
        modelled.step("c", "b", ADD_EMAIL.replace("email", "nick").replace("100", "9"))
        assert imports() == 1  # HEAD's models are cached

    def test_only_the_necessary_comparisons_are_made(self, modelled: Modelled, tmp_path: Path) -> None:
        marker = tmp_path / "comparisons"
        counting = f"process_revision_directives=lambda *_: open({str(marker)!r}, 'a').write('x'), target_metadata"
        modelled.write("migrations/env.py", ENV_PY.replace("target_metadata", counting))
        modelled.commit("an env.py that counts")
        assert modelled.found() == []
        marker.write_text("")
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL)
        assert modelled.found() == []
        assert marker.read_text() == "x"
        modelled.step("b", "a", f'{ADD_EMAIL}\n    op.add_column("users", sa.Column("age", sa.Integer()))')
        assert modelled.found() == [("warning", "model-drift")]
        assert marker.read_text() == "xxxx"  # the old database too, and the one that the next commit starts with

    @pytest.mark.parametrize(("column", "found"), [("age", []), ("born", [DRIFT])])
    def test_objects_that_the_models_create_but_do_not_contain(
        self, modelled: Modelled, column: str, found: list[tuple[str, str]]
    ) -> None:
        """The next commit needs it, and takes it from a commit whose own verdict did not."""
        extra = 'DDL("CREATE TABLE IF NOT EXISTS extra (id INTEGER)")'
        making = f"\n\nfrom sqlalchemy import DDL, event\n\nevent.listen(User.__table__, 'after_create', {extra})\n"
        assert modelled.found() == []
        modelled.models(EMAIL + making)
        modelled.step("b", "a", ADD_EMAIL)
        assert modelled.found() == []
        modelled.commit("email, and a table that no model knows")
        modelled.models(EMAIL + f"    {column} = Column(Integer)\n" + making)
        modelled.step("c", "b", 'op.add_column("users", sa.Column("age", sa.Integer()))')
        assert [finding for finding in modelled.found() if finding[0] == "error"] == found

    def test_the_latest_verdict_needs_no_history(self, modelled: Modelled) -> None:
        """Even the cached runs aren't needed while no input of the verdict has changed."""
        self.interpreter(modelled)
        assert modelled.found() == []
        runs = list((modelled.path / ".git/git-alembic/scratch").glob("*-*/"))
        for run in filter(Path.is_dir, runs):
            shutil.rmtree(run)
        modelled.write("README", "nothing that the code reads")
        modelled.commit("unrelated")
        modelled.write("README", "more")
        modelled.git("add", "README")
        assert modelled.judge(command="drift") == {
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
    def test_a_broken_latest_verdict(self, modelled: Modelled, text: str) -> None:
        assert modelled.found() == []
        (kept,) = (modelled.path / ".git/git-alembic/scratch").glob("clean-*.json")
        kept.write_text(text, encoding="utf-8")
        modelled.models(EMAIL)
        assert modelled.found() == [DRIFT]

    def test_another_interpreter_runs_again(self, modelled: Modelled) -> None:
        modelled.write("pyproject.toml", "[tool.git-alembic]\n")
        modelled.commit("whatever is activated")
        for name in ("one", "two"):
            folder = modelled.path / ".git" / name / "bin"
            folder.mkdir(parents=True)
            program(folder / "python", f'exec {sys.executable} "$@"' if name == "one" else "exit 9")
        assert modelled.judge(command="drift", env={"VIRTUAL_ENV": f"{modelled.path}/.git/one"})["verdict"] == "clean"
        assert modelled.judge(command="drift", env={"VIRTUAL_ENV": f"{modelled.path}/.git/two"})["verdict"] != "clean"

    def test_a_commit_prepares_the_next_baseline(self, modelled: Modelled) -> None:
        link = self.interpreter(modelled)
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL)
        assert modelled.found() == []
        modelled.commit()
        program(link, "exit 9")
        assert modelled.found() == []
        modelled.write("docs.txt", "more")
        modelled.git("add", "docs.txt")
        assert modelled.found() == []

    def test_a_replay_is_cached_too(self, modelled: Modelled) -> None:
        """create_all fails for these models, so the whole history is the comparison."""
        twice = '\n\nfrom sqlalchemy import Index\n\nIndex("again", User.name)\nIndex("again", User.id)\n'
        modelled.models(twice)
        modelled.commit("two indexes of one name")
        modelled.models(EMAIL + twice)
        first = modelled.run("drift").stdout
        assert "op.add_column('users', sa.Column('email', sa.String(length=100), nullable=True))" in first
        again = modelled.run("drift", "-v").stdout
        assert again.startswith(first.rstrip())
        assert "alembic.ini: reused the results of" in again
        assert "alembic.ini: the whole history ran, since creating the models' tables failed" in " ".join(again.split())

    @pytest.mark.parametrize("path", ["app/models.py", "app/new.py", "migrations/env.py"])
    def test_a_change_of_a_read_or_missed_file_runs_again(self, modelled: Modelled, path: str) -> None:
        link = self.interpreter(modelled)
        assert modelled.found() == []
        program(link, "exit 9")
        file = modelled.path / path
        file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + "# more\n", encoding="utf-8")
        modelled.git("add", path)
        assert modelled.reason().endswith("ended with exit code 9 before the project's code had finished")

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"asked": {}, "commit": 3}', "\0"])
    def test_a_cache_that_is_broken(self, modelled: Modelled, text: str) -> None:
        modelled.models(EMAIL)
        first = modelled.run("drift").stdout
        for entry in (modelled.path / ".git/git-alembic/scratch").glob("*/entry.json"):
            entry.write_text(text, encoding="utf-8")
        assert modelled.run("drift").stdout == first


class TestCannotJudge:
    @pytest.mark.parametrize("case", sorted(BAD_ENV_PY))
    def test_env_py(self, modelled: Modelled, case: str) -> None:
        env_py, reason = BAD_ENV_PY[case]
        modelled.write("migrations/env.py", env_py)
        modelled.commit("another env.py")
        modelled.models(EMAIL)
        assert reason in modelled.reason()
        assert modelled.left() == []

    def test_revisions_without_env_py(self, modelled: Modelled) -> None:
        """The revision files are in another folder, and the project runs them in its own way."""
        text = (modelled.path / "migrations/versions/a_x.py").read_text(encoding="utf-8")
        modelled.write("plugins/clock/migrations/c_x.py", text.replace("'a'", "'c'"))
        modelled.commit("a plugin")
        modelled.models(EMAIL)
        assert modelled.reason() == (
            "plugins/clock/migrations has no env.py, so its revisions can't be run: select the other environments with "
            "--environment, or, under `environments` in [tool.git-alembic], list only the ones that Alembic runs"
        )
        assert modelled.found("--environment", "alembic.ini") == [DRIFT]

    def test_a_temporary_failure_is_not_cached(self, modelled: Modelled) -> None:
        modelled.write("migrations/env.py", f"import os\nos.environ['SECRET_KEY']\n{ENV_PY}")
        modelled.commit("a variable")
        modelled.models(EMAIL)
        assert "the project's settings need the environment variable SECRET_KEY" in modelled.reason()
        assert "the project's settings need the environment variable SECRET_KEY" in modelled.reason("--full")
        answer = modelled.judge(command="drift", env={"SECRET_KEY": "x"})
        assert [finding["rule"] for finding in answer["findings"]] == ["model-drift"]

    def test_a_variable_from_the_settings(self, modelled: Modelled) -> None:
        modelled.write("migrations/env.py", f"import os\nos.environ['SECRET_KEY']\n{ENV_PY}")
        text = (modelled.path / "pyproject.toml").read_text(encoding="utf-8")
        modelled.write("pyproject.toml", f'{text}[tool.git-alembic.drift]\nenv = {{ SECRET_KEY = "x" }}\n')
        modelled.commit("a variable")
        modelled.models(EMAIL)
        assert modelled.found() == [DRIFT]

    def test_an_interpreter_without_alembic(self, modelled: Modelled) -> None:
        bare = modelled.path / ".git" / "bare"
        program(bare, f'exec {sys.executable} -S "$@"')
        modelled.write("pyproject.toml", '[tool.git-alembic]\npython = ".git/bare"\n')
        modelled.commit("bare")
        modelled.models(EMAIL)
        assert modelled.reason() == (
            f"{modelled.path}/.git/bare (`python` in [tool.git-alembic]) cannot import alembic: set `python` in "
            "[tool.git-alembic] to the interpreter that has the project's packages"
        )

    @pytest.mark.parametrize(("alembic", "sqlalchemy"), [("1.8.1", "2.0.1"), ("1.13.0", "1.3.24"), ("1.13.0", "1.4.9")])
    @pytest.mark.parametrize("command", ["drift", "roundtrip", "doctor"])
    def test_an_interpreter_with_old_packages(
        self, modelled: Modelled, tmp_path: Path, command: str, alembic: str, sqlalchemy: str
    ) -> None:
        """The interpreter is right, because the packages exist."""
        for name, version in (("alembic", alembic), ("sqlalchemy", sqlalchemy)):
            (tmp_path / "old" / name).mkdir(parents=True)
            code = f"__version__ = {version!r}\nimport sqlalchemy\n"
            (tmp_path / "old" / name / "__init__.py").write_text(code, encoding="utf-8")
        old = modelled.path / ".git" / "old"
        program(old, f'PYTHONPATH={tmp_path}/old exec {sys.executable} "$@"')
        modelled.write("pyproject.toml", '[tool.git-alembic]\npython = ".git/old"\n')
        modelled.commit("old")
        modelled.models(EMAIL)
        modelled.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        output = " ".join(modelled.run(command, env={"COLUMNS": "500"}).stdout.split())
        assert (
            f"/.git/old (`python` in [tool.git-alembic]) has Alembic {alembic} and SQLAlchemy {sqlalchemy}; " in output
        )
        assert "git-alembic needs Alembic 1.9 and SQLAlchemy 1.4.36 or newer there" in output

    def test_another_dialect(self, modelled: Modelled) -> None:
        url = "mssql+pyodbc://server/database"
        modelled.write("alembic.ini", (modelled.path / "alembic.ini").read_text().replace("sqlite:///app.db", url))
        modelled.write("pyodbc.py", PYODBC)
        modelled.commit("a server")
        modelled.models(EMAIL)
        assert modelled.reason() == (
            "git-alembic cannot emulate mssql; set a server where it may create scratch databases: "
            '[tool.git-alembic.drift] database = "…"'
        )
